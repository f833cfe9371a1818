// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Chance;
using PeerCompute.Simulator.Scenarios;

namespace PeerCompute.Simulator.Matching;

/// <summary>A worker of a baseline: slots, and one queue, first in first out.</summary>
/// <param name="index">The node.</param>
/// <param name="kind">Its class.</param>
/// <param name="luck">Its chance.</param>
internal sealed class MatchWorker(int index, NodeClass kind, Choices luck)
{
    public int Index => index;

    public NodeClass Class => kind;

    public Choices Luck => luck;

    public bool Up { get; set; }

    /// <summary>Counts its lives.</summary>
    public int Life { get; set; }

    /// <summary>Slots that are taken: by tasks that run, and by reservations whose turn has come.</summary>
    public int Held { get; set; }

    public List<MatchTask> Running { get; } = [];

    /// <summary>What waits: <see cref="MatchTask"/> or <see cref="Reservation"/>.</summary>
    public LinkedList<object> Queue { get; } = [];

    /// <summary>Tasks and reservations at it, waiting or not.</summary>
    public int Load => Held + Queue.Count;

    /// <summary>Tasks that were put into its queue.</summary>
    public long Placed { get; set; }
}
