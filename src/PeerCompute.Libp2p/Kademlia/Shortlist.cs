// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Multiformats;
using PeerCompute.Base.Time;

namespace PeerCompute.Libp2p.Kademlia;

/// <summary>
/// The peers that one walk has heard of, closest to its target first, and what became of asking them. A walk is settled when the k closest that did not
/// fail have answered.
/// </summary>
internal sealed class Shortlist(Hash32 target, PeerId self, KadOptions options)
{
    // A failed peer is asked again where somebody names other addresses: a liar may have named the first ones.
    private const int MaxTries = 3;

    private readonly List<Candidate> _peers = [];
    private readonly int _capacity = Capacity(options);

    /// <summary>True when the k closest have answered, or nobody is left.</summary>
    public bool IsSettled
    {
        get
        {
            var live = 0;
            foreach (var peer in _peers)
            {
                if (peer.State == State.Failed) continue;
                if (peer.State != State.Answered) return false;
                if (++live == options.K) return true;
            }

            return true;
        }
    }

    /// <summary>True while somebody has not answered yet.</summary>
    public bool IsWaiting => _peers.Exists(p => p.State == State.Asked);

    /// <summary>True when anybody has answered.</summary>
    public bool HasAnswers => _peers.Exists(p => p.State == State.Answered);

    /// <summary>
    /// Most peers kept: the farthest are forgotten. A walk starts with as many contacts, not with k, so that k dead ones are not its end.
    /// </summary>
    public static int Capacity(KadOptions options) => 10 * options.K;

    /// <summary>Hears of a peer.</summary>
    public void Add(KadPeer peer)
    {
        if (peer.Id == self || peer.Addresses.IsEmpty) return;
        var distance = peer.Point ^ target;
        int low = 0, high = _peers.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_peers[middle].Distance.CompareTo(distance) < 0) low = middle + 1;
            else high = middle;
        }

        if (low < _peers.Count && _peers[low].Distance == distance)
        {
            _peers[low].HearOf(peer.Addresses);
            return;
        }

        if (low >= _capacity) return;
        if (_peers.Count == _capacity) _peers.RemoveAt(_capacity - 1);
        _peers.Insert(low, new Candidate(peer, distance));
    }

    /// <summary>Whom to ask next, or null: the closest not asked among the k closest, α at a time and those that are slow apart.</summary>
    public KadPeer? Next(Instant now)
    {
        int prompt = 0, asked = 0, live = 0;
        foreach (var peer in _peers)
        {
            if (peer.State != State.Asked) continue;
            asked++;
            if (peer.Asked + options.Patience > now) prompt++;
        }

        if (prompt >= options.Alpha || asked >= 3 * options.Alpha) return null;
        foreach (var peer in _peers)
        {
            if (peer.State == State.Failed) continue;
            if (live++ == options.K) return null;
            if (peer.State != State.Fresh) continue;
            peer.State = State.Asked;
            peer.Asked = now;
            peer.Tries++;
            return peer.Peer;
        }

        return null;
    }

    /// <summary>When the next one that was asked becomes slow.</summary>
    public Instant NextSlow(Instant now)
    {
        var next = Instant.Never;
        foreach (var peer in _peers)
        {
            if (peer.State == State.Asked && peer.Asked + options.Patience > now) next = Instant.Min(next, peer.Asked + options.Patience);
        }

        return next;
    }

    /// <summary>A peer that was asked has answered or failed.</summary>
    /// <returns>The peer as it was asked; null when it was not.</returns>
    public KadPeer? Settle(PeerId id, bool answered)
    {
        var peer = default(Candidate);
        foreach (var candidate in _peers)
        {
            if (candidate.State != State.Asked || candidate.Peer.Id != id) continue;
            peer = candidate;
            break;
        }

        if (peer is null) return null;
        var asked = peer.Peer;
        peer.State = answered ? State.Answered : State.Failed;
        if (!answered) peer.TryOthers();
        return asked;
    }

    /// <summary>The closest that have answered, at most k.</summary>
    public ImmutableArray<KadPeer> Answered()
    {
        var answered = ImmutableArray.CreateBuilder<KadPeer>();
        foreach (var peer in _peers)
        {
            if (peer.State == State.Answered && answered.Count < options.K) answered.Add(peer.Peer);
        }

        return answered.DrainToImmutable();
    }

    private enum State : byte
    {
        Fresh,
        Asked,
        Answered,
        Failed,
    }

    private sealed class Candidate(KadPeer peer, Hash32 distance)
    {
        private ImmutableArray<Multiaddr> _others = [];

        public KadPeer Peer { get; private set; } = peer;

        public Hash32 Distance { get; } = distance;

        public State State { get; set; }

        public Instant Asked { get; set; }

        public int Tries { get; set; }

        public void HearOf(ImmutableArray<Multiaddr> addresses)
        {
            if (State == State.Answered) return;
            if (addresses == Peer.Addresses && State != State.Failed) return; // the very same array: nodes of one process share it
            foreach (var address in addresses)
            {
                if (_others.Length == KadPeer.MaxAddresses) break;
                if (!Peer.Addresses.Contains(address) && !_others.Contains(address)) _others = _others.Add(address);
            }

            if (State == State.Failed) TryOthers();
        }

        public void TryOthers()
        {
            if (_others.IsEmpty || Tries >= MaxTries) return;
            Peer = Peer.With(_others);
            _others = [];
            State = State.Fresh;
        }
    }
}
