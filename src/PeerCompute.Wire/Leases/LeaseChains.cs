// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Checks;
using PeerCompute.Base.Crypto;
using PeerCompute.Wire.Common;

namespace PeerCompute.Wire.Leases;

/// <summary>
/// Both sides' hash chains of one lease and the rules by which an entry extends them. Holds what it is given and decides nothing:
/// signatures are checked before, commitments and verdicts elsewhere.
/// </summary>
public sealed class LeaseChains
{
    private readonly List<KeptEntry> _issuer = [];
    private readonly List<KeptEntry> _worker = [];

    /// <summary>The issuer's chain.</summary>
    public IReadOnlyList<KeptEntry> Issuer => _issuer;

    /// <summary>The worker's chain.</summary>
    public IReadOnlyList<KeptEntry> Worker => _worker;

    /// <summary>The lease of the award; null while the chain is empty.</summary>
    public Lease? Lease => _issuer.Count == 0 ? null : ((Award)_issuer[0].Entry.Body).Lease;

    /// <summary>Where the lease stands.</summary>
    public LeasePhase Phase { get; private set; }

    /// <summary>True when nothing may follow.</summary>
    public bool Ended => Phase is LeasePhase.Settled or LeasePhase.Cancelled;

    /// <summary>Hash of the issuer's last entry.</summary>
    public Hash32 IssuerHead => _issuer.Count == 0 ? default : _issuer[^1].Hash;

    /// <summary>Hash of the worker's last entry.</summary>
    public Hash32 WorkerHead => _worker.Count == 0 ? default : _worker[^1].Hash;

    /// <summary>H(issuer's head, worker's head): equal on both sides when they hold the same.</summary>
    public Hash32 Head => new HashBuilder("peercompute/1/lease-head").Add(IssuerHead).Add(WorkerHead).Hash();

    /// <summary>What is held, as it is told to the other side.</summary>
    /// <param name="leaseId">The lease.</param>
    /// <param name="answer">Whether the other shall answer with its own.</param>
    /// <returns>The message.</returns>
    public SyncMessage Sync(Hash32 leaseId, bool answer)
        => new(leaseId, (uint)_issuer.Count, IssuerHead, (uint)_worker.Count, WorkerHead, answer);

    /// <summary>How an entry stands to what is held.</summary>
    /// <param name="kept">An entry whose signature is good.</param>
    /// <returns>The finding.</returns>
    public LinkResult Check(KeptEntry kept)
    {
        var entry = kept.Entry;
        if (_issuer.Count == 0) return CheckFirst(kept);
        var lease = Lease!;
        if (entry.Header.Context != lease.Id) return Refuse("it is about another lease");
        var byIssuer = IsIssuers(entry.Body);
        if (kept.Envelope.Signer != (byIssuer ? lease.Issuer : lease.Worker)) return Refuse("it is signed by the wrong side");
        var own = byIssuer ? _issuer : _worker;
        var other = byIssuer ? _worker : _issuer;
        if (entry.Header.Sequence >= WireLimits.EntriesPerChain) return Refuse("the chain is longer than any honest one");
        var at = (int)entry.Header.Sequence;
        if (at < own.Count) return new LinkResult(own[at].Hash == kept.Hash ? LinkKind.Known : LinkKind.Fork);
        if (at > own.Count) return new LinkResult(LinkKind.Gap);
        if (entry.Previous != (at == 0 ? default : own[at - 1].Hash)) return new LinkResult(LinkKind.Fork);
        if (entry.Header.Rules != _issuer[0].Entry.Header.Rules) return Refuse("it names other rules than the award");
        var seen = SeenIndex(entry.Seen, other);
        if (seen < -1) return new LinkResult(LinkKind.Gap);
        if (at > 0 && seen < SeenIndex(own[at - 1].Entry.Seen, other)) return Refuse("it saw less than the entry before it");
        var rule = Allowed(entry.Body, seen);
        return rule.Length == 0 ? new LinkResult(LinkKind.Links) : Refuse(rule);
    }

    /// <summary>Adds an entry that <see cref="Check"/> found to link.</summary>
    /// <param name="kept">The entry.</param>
    public void Append(KeptEntry kept)
    {
        Invariant.Check(Check(kept).Kind == LinkKind.Links);
        (IsIssuers(kept.Entry.Body) ? _issuer : _worker).Add(kept);
        Phase = After(Phase, kept.Entry.Body);
    }

    /// <summary>Every entry, each behind what its signer had seen: the order in which another side can take them.</summary>
    /// <returns>Both chains, merged.</returns>
    public IReadOnlyList<KeptEntry> InOrder()
    {
        var merged = new List<KeptEntry>(_issuer.Count + _worker.Count);
        int i = 0, w = 0;
        while (i < _issuer.Count || w < _worker.Count)
        {
            if (i < _issuer.Count && SeenIndex(_issuer[i].Entry.Seen, _worker) < w) merged.Add(_issuer[i++]);
            else merged.Add(_worker[w++]);
        }

        return merged;
    }

    /// <summary>Drops the ends of the chains, to take another side's over.</summary>
    /// <param name="issuerCount">Issuer's entries that stay.</param>
    /// <param name="workerCount">Worker's entries that stay.</param>
    public void Cut(int issuerCount, int workerCount)
    {
        Invariant.Check(issuerCount <= _issuer.Count && workerCount <= _worker.Count);
        _issuer.RemoveRange(issuerCount, _issuer.Count - issuerCount);
        _worker.RemoveRange(workerCount, _worker.Count - workerCount);
        Phase = LeasePhase.Awarded;
        foreach (var kept in InOrder()) Phase = After(Phase, kept.Entry.Body);
    }

