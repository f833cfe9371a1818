// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Collections;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Multiformats;

namespace PeerCompute.Libp2p.Kademlia;

/// <summary>
/// Providers that holders have named. A lying holder can name many and put false addresses to honest ones, so the result takes one of each holder in turn, and
/// addresses add up over holders.
/// </summary>
internal sealed class Findings(PeerId self)
{
    /// <summary>Most providers that one search keeps.</summary>
    public const int Capacity = 512;

    /// <summary>A search ends early only when so many holders named somebody.</summary>
    public const int LeastHolders = 4;

    private const int MaxAddressesOfHolder = 8;
    private const int MaxAddresses = 4 * MaxAddressesOfHolder;

    private readonly OrderedMap<PeerId, (KadPeer Peer, int Rank, int Holder)> _found = new(Capacity);
    private int _holders;

    /// <summary>Whether so many were named, by enough holders.</summary>
    public bool Suffice(int wanted) => _found.Count >= wanted && _holders >= LeastHolders;

    /// <summary>Takes one holder's answer.</summary>
    /// <returns>Those that are new, or have new addresses.</returns>
    public ImmutableArray<KadPeer> Add(ImmutableArray<KadPeer> providers)
    {
        var news = ImmutableArray.CreateBuilder<KadPeer>();
        var rank = 0;
        foreach (var provider in providers)
        {
            if (provider.Id == self) continue;
            var known = _found.TryGetValue(provider.Id, out var before);
            if (!known && _found.IsFull) continue;
            var addresses = known ? before.Peer.Addresses : [];
            var all = Merge(addresses, provider.Addresses);
            if (known && all.Length == addresses.Length) continue;
            var merged = all.Length == provider.Addresses.Length && !known ? provider : provider.With(all);
            _found[provider.Id] = known ? before with { Peer = merged } : (merged, rank++, _holders);
            news.Add(merged);
        }

        if (!providers.IsEmpty) _holders++;
        return news.DrainToImmutable();
    }

    /// <summary>All, one of each holder in turn.</summary>
    public ImmutableArray<KadPeer> Result()
    {
        var all = _found.Values.ToArray();
        Array.Sort(all, (a, b) => a.Rank != b.Rank ? a.Rank.CompareTo(b.Rank) : a.Holder.CompareTo(b.Holder));
        return [.. all.Select(f => f.Peer)];
    }

    private static ImmutableArray<Multiaddr> Merge(ImmutableArray<Multiaddr> known, ImmutableArray<Multiaddr> said)
    {
        var taken = 0;
        foreach (var address in said)
        {
            if (taken == MaxAddressesOfHolder || known.Length == MaxAddresses) break;
            if (known.Contains(address)) continue;
            known = known.Add(address);
            taken++;
        }

        return known;
    }
}
