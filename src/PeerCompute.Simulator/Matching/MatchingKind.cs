// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Simulator.Matching;

/// <summary>
/// Who decides which worker gets which task. All but the first are baselines: models with messages and delays, but without keys, leases and checks.
/// </summary>
internal enum MatchingKind
{
    /// <summary>The house's own market: the machines of the daemon.</summary>
    Market,

    /// <summary>Each task to a random worker, where it queues.</summary>
    Random,

    /// <summary>Each task to the least loaded of some random workers (Mitzenmacher 1996).</summary>
    Choices,

    /// <summary>The tasks of a job to the least loaded of some random workers a task, asked together (batch sampling, Sparrow, SOSP 2013).</summary>
    Batch,

    /// <summary>Batch sampling with late binding and proactive cancellation: Sparrow whole (Ousterhout and others, SOSP 2013).</summary>
    Sparrow,

    /// <summary>A reverse auction: an offer to all, a bid from each, the best bids take the tasks (Contract Net, Smith 1980).</summary>
    Broadcast,

    /// <summary>One queue, first come, first served, a network away from everybody.</summary>
    Central,

    /// <summary>The same queue without any delay: what nobody can beat by knowing more.</summary>
    Ideal,
}
