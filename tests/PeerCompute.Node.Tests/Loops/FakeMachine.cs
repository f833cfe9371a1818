// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Time;
using PeerCompute.Core;
using PeerCompute.Core.Effects;
using PeerCompute.Core.Events;
using PeerCompute.Core.Journal;
using PeerCompute.Core.Views;

namespace PeerCompute.Node.Tests.Loops;

/// <summary>A machine that does what a test says.</summary>
internal sealed class FakeMachine : INodeMachine
{
    public Func<NodeEvent, IEnumerable<NodeEffect>> OnEvent { get; set; } = static _ => [];

    public List<NodeEvent> Seen { get; } = [];

    public List<NodeTime> Times { get; } = [];

    public Func<Hash32, JobView?> View { get; set; } = static _ => null;

    public Instant NextWake { get; set; } = Instant.Never;

    public void Restore(JournalEntry entry)
    {
    }

    public void Handle(NodeEvent e, NodeTime now, List<NodeEffect> effects)
    {
        Seen.Add(e);
        Times.Add(now);
        effects.AddRange(OnEvent(e));
    }

    public IReadOnlyList<JobView> Jobs() => [];

    public JobView? Job(Hash32 jobId) => View(jobId);

    public IReadOnlyList<LeaseView> Work() => [];

    public MeshView Mesh() => new(0, 0, 0, 0, 0, 0, 0);

    public JobExplanation? Explain(Hash32 jobId) => null;
}