    /// <summary>Two bodies for one (signer, incarnation, lease, sequence): the only thing that is an equivocation.</summary>
    /// <param name="kept">An entry that forks.</param>
    /// <returns>The entry held in its place under the same incarnation, or null where the fork proves nothing.</returns>
    public KeptEntry? Equivocates(KeptEntry kept)
    {
        var own = IsIssuers(kept.Entry.Body) ? _issuer : _worker;
        var header = kept.Entry.Header;
        foreach (var held in own)
        {
            var h = held.Entry.Header;
            if (h.Sequence == header.Sequence && h.Incarnation == header.Incarnation && held.Hash != kept.Hash) return held;
        }

        return null;
    }

    /// <summary>Whether a body is one that the issuer says.</summary>
    /// <param name="body">The body.</param>
    /// <returns>True for award, reveal, verdict, close and cancel.</returns>
    public static bool IsIssuers(EntryBody body) => body is Award or Reveal or Verdict or Close or Cancel;

    /// <summary>The last entry with a body of one kind.</summary>
    /// <typeparam name="T">The body's type.</typeparam>
    /// <returns>The entry, or null.</returns>
    public KeptEntry? Find<T>()
        where T : EntryBody
    {
        foreach (var kept in _issuer)
        {
            if (kept.Entry.Body is T) return kept;
        }

        foreach (var kept in _worker)
        {
            if (kept.Entry.Body is T) return kept;
        }

        return null;
    }

    /// <summary>The body of the entry of one kind.</summary>
    /// <typeparam name="T">The body's type.</typeparam>
    /// <returns>The body, or null.</returns>
    public T? Body<T>()
        where T : EntryBody => Find<T>()?.Entry.Body as T;

    private static LinkResult CheckFirst(KeptEntry kept)
    {
        if (kept.Entry.Body is not Award award) return new LinkResult(LinkKind.Gap);
        var header = kept.Entry.Header;
        if (award.Lease.Id != header.Context) return Refuse("the award's lease is not the entry's context");
        if (kept.Envelope.Signer != award.Lease.Issuer) return Refuse("the award is not signed by the lease's issuer");
        if (header.Sequence != 0 || !kept.Entry.Previous.IsZero || !kept.Entry.Seen.IsZero) return Refuse("an award is the first entry");
        return new LinkResult(LinkKind.Links);
    }

    /// <summary>-1 for none, -2 for an entry that is not held.</summary>
    private static int SeenIndex(Hash32 seen, List<KeptEntry> other)
    {
        if (seen.IsZero) return -1;
        for (var i = 0; i < other.Count; i++)
        {
            if (other[i].Hash == seen) return i;
        }

        return -2;
    }

    /// <summary>Empty, or why the body may not come now. An entry may only answer what its signer had seen.</summary>
    private string Allowed(EntryBody body, int seen)
    {
        if (Phase == LeasePhase.Settled || (Phase == LeasePhase.Cancelled && (IsIssuers(body) || Saw<Cancel>(_issuer, seen)))) return "the lease has ended";
        return body switch
        {
            Award => "there is one award",
            Accept when _worker.Count == 0 && seen == 0 => "",
            Started when Last(_worker) is Accept => "",
            Commit when Last(_worker) is Started => "",
            Fail when Last(_worker) is Accept or Started => "",
            Reveal when Last(_issuer) is Award && Saw<Commit>(_worker, seen) => "",
            Opening when Last(_worker) is Commit && Saw<Reveal>(_issuer, seen) => "",
            Verdict when Last(_issuer) is Reveal && Saw<Opening>(_worker, seen) => "",
            Close when Last(_issuer) is Verdict => "",
            Settled when Last(_worker) is Opening && Saw<Close>(_issuer, seen) => "",
            Cancel when Last(_issuer) is Award or Reveal => "",
            _ => $"{body.GetType().Name.ToLowerInvariant()} may not come while the lease is {Phase.ToString().ToLowerInvariant()}",
        };
    }

    private static EntryBody? Last(List<KeptEntry> chain) => chain.Count == 0 ? null : chain[^1].Entry.Body;

    private static bool Saw<T>(List<KeptEntry> other, int seen)
    {
        for (var i = 0; i <= seen; i++)
        {
            if (other[i].Entry.Body is T) return true;
        }

        return false;
    }

    /// <summary>The phase after a body; what the worker said before it saw a cancel is kept and changes nothing, so both sides fold alike.</summary>
    private static LeasePhase After(LeasePhase phase, EntryBody body) => body switch
    {
        _ when phase == LeasePhase.Cancelled => phase,
        Award => LeasePhase.Awarded,
        Cancel => LeasePhase.Cancelled,
        Accept => LeasePhase.Accepted,
        Started => LeasePhase.Running,
        Commit => LeasePhase.Committed,
        Reveal => LeasePhase.Revealed,
        Opening => LeasePhase.Opened,
        Verdict => LeasePhase.Confirmed,
        Close => LeasePhase.Closed,
        Settled => LeasePhase.Settled,
        Fail => LeasePhase.Failed,
        _ => phase,
    };

    private static LinkResult Refuse(string reason) => new(LinkKind.Refused, reason);
}
