// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Chance;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Multiformats;
using PeerCompute.Base.Time;

namespace PeerCompute.Libp2p.Kademlia;

/// <summary>
/// A node in the distributed hash table: routing table, queries, stores and their upkeep, as one machine without input or output. It asks
/// by effects and is told answers; it answers strangers from what it holds (libp2p/specs kad-dht, server and client mode).
/// </summary>
public sealed partial class KadNode
{
    private readonly KadOptions _options;
    private readonly Choices _choices;
    private readonly PeerId _self;
    private readonly RoutingTable _table;
    private readonly ProviderStore _providers;
    private readonly RecordStore _records;

    /// <summary>A node that knows nobody yet.</summary>
    /// <param name="self">This node.</param>
    /// <param name="options">Parameters and bounds.</param>
    /// <param name="choices">Chance of its own for samples and jitter.</param>
    public KadNode(PeerId self, KadOptions options, Choices choices)
    {
        _self = self;
        _options = options;
        _choices = choices;
        Server = options.Server;
        Point = KadPeer.PointOf(self);
        _table = new RoutingTable(Point, options);
        _providers = new ProviderStore(Point, choices.Next(), options);
        _records = new RecordStore(options);
    }

    /// <summary>The protocol that this node speaks.</summary>
    public string Protocol => _options.Protocol;

    /// <summary>Longest request to take from a stranger, bytes: without values there are only keys and the asker's own addresses.</summary>
    public int MaxRequest => _options.Namespaces.IsEmpty ? 8 * 1024 : KadMessage.MaxLength;

    /// <summary>This node's place in the key space.</summary>
    public Hash32 Point { get; }

    /// <summary>Whether this node answers; the protocol is to be offered to others exactly then, for they put servers only into their tables.</summary>
    public bool Server { get; set; }

    /// <summary>Where this node can be dialled, without the peer id; without any it provides nothing.</summary>
    public ImmutableArray<Multiaddr> Addresses { get; set; } = [];

    /// <summary>Parameters and bounds.</summary>
    public KadOptions Options => _options;

    /// <summary>Servers in the table.</summary>
    public int Contacts => _table.Count;

    /// <summary>Provider records held for others.</summary>
    public int ProviderRecords => _providers.Count;

    /// <summary>Queries that run or wait.</summary>
    public int Queries => _active.Count + _waiting.Count + _background.Count;

    /// <summary>When <see cref="Advance"/> is due; <see cref="Instant.Never"/> when it waits for others only.</summary>
    public Instant NextWake
    {
        get
        {
            var next = Instant.Min(Instant.Min(_nextRefresh, _nextRepublish), _nextPurge);
            foreach (var query in _active.Values) next = Instant.Min(next, query.NextWake);
            return next;
        }
    }

    /// <summary>A peer is connected and said what it is, or says it anew.</summary>
    /// <param name="peer">The peer, with where it listens, and where it is connected from when we dialled it.</param>
    /// <param name="server">Whether it accepts streams of <see cref="Protocol"/>.</param>
    /// <param name="now">The time.</param>
    /// <param name="effects">Appended to.</param>
    public void PeerSeen(KadPeer peer, bool server, Instant now, List<KadEffect> effects)
    {
        if (peer.Id == _self) return;
        if (!server)
        {
            _table.Remove(peer.Point);
            return;
        }

        var wasAlone = _table.Count == 0;
        if (!_table.Add(peer, answered: false, now) || !wasAlone) return;
        var soon = now + _choices.Span(_options.FirstRefreshDelay, _options.FirstRefreshDelay + _options.FirstRefreshDelay);
        _nextRefresh = Instant.Min(_nextRefresh, soon);
        _refreshWait = _options.FirstRefreshDelay;
        _bucketsDue = true;
    }

    /// <summary>The last connection with a peer ended. Those that once answered stay in the table: it needs no connections.</summary>
    /// <param name="point">The peer's place in the key space.</param>
    public void PeerGone(Hash32 point) => _table.Gone(point);

    /// <summary>The known servers closest to a peer, from the table alone.</summary>
    /// <param name="peer">The peer.</param>
    /// <param name="count">At most so many.</param>
    /// <returns>Closest first.</returns>
    public ImmutableArray<KadPeer> ClosestKnown(PeerId peer, int count) => [.. _table.Closest(KadPeer.PointOf(peer), count, reliable: true)];

    /// <summary>What the table knows of a peer.</summary>
    /// <param name="peer">The peer.</param>
    /// <returns>Null when it is not in the table.</returns>
    public KadPeer? Known(PeerId peer) => _table.Find(KadPeer.PointOf(peer));
}
