// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Simulator.Matching;

/// <summary>A task of a job of a baseline.</summary>
/// <param name="job">Its job.</param>
/// <param name="number">Its number in the job.</param>
/// <param name="costMicros">Its time on the reference machine.</param>
internal sealed class MatchTask(MatchJob job, int number, long costMicros)
{
    public MatchJob Job => job;

    public int Number => number;

    public long CostMicros => costMicros;

    /// <summary>When it began to run, at its last worker; -1 before.</summary>
    public long Began { get; set; } = -1;

    /// <summary>Whether its client knows that it is done.</summary>
    public bool Done { get; set; }
}
