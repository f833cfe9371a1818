// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Bytes;
using PeerCompute.Base.Chance;
using PeerCompute.Base.Collections;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Multiformats;

namespace PeerCompute.Libp2p.Peers;

/// <summary>
/// The peers that a node was connected with, so that it finds back when every first address is dead. Peers that it has dialled itself outrank those that only
/// came to it: those who flood it with identities push out each other.
/// </summary>
/// <param name="self">This node, which is never in the book.</param>
/// <param name="limits">Bounds; the defaults where null.</param>
public sealed class PeerBook(PeerId self, PeerBookLimits? limits = null)
{
    /// <summary>Longest encoding, bytes.</summary>
    public const int MaxLength = 16 * 1024 * 1024;

    private const ulong Version = 1;

    // Of so many times as many good candidates, those asked for are drawn.
    private const int Spread = 4;

    // So many are found at a time when there is no room.
    private const int WorstMost = 16;

    private readonly PeerBookLimits _limits = limits ?? new PeerBookLimits();
    private readonly List<KnownPeer> _worst = []; // the worst one last
    private readonly OrderedMap<PeerId, KnownPeer> _peers = new((limits ?? new PeerBookLimits()).Peers);

    /// <summary>Peers remembered.</summary>
    public int Count => _peers.Count;

    /// <summary>What is remembered of a peer.</summary>
    /// <param name="peer">The peer.</param>
    /// <returns>Null when nothing.</returns>
    public KnownPeer? Find(PeerId peer) => _peers.TryGetValue(peer, out var known) ? known : null;

    /// <summary>A peer is connected and said where it listens.</summary>
    /// <param name="peer">The peer.</param>
    /// <param name="addresses">Where it listens, as it says.</param>
    /// <param name="worked">The address at which we have dialled it, null when it dialled us.</param>
    /// <param name="wallMs">The time, Unix milliseconds.</param>
    public void Seen(PeerId peer, ImmutableArray<Multiaddr> addresses, Multiaddr? worked, long wallMs)
    {
        if (peer == self || peer.IsNone) return;
        _peers.TryGetValue(peer, out var known);
        var merged = known is not null && IsAllOf(known, worked, addresses) ? known.Addresses : Merge(worked, addresses, known);
        if (merged.IsEmpty) return;
        var seen = (known ?? new KnownPeer(peer, merged)) with { Addresses = merged, SeenMs = wallMs };
        if (worked is not null) seen = seen with { Failures = 0, Successes = Math.Min(seen.Successes + 1, KnownPeer.MaxCount) };
        if (known is null && _peers.IsFull && !MakeRoom(seen)) return;
        Set(seen);
    }

    /// <summary>A peer was dialled in vain.</summary>
    /// <param name="peer">The peer.</param>
    /// <param name="wallMs">The time, Unix milliseconds.</param>
    public void Failed(PeerId peer, long wallMs)
    {
        if (!_peers.TryGetValue(peer, out var known)) return;
        Set(known with { TriedMs = wallMs, Failures = Math.Min(known.Failures + 1, KnownPeer.MaxCount) });
    }

    /// <summary>Peers to dial now: of the best whose wait is over, some by chance.</summary>
    /// <param name="count">At most so many.</param>
    /// <param name="wallMs">The time, Unix milliseconds; where it has been set back, waits are over.</param>
    /// <param name="choices">Draws them.</param>
    /// <returns>In random order; fewer where there are not so many. Connected ones are not left out: the caller knows them.</returns>
    public ImmutableArray<KnownPeer> Candidates(int count, long wallMs, Choices choices)
    {
        var ready = new List<KnownPeer>();
        foreach (var peer in _peers.Values)
        {
            if (!IsOld(peer, wallMs) && !Waits(peer, wallMs)) ready.Add(peer);
        }

        ready.Sort(CompareUse);
        var best = ready.Take(count * Spread).ToArray();
        choices.Shuffle<KnownPeer>(best);
        return [.. best.Take(count)];
    }

    /// <summary>Forgets peers that were not connected for too long.</summary>
    /// <param name="wallMs">The time, Unix milliseconds.</param>
    public void Purge(long wallMs)
    {
        foreach (var peer in _peers.Values.ToArray())
        {
            if (IsOld(peer, wallMs)) _peers.Remove(peer.Id);
        }
    }

    /// <summary>Forgets a peer.</summary>
    /// <param name="peer">The peer.</param>
    public void Forget(PeerId peer) => _peers.Remove(peer);

    /// <summary>The book as bytes: one encoding for one content.</summary>
    /// <returns>The bytes.</returns>
    public byte[] Encode()
    {
        var writer = new ProtoWriter().Varint(1, Version);
        foreach (var peer in _peers.Values.OrderBy(p => p.Id)) writer.Bytes(2, peer.Encode());
        return writer.ToArray();
    }

