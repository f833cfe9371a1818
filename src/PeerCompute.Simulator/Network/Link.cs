// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Chance;

namespace PeerCompute.Simulator.Network;

/// <summary>One connection between two nodes. Each side learns of its begin and end at its own time.</summary>
internal sealed class Link(int low, int high, long epoch, long latencyMicros, Choices chance)
{
    public int Low { get; } = low;

    public int High { get; } = high;

    /// <summary>Number of this connection within the run.</summary>
    public long Epoch { get; } = epoch;

    public long LatencyMicros { get; } = latencyMicros;

    public Choices Chance { get; } = chance;

    /// <summary>False once it is cut; what is on the way is lost.</summary>
    public bool Open { get; set; } = true;

    private bool _upAtLow;
    private bool _upAtHigh;
    private bool _dialedByLow;
    private bool _dialedByHigh;

    public int Other(int side) => side == Low ? High : Low;

    /// <summary>Whether a side asked for it, and so waits for an answer.</summary>
    public bool IsDialedBy(int side) => side == Low ? _dialedByLow : _dialedByHigh;

    public void SetDialedBy(int side)
    {
        if (side == Low) _dialedByLow = true;
        else _dialedByHigh = true;
    }

    public bool IsUpAt(int side) => side == Low ? _upAtLow : _upAtHigh;

    public void SetUpAt(int side, bool up)
    {
        if (side == Low) _upAtLow = up;
        else _upAtHigh = up;
    }
}
