// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Time;
using PeerCompute.Core;
using PeerCompute.Core.Effects;
using PeerCompute.Core.Events;
using PeerCompute.Core.Journal;
using PeerCompute.Core.Views;

namespace PeerCompute.Simulator.Adversaries;

/// <summary>An honest machine behind a door that may change what comes in and what goes out.</summary>
internal abstract class MachineWrapper(INodeMachine honest) : INodeMachine
{
    private readonly List<NodeEffect> _wanted = [];

    public Instant NextWake => honest.NextWake;

    public void Restore(JournalEntry entry) => honest.Restore(entry);

    public virtual void Handle(NodeEvent e, NodeTime now, List<NodeEffect> effects)
    {
        _wanted.Clear();
        honest.Handle(In(e), now, _wanted);
        foreach (var effect in _wanted)
        {
            if (Out(effect)) effects.Add(effect);
        }
    }

    public IReadOnlyList<JobView> Jobs() => honest.Jobs();

    public JobView? Job(Hash32 jobId) => honest.Job(jobId);

    public IReadOnlyList<LeaseView> Work() => honest.Work();

    public MeshView Mesh() => honest.Mesh();

    public virtual IReadOnlyList<Holding> Holdings() => honest.Holdings();

    public IReadOnlyList<PeerId>? MeshPeers() => honest.MeshPeers();

    public JobExplanation? Explain(Hash32 jobId) => honest.Explain(jobId);

    /// <summary>What the honest machine is told.</summary>
    protected virtual NodeEvent In(NodeEvent e) => e;

    /// <summary>Whether an effect of the honest machine is let out.</summary>
    protected virtual bool Out(NodeEffect effect) => true;
}