    /// <summary>Reads a book.</summary>
    /// <param name="bytes">The bytes, as they lay on a disk.</param>
    /// <param name="self">This node; it is left out.</param>
    /// <param name="limits">Bounds; peers beyond are left out.</param>
    /// <returns>The book.</returns>
    /// <exception cref="WireException">Malformed, or of another version.</exception>
    public static PeerBook Decode(ReadOnlySpan<byte> bytes, PeerId self, PeerBookLimits? limits = null)
    {
        if (bytes.Length > MaxLength) throw new WireException("peer book", $"{bytes.Length} bytes, limit {MaxLength}");
        var book = new PeerBook(self, limits);
        ulong version = 0;
        var reader = new ProtoReader(bytes, maxFields: bytes.Length);
        while (reader.Next())
        {
            if (reader.Field == 1) version = reader.Varint("version");
            else if (reader.Field == 2 && version == Version) book.Take(KnownPeer.Decode(reader.Bytes("peer", MaxLength), book._limits.Addresses));
            else throw new WireException("peer book", $"version {version}, field {reader.Field}; expected version {Version}");
        }

        return version == Version ? book : throw new WireException("peer book", $"version {version}, expected {Version}");
    }

    // Whoever comes again mostly says what it said before.
    private static bool IsAllOf(KnownPeer known, Multiaddr? worked, ImmutableArray<Multiaddr> said)
        => said.AsSpan().SequenceEqual(known.Addresses.AsSpan()) && (worked is null || (said.Length > 0 && worked.Equals(said[0])));

    private static int CompareUse(KnownPeer a, KnownPeer b)
    {
        if (a.Failures != b.Failures) return a.Failures.CompareTo(b.Failures);
        var dialled = (b.Successes > 0).CompareTo(a.Successes > 0);
        if (dialled != 0) return dialled;
        var seen = b.SeenMs.CompareTo(a.SeenMs);
        return seen != 0 ? seen : a.Id.CompareTo(b.Id);
    }

    private void Take(KnownPeer peer)
    {
        if (peer.Id != self && !peer.Addresses.IsEmpty) _peers.TryAdd(peer.Id, peer);
    }

    private ImmutableArray<Multiaddr> Merge(Multiaddr? worked, ImmutableArray<Multiaddr> said, KnownPeer? known)
    {
        var all = ImmutableArray.CreateBuilder<Multiaddr>();
        IEnumerable<Multiaddr> first = worked is null ? [] : [worked];
        foreach (var address in first.Concat(said).Concat(known?.Addresses ?? []))
        {
            if (all.Count == _limits.Addresses) break;
            var plain = address.WithoutPeer();
            if (!all.Contains(plain)) all.Add(plain);
        }

        return all.DrainToImmutable();
    }

    // One that came to us only, or has failed most, or was not seen for longest, goes; never a better one than the newcomer.
    private bool MakeRoom(KnownPeer newcomer)
    {
        var worst = Worst();
        if (CompareWorth(newcomer, worst) > 0) return false;
        _worst.RemoveAt(_worst.Count - 1);
        return _peers.Remove(worst.Id);
    }

    // The book is looked through for several at once; of those the first of which nothing was heard since is taken.
    private KnownPeer Worst()
    {
        while (_worst.Count > 0)
        {
            var worst = _worst[^1];
            if (_peers.TryGetValue(worst.Id, out var known) && ReferenceEquals(known, worst)) return worst;
            _worst.RemoveAt(_worst.Count - 1);
        }

        foreach (var peer in _peers.Values) Rank(peer);
        return _worst[^1];
    }

    private void Rank(KnownPeer peer)
    {
        if (_worst.Count == WorstMost && CompareWorth(peer, _worst[0]) <= 0) return;
        var at = _worst.FindIndex(other => CompareWorth(peer, other) <= 0);
        _worst.Insert(at < 0 ? _worst.Count : at, peer);
        if (_worst.Count > WorstMost) _worst.RemoveAt(0);
    }

    // Who has become worse than one of those that were found takes its place among them.
    private void Set(KnownPeer peer)
    {
        _peers[peer.Id] = peer;
        if (_worst.Count > 0 && CompareWorth(peer, _worst[0]) > 0) Rank(peer);
    }

    private static int CompareWorth(KnownPeer a, KnownPeer b)
    {
        var dialled = (b.Successes > 0).CompareTo(a.Successes > 0);
        return dialled != 0 ? dialled : CompareUse(a, b);
    }

    private bool IsOld(KnownPeer peer, long wallMs) => wallMs - peer.SeenMs > _limits.Age.Ticks / TimeSpan.TicksPerMillisecond;

    private bool Waits(KnownPeer peer, long wallMs)
    {
        if (peer.Failures == 0 || wallMs < peer.TriedMs) return false;
        var wait = (_limits.BackOff.Ticks / TimeSpan.TicksPerMillisecond) + (1000L * peer.Failures * peer.Failures);
        return wallMs - peer.TriedMs < Math.Min(wait, _limits.MaxBackOff.Ticks / TimeSpan.TicksPerMillisecond);
    }
}
