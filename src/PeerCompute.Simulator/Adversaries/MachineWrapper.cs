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

/// <summary>
/// An honest machine behind a door: what comes in and what goes out may be changed, held back, said later or twice, and the door may act by itself. What is
/// to come later is of this life alone, as all memory of a machine is.
/// </summary>
internal abstract class MachineWrapper(INodeMachine honest) : INodeMachine
{
    /// <summary>Acts that may be to come; more is a mistake of the adversary.</summary>
    private const int LaterMost = 65_536;

    private readonly List<NodeEffect> _wanted = [];
    private readonly PriorityQueue<Action, (long AtMicros, long Order)> _later = new();
    private long _order;
    private List<NodeEffect> _effects = [];

    public Instant NextWake => _later.TryPeek(out _, out var next) ? Instant.Min(honest.NextWake, new Instant(next.AtMicros)) : honest.NextWake;

    /// <summary>The time of the event at hand, as the honest machine is told.</summary>
    protected NodeTime Now { get; private set; }

    public void Restore(JournalEntry entry) => honest.Restore(entry);

    public virtual void Handle(NodeEvent e, NodeTime now, List<NodeEffect> effects)
    {
        Now = Shown(now);
        _effects = effects;
        while (_later.TryPeek(out var act, out var due) && due.AtMicros <= Now.Mono.Micros)
        {
            _later.Dequeue();
            act();
        }

        if (In(e) is { } told) Tell(told);
        _effects = [];
    }

    public IReadOnlyList<JobView> Jobs() => honest.Jobs();

    public JobView? Job(Hash32 jobId) => honest.Job(jobId);

    public IReadOnlyList<LeaseView> Work() => honest.Work();

    public MeshView Mesh() => honest.Mesh();

    public virtual IReadOnlyList<Holding> Holdings() => honest.Holdings();

    public IReadOnlyList<PeerId>? MeshPeers() => honest.MeshPeers();

    public JobExplanation? Explain(Hash32 jobId) => honest.Explain(jobId);

    /// <summary>What the honest machine is told; null for nothing.</summary>
    protected virtual NodeEvent? In(NodeEvent e) => e;

    /// <summary>What is let out in the place of an effect of the honest machine; null for nothing.</summary>
    protected virtual NodeEffect? Out(NodeEffect effect) => effect;

    /// <summary>What the clocks show. The monotonic one is the shell's: timers follow it.</summary>
    protected virtual NodeTime Shown(NodeTime now) => now;

    /// <summary>Tells the honest machine something, now.</summary>
    protected void Tell(NodeEvent e)
    {
        var from = _wanted.Count;
        honest.Handle(e, Now, _wanted);
        for (var i = from; i < _wanted.Count; i++)
        {
            if (Out(_wanted[i]) is { } let) _effects.Add(let);
        }

        _wanted.RemoveRange(from, _wanted.Count - from);
    }

    /// <summary>Wants something by itself, now.</summary>
    protected void Want(NodeEffect effect) => _effects.Add(effect);

    /// <summary>Acts later: then it may <see cref="Tell"/> and <see cref="Want"/>.</summary>
    protected void Later(TimeSpan after, Action act)
    {
        if (_later.Count == LaterMost) throw new InvalidOperationException($"more than {LaterMost} acts of one adversary are to come");
        _later.Enqueue(act, ((Now.Mono + after).Micros, _order++));
    }
}
