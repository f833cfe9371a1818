// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Simulator.Matching;

/// <summary>A place in a worker's queue without a task: late binding.</summary>
/// <param name="job">Whose task it is to be.</param>
/// <param name="worker">Whose queue.</param>
internal sealed class Reservation(MatchJob job, MatchWorker worker)
{
    public MatchJob Job => job;

    public MatchWorker Worker => worker;

    /// <summary>Whether its client has heard of its turn, or needs it no more.</summary>
    public bool Over { get; set; }

    /// <summary>The worker's life in which its turn came.</summary>
    public int Life { get; set; }

    /// <summary>The task that it got.</summary>
    public MatchTask? Task { get; set; }
}
