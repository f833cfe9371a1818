// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Time;
using PeerCompute.Core.Journal;
using PeerCompute.Trust.Commitments;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Core.Leases;

/// <summary>
/// One lease as one side holds it: both chains, and the exchange by which the two sides come to hold the same. Under a new
/// incarnation nothing of ours is added before the other side has said what it holds of us.
/// </summary>
/// <param name="node">What the machines share.</param>
/// <param name="id">The lease.</param>
/// <param name="other">The other side.</param>
/// <param name="isIssuer">Whether we are the issuer.</param>
/// <param name="appended">Called for every entry that is added, live or restored.</param>
internal sealed class LeaseLink(NodeContext node, Hash32 id, PeerId other, bool isIssuer, Action<KeptEntry> appended)
{
    /// <summary>How long to wait before asking the other side again.</summary>
    private static readonly TimeSpan SyncEvery = new(0, 0, 5);

    /// <summary>Least time between two answers to a side that does not come along.</summary>
    private static readonly TimeSpan TellEvery = new(0, 0, 1);

    private Instant _nextSync;
    private Instant _nextTell;
    private Instant _nextAsk;
    private int _held = -1; // entries of ours that the other side said last that it holds; -1: it has not said, or holds others
    private int _nothing; // times in a row that it said it holds none

    public Hash32 Id { get; } = id;

    public PeerId Other { get; } = other;

    public LeaseChains Chains { get; } = new();

    /// <summary>Whether the other side has told in this life what it holds of ours, and it is a part of what we hold.</summary>
    public bool Agreed { get; set; }

    /// <summary>
    /// Whether the other side holds all that we said, or does not know the lease: it says so again when it has been shown all, for a question may have crossed
    /// our first word.
    /// </summary>
    public bool Heard => _held == Own.Count || _nothing > 1;

    /// <summary>Whether the other side has signed two entries for one place, as far as this life has seen: one proof is kept.</summary>
    public bool Equivocated { get; private set; }

    /// <summary>On the issuer's side: its client has the results.</summary>
    public bool Collected { get; set; }

    public Lease Lease => Chains.Lease!;

    public LeasePhase Phase => Chains.Phase;

    private IReadOnlyList<KeptEntry> Own => isIssuer ? Chains.Issuer : Chains.Worker;

    private IReadOnlyList<KeptEntry> Others => isIssuer ? Chains.Worker : Chains.Issuer;

    /// <summary>Signs, keeps and sends the next entry of ours.</summary>
    public void Add(EntryBody body)
    {
        var entry = new Entry(
            node.Header(Id, (ulong)Own.Count),
            Own.Count == 0 ? default : Own[^1].Hash,
            Others.Count == 0 ? default : Others[^1].Hash,
            body);
        var kept = KeptEntry.Sign(node.Signer, entry);
        node.Keep(new EntryKept(kept));
        Restore(kept);
        node.Say(Other, new EntriesMessage(Id, [kept]), binding: true);
        _nextSync = node.Now.Mono + SyncEvery;
    }

    /// <summary>Takes an entry back from the journal.</summary>
    public void Restore(KeptEntry kept)
    {
        Chains.Append(kept);
        appended(kept);
    }

    /// <summary>Says what we hold and asks for what the other side holds.</summary>
    public void Ask()
    {
        _nextSync = node.Now.Mono + SyncEvery;
        Say(answer: true);
    }

    /// <summary>Asks again when it is time; the moment of the next time.</summary>
    public Instant Keep()
    {
        if (Chains.Ended && Agreed && (!isIssuer || Phase != LeasePhase.Cancelled || Heard)) return Instant.Never;
        if (!node.Up.Contains(Other)) return Instant.Never;
        if (_nextSync <= node.Now.Mono) Ask();
        return _nextSync;
    }

    /// <summary>The other side says what it holds.</summary>
    public void SyncCame(SyncMessage message)
    {
        var (ownCount, ownHead, othersCount, othersHead) = isIssuer
            ? (message.IssuerCount, message.IssuerHead, message.WorkerCount, message.WorkerHead)
            : (message.WorkerCount, message.WorkerHead, message.IssuerCount, message.IssuerHead);
        var ownHolds = Holds(Own, ownCount, ownHead);
        var othersHolds = Holds(Others, othersCount, othersHead);
        if (ownHolds) Agreed = true;
        _held = ownHolds ? (int)ownCount : -1;
        _nothing = ownCount == 0 ? _nothing + 1 : 0;
        var theyLack = !ownHolds || !othersHolds || ownCount < Own.Count || othersCount < Others.Count;
        if (theyLack) Tell();
        var weLack = !ownHolds || !othersHolds;
        if (message.Answer || (weLack && MayAsk())) Say(answer: false);
    }

