// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Collections;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Time;
using PeerCompute.Core.Effects;
using PeerCompute.Core.Views;
using PeerCompute.Libp2p.Kademlia;
using PeerCompute.Libp2p.Peers;
using PeerCompute.Wire.Common;

namespace PeerCompute.Core.Mesh;

/// <summary>Whom to be connected with: dials named and remembered peers until there are enough, lets idle ones go when there are too many.</summary>
internal sealed class Neighbours(NodeContext node)
{
    /// <summary>Connections that a node tries to have; gossip wants 6 in each mesh.</summary>
    private const int Wanted = 8;

    /// <summary>Connections that a light node tries to have: one may fail.</summary>
    private const int WantedLight = 2;

    /// <summary>Named peers that are remembered as such.</summary>
    private const int SeedsMost = 64;

    /// <summary>Peers that a light node wants to remember: its two neighbours may both go.</summary>
    private const int KnownLeast = 8;

    /// <summary>Peers of other networks that are not dialled again; the oldest is forgotten.</summary>
    private const int ForeignMost = 256;

    private static readonly TimeSpan MeetEvery = new(0, 0, 5);
    private static readonly TimeSpan KeepSoon = new(0, 1, 0);
    private static readonly TimeSpan KeepSeldom = new(0, 16, 0);
    private static readonly TimeSpan MeetSoon = new(TimeSpan.TicksPerMillisecond * 200);

    private readonly OrderedMap<PeerId, Contact> _seeds = new(SeedsMost);
    private readonly OrderedMap<PeerId, int> _dialling = new();
    private readonly OrderedMap<PeerId, string> _failures = new(SeedsMost);
    private readonly OrderedSet<PeerId> _foreign = new(ForeignMost);
    private PeerBook _book = new(node.Self, LimitsOf(node));
    private Instant _nextMeet = Instant.Never;
    private Instant _nextKeep = Instant.Never;
    private TimeSpan _keepEvery = KeepSoon;
    private int _turn;
    private bool _told;

    public Instant NextWake => Instant.Min(_nextMeet, _nextKeep);

    /// <summary>Peers remembered.</summary>
    public int Remembering => _book.Count;

    /// <summary>Dials under way at a time: who names many peers must not make this node call them all.</summary>
    private int DialsMost => 2 * Want;

    /// <summary>More connections are cut back to <see cref="KeptMost"/>.</summary>
    private int HeldMost => node.Settings.Connections;

    /// <summary>Connections that stay when there are too many.</summary>
    private int KeptMost => 2 * HeldMost / 3;

    private int Want => node.Settings.Light ? WantedLight : Wanted;

    /// <summary>What is held of what others say.</summary>
    public void AddHoldings(List<Holding> held)
    {
        held.Add(new Holding("peer book", _book.Count, node.Settings.PeersRemembered));
        held.Add(new Holding("dials", _dialling.Count, DialsMost));
        held.Add(new Holding("foreign peers", _foreign.Count, ForeignMost));
    }

    public void Begin() => _nextMeet = node.Now.Mono;

    public void Remembered(ReadOnlySpan<byte> book)
    {
        _book = PeerBook.Decode(book, node.Self, LimitsOf(node));
        _nextMeet = node.Now.Mono;
    }

    public void Heard(ImmutableArray<Contact> peers, bool seeds)
    {
        foreach (var peer in peers)
        {
            if (peer.Peer == node.Self || peer.Addresses.IsEmpty) continue;
            if (seeds && (!_seeds.IsFull || _seeds.ContainsKey(peer.Peer))) _seeds[peer.Peer] = peer;
            if (!seeds && node.Up.Count + _dialling.Count < DialsMost) Dial(peer.Peer, peer.Addresses);
        }

        if (seeds) _nextMeet = node.Now.Mono;
    }

    public void Identified(PeerId peer, PeerFacts facts)
    {
        _dialling.Remove(peer);
        _failures.Clear();
        _told = false;
        _book.Seen(peer, facts.Addresses, facts.Dialled, node.Now.WallMs);
        if (_nextKeep == Instant.Never) _nextKeep = node.Now.Mono + MeetEvery;
    }

    /// <summary>A connection is up; who is at its other end may never say.</summary>
    public void Up(PeerId peer)
    {
        _dialling.Remove(peer);
        if (node.Up.Count > HeldMost) MeetBy(MeetEvery);
    }

