// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Time;
using PeerCompute.Core;
using PeerCompute.Core.Effects;
using PeerCompute.Core.Events;
using PeerCompute.Core.Journal;
using PeerCompute.Core.Views;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Cli.Tests.BadInput;

/// <summary>An honest worker's machine behind a door that may change what it does.</summary>
/// <param name="honest">The machine.</param>
/// <param name="says">What it does in place of an effect; null for nothing.</param>
/// <param name="hears">Told of every event before it happens.</param>
internal sealed class Adversary(INodeMachine honest, Func<NodeEffect, NodeEffect?> says, Action<NodeEvent>? hears = null) : INodeMachine
{
    private readonly List<NodeEffect> _wanted = [];

    public Instant NextWake => honest.NextWake;

    /// <summary>Bids, takes the award, and never says a word of the lease.</summary>
    public static INodeMachine Silent(INodeMachine honest)
        => new Adversary(honest, static effect => effect is Say { Message: EntriesMessage or SyncMessage } ? null : effect);

    /// <summary>Encrypts its outputs under another key than it hands over: nobody can open them.</summary>
    public static INodeMachine Garbage(INodeMachine honest)
        => new Adversary(honest, static effect => effect is StartRun run ? run with { OutputKey = new byte[32] } : effect);

    /// <summary>Runs the program with another argument and commits to what came out of that.</summary>
    public static INodeMachine Liar(INodeMachine honest)
        => new Adversary(honest, static effect => effect is StartRun run ? run with { Spec = run.Spec with { Args = ["3"] } } : effect);

    public void Restore(JournalEntry entry) => honest.Restore(entry);

    public void Handle(NodeEvent e, NodeTime now, List<NodeEffect> effects)
    {
        hears?.Invoke(e);
        _wanted.Clear();
        honest.Handle(e, now, _wanted);
        foreach (var effect in _wanted)
        {
            if (says(effect) is { } said) effects.Add(said);
        }
    }

    public IReadOnlyList<JobView> Jobs() => honest.Jobs();

    public JobView? Job(Hash32 jobId) => honest.Job(jobId);

    public IReadOnlyList<LeaseView> Work() => honest.Work();

    public MeshView Mesh() => honest.Mesh();

    public JobExplanation? Explain(Hash32 jobId) => honest.Explain(jobId);
}