    /// <summary>Entries came; returns whether any was added.</summary>
    public bool EntriesCame(ImmutableArray<KeptEntry> items)
    {
        var added = false;
        foreach (var kept in items)
        {
            var result = Chains.Check(kept);
            if (result.Kind == LinkKind.Fork && TakeOver(kept)) result = Chains.Check(kept);
            switch (result.Kind)
            {
                case LinkKind.Links:
                    added |= Take(kept);
                    break;
                case LinkKind.Gap:
                    if (MayAsk()) Ask();
                    return added;
                case LinkKind.Fork:
                    if (!Equivocated && Chains.Equivocates(kept) is { } first)
                    {
                        // One proof is enough; a second would only grow our journal.
                        Equivocated = true;
                        node.Keep(new EquivocationSeen(first, kept));
                    }

                    Tell();
                    return added;
                case LinkKind.Refused:
                    node.Tell($"lease {Id.Short()}: an entry of {Other.Short()} is refused: {result.Reason}");
                    return added;
            }
        }

        return added;
    }

    /// <summary>Says what we hold. That the client has the results lets others delete them: it leaves when it is durable.</summary>
    public void Say(bool answer) => node.Say(Other, Chains.Sync(Id, answer) with { Collected = Collected }, binding: Collected);

    private bool Take(KeptEntry kept)
    {
        var wrong = Wrong(kept.Entry.Body);
        if (wrong.Length > 0)
        {
            node.Tell($"lease {Id.Short()}: an entry of {Other.Short()} is refused: {wrong}");
            return false;
        }

        node.Keep(new EntryKept(kept));
        Restore(kept);
        _nextSync = node.Now.Mono + SyncEvery;
        return true;
    }

    /// <summary>What anybody can see to be wrong with a body that would link.</summary>
    private string Wrong(EntryBody body) => body switch
    {
        Reveal b => VerdictCheck.Check(Lease, b),
        Verdict b => VerdictCheck.Check(Chains, b),
        Close b => VerdictCheck.Check(Chains, b),
        Commit b when b.Done > Lease.TaskCount => $"commit.done is {b.Done}, the lease has {Lease.TaskCount} tasks",
        Settled b when b.DueMicro != Chains.Body<Close>()!.DueMicro => "settled.due_micro is not what the close says",
        _ => "",
    };

    /// <summary>
    /// An entry that we signed in another life stands where we hold another one: we are a copy or were set back. What the other side
    /// holds counts; ours go, unless the other side had answered to them.
    /// </summary>
    private bool TakeOver(KeptEntry kept)
    {
        if (kept.Envelope.Signer != node.Self || kept.Entry.Header.Incarnation == node.Incarnation) return false;
        var at = (int)Math.Min(kept.Entry.Header.Sequence, (ulong)Own.Count);
        if (at == Own.Count && at > 0 && kept.Entry.Previous != Own[at - 1].Hash) at--;
        if (at == 0 && isIssuer) return false;
        for (var i = at; i < Own.Count; i++)
        {
            foreach (var theirs in Others)
            {
                if (theirs.Entry.Seen == Own[i].Hash) return false;
            }
        }

        var (issuer, worker) = isIssuer ? (at, Chains.Worker.Count) : (Chains.Issuer.Count, at);
        node.Keep(new ChainsCut(Id, (uint)issuer, (uint)worker));
        Chains.Cut(issuer, worker);
        return true;
    }

    /// <summary>At most one question a second: two sides that do not come along must not talk for ever.</summary>
    private bool MayAsk()
    {
        if (_nextAsk > node.Now.Mono) return false;
        _nextAsk = node.Now.Mono + TellEvery;
        return true;
    }

    private void Tell()
    {
        if (_nextTell > node.Now.Mono) return;
        _nextTell = node.Now.Mono + TellEvery;
        node.Say(Other, new EntriesMessage(Id, [.. Chains.InOrder()]), binding: true);
    }

    private static bool Holds(IReadOnlyList<KeptEntry> chain, uint count, Hash32 head)
        => count <= chain.Count && (count == 0 ? head.IsZero : chain[(int)count - 1].Hash == head);
}
