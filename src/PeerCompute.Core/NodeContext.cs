// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Chance;
using PeerCompute.Base.Collections;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Multiformats;
using PeerCompute.Base.Time;
using PeerCompute.Core.Effects;
using PeerCompute.Core.Journal;
using PeerCompute.Core.Mesh;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Messages;

namespace PeerCompute.Core;

/// <summary>What the machines of one node share: its key, its life, the time of the event at hand and where effects go.</summary>
internal sealed class NodeContext(ISigner signer, NodeSettings settings, Secrets secrets, Choices choices)
{
    /// <summary>Lines to the operator in each <see cref="NotesEvery"/>; further ones are dropped.</summary>
    private const int NotesMost = 60;

    private static readonly TimeSpan NotesEvery = new(0, 1, 0);

    private int _notes;
    private Instant _nextNotes;

    public ISigner Signer { get; } = signer;

    public PeerId Self { get; } = signer.PeerId;

    /// <summary>What is lent and asked now.</summary>
    public NodeSettings Settings { get; set; } = settings;

    public Secrets Secrets { get; } = secrets;

    public Choices Choices { get; } = choices;

    public Timers Timers { get; } = new();

    /// <summary>The node among its peers.</summary>
    public MeshDesk Mesh { get; set; } = null!;

    public OrderedSet<PeerId> Up { get; } = new();

    public Incarnation Incarnation { get; set; }

    /// <summary>Where others can dial this node, best first.</summary>
    public ImmutableArray<Multiaddr> Addresses { get; set; } = [];

    public NodeTime Now { get; set; }

    public List<NodeEffect> Effects { get; set; } = [];

    public ulong NowMs => (ulong)Now.WallMs;

    /// <summary>The monotonic moment of a wall time: deadlines are signed in wall time, waited for in monotonic time.</summary>
    /// <remarks>Never for a time that has passed: it was looked at already, and waking for it again would never end.</remarks>
    public Instant At(ulong wallMs) => wallMs <= NowMs
        ? Instant.Never
        : Now.Mono + new TimeSpan((long)Math.Min(wallMs - NowMs, 1UL << 40) * TimeSpan.TicksPerMillisecond);

    public Header Header(Hash32 context, ulong sequence) => new(Incarnation, sequence, context, Rules.Hash, NowMs);

    public void Keep(JournalEntry entry) => Effects.Add(new Keep(entry));

    public void Say(PeerId to, PeerMessage message, bool binding)
    {
        if (Up.Contains(to)) Effects.Add(new Say(to, message, binding));
    }

    /// <summary>Tells the operator; a peer that misbehaves must not fill the log.</summary>
    public void Tell(string line)
    {
        if (Now.Mono >= _nextNotes) (_notes, _nextNotes) = (0, Now.Mono + NotesEvery);
        if (_notes++ < NotesMost) Effects.Add(new Note(line));
    }
}
