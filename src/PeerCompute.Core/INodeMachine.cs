// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Time;
using PeerCompute.Core.Effects;
using PeerCompute.Core.Events;
using PeerCompute.Core.Journal;
using PeerCompute.Core.Views;

namespace PeerCompute.Core;

/// <summary>
/// A node without its shell: events in, effects out. One writer calls it; it knows no clock, chance, socket or file of its own.
/// The daemon and the simulator are two shells around the same machine; an adversary is a wrapper around it.
/// </summary>
public interface INodeMachine
{
    /// <summary>When the machine wants a <see cref="Tick"/> next; <see cref="Instant.Never"/> when it waits for others only.</summary>
    Instant NextWake { get; }

    /// <summary>Takes one entry of the journal back, in order, before the first event.</summary>
    /// <param name="entry">An entry that this machine once kept.</param>
    void Restore(JournalEntry entry);

    /// <summary>Handles one event.</summary>
    /// <param name="e">What happened.</param>
    /// <param name="now">The time that comes with it; never runs backwards in <see cref="NodeTime.Mono"/>.</param>
    /// <param name="effects">What shall happen, in order; appended to.</param>
    void Handle(NodeEvent e, NodeTime now, List<NodeEffect> effects);

    /// <summary>All jobs that this node issued, oldest first.</summary>
    /// <returns>Immutable views.</returns>
    IReadOnlyList<JobView> Jobs();

    /// <summary>One job that this node issued.</summary>
    /// <param name="jobId">The job.</param>
    /// <returns>An immutable view, or null.</returns>
    JobView? Job(Hash32 jobId);

    /// <summary>All leases that this node works or worked on, oldest first.</summary>
    /// <returns>Immutable views.</returns>
    IReadOnlyList<LeaseView> Work();

    /// <summary>The node among its peers.</summary>
    /// <returns>An immutable view.</returns>
    MeshView Mesh();

    /// <summary>What the machine holds of what others say, with its bounds; for those who watch it.</summary>
    /// <returns>Nothing for a machine that does not tell.</returns>
    IReadOnlyList<Holding> Holdings() => [];

    /// <summary>Who stands in the gossip mesh of offers; for those who watch it.</summary>
    /// <returns>Null where the node does not listen to offers.</returns>
    IReadOnlyList<PeerId>? MeshPeers() => null;

    /// <summary>Why adverts that this node has seen do not fit a job that it issued.</summary>
    /// <param name="jobId">The job.</param>
    /// <returns>Counts that add up to the adverts seen, or null where the job is not known.</returns>
    JobExplanation? Explain(Hash32 jobId);
}
