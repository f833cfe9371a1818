// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Time;
using PeerCompute.Core;
using PeerCompute.Core.Effects;
using PeerCompute.Core.Events;
using PeerCompute.Core.Journal;
using PeerCompute.Core.Views;

namespace PeerCompute.Node.Tests.Shells;

/// <summary>A machine of which a test alters something.</summary>
internal abstract class WrappedMachine(INodeMachine inner) : INodeMachine
{
    public virtual Instant NextWake => inner.NextWake;

    public void Restore(JournalEntry entry) => inner.Restore(entry);

    public virtual void Handle(NodeEvent e, NodeTime now, List<NodeEffect> effects) => inner.Handle(e, now, effects);

    public IReadOnlyList<JobView> Jobs() => inner.Jobs();

    public JobView? Job(Hash32 jobId) => inner.Job(jobId);

    public IReadOnlyList<LeaseView> Work() => inner.Work();

    public MeshView Mesh() => inner.Mesh();

    public JobExplanation? Explain(Hash32 jobId) => inner.Explain(jobId);
}
