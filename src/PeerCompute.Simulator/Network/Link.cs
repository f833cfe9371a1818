// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Chance;

namespace PeerCompute.Simulator.Network;

/// <summary>One connection between two nodes. Each side learns of its begin and end at its own time.</summary>
internal sealed class Link(int dialer, int dialled, long epoch, long latencyMicros, Choices chance)
{
    public int Low { get; } = Math.Min(dialer, dialled);

    public int High { get; } = Math.Max(dialer, dialled);

    /// <summary>Who made it.</summary>
    public int Dialer => dialer;

    /// <summary>Number of this connection within the run.</summary>
    public long Epoch { get; } = epoch;

    public long LatencyMicros { get; } = latencyMicros;

    public Choices Chance { get; } = chance;

    /// <summary>False once it is cut; what is on the way is lost.</summary>
    public bool Open { get; set; } = true;

    /// <summary>Questions that wait until it is up at the side that asks.</summary>
    public List<Mesh.Question> Waiting { get; } = [];

    private bool _metAtLow;
    private bool _metAtHigh;
    private long _gossipToLow;
    private long _gossipToHigh;
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

    /// <summary>Whether a side knows what the other one is, and gossips with it.</summary>
    public bool HasMet(int side) => side == Low ? _metAtLow : _metAtHigh;

    public void SetMet(int side)
    {
        if (side == Low) _metAtLow = true;
        else _metAtHigh = true;
    }

    /// <summary>When gossip that could arrive at a moment does arrive at a side: a stream keeps its order.</summary>
    public long GossipArrives(int side, long at)
    {
        ref var last = ref side == Low ? ref _gossipToLow : ref _gossipToHigh;
        return last = Math.Max(last, at);
    }
}