    /// <summary>Whether so few peers are remembered that a light node asks for more.</summary>
    public bool KnowsFew => _book.Count < KnownLeast;

    /// <summary>Servers that a neighbour named: remembered until they turn out not to be there.</summary>
    public void Named(ImmutableArray<KadPeer> peers)
    {
        foreach (var peer in peers) _book.Seen(peer.Id, peer.Addresses, null, node.Now.WallMs);
    }

    /// <summary>A peer turned out to belong to another network.</summary>
    public void IsForeign(PeerId peer)
    {
        _foreign.AddRecent(peer);
        _book.Forget(peer);
    }

    public void Down(PeerId peer)
    {
        _dialling.Remove(peer);
        if (node.Up.Count < Want) MeetBy(MeetSoon);
    }

    public void Failed(PeerId peer, string reason)
    {
        _book.Failed(peer, node.Now.WallMs);
        if (!_dialling.Remove(peer)) return;
        if (!_failures.IsFull || _failures.ContainsKey(peer)) _failures[peer] = reason;
        if (_dialling.Count == 0) Complain();
    }

    /// <summary>Dials where there are too few connections, cuts back where there are too many, writes the book.</summary>
    public void Advance(Func<PeerId, bool> inUse)
    {
        if (_nextMeet <= node.Now.Mono)
        {
            _nextMeet = Instant.Never; // with neither too few nor too many there is nothing to look after
            Meet();
            CutBack(inUse);
            if (node.Up.Count < Want || node.Up.Count > HeldMost) MeetBy(MeetEvery);
        }

        if (_nextKeep <= node.Now.Mono)
        {
            _nextKeep = node.Now.Mono + _keepEvery;
            _keepEvery = new TimeSpan(Math.Min(2 * _keepEvery.Ticks, KeepSeldom.Ticks)); // of a book that has filled a part changes
            _book.Purge(node.Now.WallMs);
            node.Effects.Add(new KeepPeers(_book.Encode()));
        }
    }

    private static PeerBookLimits LimitsOf(NodeContext node) => new() { Peers = node.Settings.PeersRemembered };

    private void MeetBy(TimeSpan wait) => _nextMeet = Instant.Min(_nextMeet, node.Now.Mono + wait);

    private void Meet()
    {
        _turn++;
        if (node.Up.Count >= Want) return;
        foreach (var seed in _seeds.Values)
        {
            if (node.Up.Count + _dialling.Count >= Want) return;
            if (node.Up.Count == 0 || !node.Settings.Light) Dial(seed.Peer, seed.Addresses);
        }

        foreach (var known in _book.Candidates(Want, node.Now.WallMs, node.Choices))
        {
            if (node.Up.Count + _dialling.Count >= Want) return;
            Dial(known.Id, known.Addresses);
        }
    }

    private void Dial(PeerId peer, ImmutableArray<Base.Multiformats.Multiaddr> addresses)
    {
        if (node.Up.Contains(peer) || _dialling.ContainsKey(peer) || _foreign.Contains(peer)) return;
        _dialling[peer] = _turn;
        node.Effects.Add(new Reach(peer, addresses[_turn % addresses.Length].ToString()));
    }

    private void CutBack(Func<PeerId, bool> inUse)
    {
        if (node.Up.Count <= HeldMost) return;
        var left = node.Up.Count - KeptMost;
        var peers = node.Up.ToArray();
        node.Choices.Shuffle<PeerId>(peers); // by chance: a crowd of newcomers mostly pushes out its own kind, yet some of them may stay
        foreach (var peer in peers)
        {
            if (left == 0) return;
            if (_seeds.ContainsKey(peer) || inUse(peer)) continue;
            left--;
            node.Effects.Add(new Drop(peer, "more connections than are needed"));
        }
    }

    /// <summary>Once per silence: nobody that was named or remembered answers.</summary>
    private void Complain()
    {
        if (_told || node.Up.Count > 0) return;
        _told = true;
        var tried = ImmutableArray.CreateBuilder<(Contact, string)>();
        foreach (var (peer, reason) in _failures)
        {
            var addresses = _seeds.TryGetValue(peer, out var seed) ? seed.Addresses : _book.Find(peer)?.Addresses ?? [];
            tried.Add((new Contact(peer, addresses), reason));
        }

        node.Effects.Add(new NobodyAnswered(node.Settings.Network, tried.ToImmutable()));
    }
}
