// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;

namespace PeerCompute.Libp2p.Kademlia;

/// <summary>Parameters and bounds of a node in the DHT. Sources: libp2p/specs kad-dht; docs/protocol/kademlia.md says why ours differ.</summary>
public sealed record KadOptions
{
    /// <summary>The protocol id of PeerCompute's own DHT: networks that share an id merge.</summary>
    public const string OwnProtocol = "/peercompute/kad/1.0.0";

    /// <summary>The protocol id of the public IPFS DHT; for tests against other implementations.</summary>
    public const string IpfsProtocol = "/ipfs/kad/1.0.0";

    /// <summary>Protocol id of this network.</summary>
    public string Protocol { get; init; } = OwnProtocol;

    /// <summary>Whether the node starts as a server: answers, and stands in others' tables.</summary>
    public bool Server { get; init; } = true;

    /// <summary>Size of a bucket, of an answer, and of the set that keeps a record (k).</summary>
    public int K { get; init; } = 20;

    /// <summary>Requests of one query in flight (α).</summary>
    public int Alpha { get; init; } = 10;

    /// <summary>Between two refreshes of the table; 1 h in networks beyond 10 000 nodes.</summary>
    public TimeSpan RefreshInterval { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>From the first server seen to the first lookup of oneself; up to twice as long, by chance.</summary>
    public TimeSpan FirstRefreshDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Between two announcements of a key that this node provides, a fifth more or less by chance.</summary>
    public TimeSpan RepublishInterval { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long a provider record of a stranger lives.</summary>
    public TimeSpan ProviderExpiry { get; init; } = new(2, 10, 0);

    /// <summary>How long the addresses in it are handed on.</summary>
    public TimeSpan AddressExpiry { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>How long a stored value lives.</summary>
    public TimeSpan RecordExpiry { get; init; } = TimeSpan.FromHours(48);

    /// <summary>After this a peer that has not answered no longer holds up others; it may still answer.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Longest life of a query; then it ends with what it has.</summary>
    public TimeSpan QueryTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Most requests of one walk: what liars can make it spend (a walk among a million nodes takes 41).</summary>
    public int MaxRequests { get; init; } = 160;

    /// <summary>Queries that run at the same time; further ones wait.</summary>
    public int ConcurrentQueries { get; init; } = 16;

    /// <summary>Of these, for refresh and republishing.</summary>
    public int BackgroundQueries { get; init; } = 3;

    /// <summary>Queries that wait; a further one ends at once, without result.</summary>
    public int WaitingQueries { get; init; } = 1024;

    /// <summary>Keys that this node provides.</summary>
    public int OwnKeys { get; init; } = 1024;

    /// <summary>Contacts of one block of public addresses (IPv4 /16, IPv6 /32) in one bucket.</summary>
    public int ContactsPerGroup { get; init; } = 5;

    /// <summary>Keys of provider records held for others; the farthest gives way to a closer one.</summary>
    public int ProviderKeys { get; init; } = 4096;

    /// <summary>Providers held per key: a fair sample of all that offer themselves.</summary>
    public int ProvidersPerKey { get; init; } = 128;

    /// <summary>Provider records held in all.</summary>
    public int ProviderRecords { get; init; } = 32_768;

    /// <summary>Provider records held of one peer.</summary>
    public int ProviderRecordsPerPeer { get; init; } = 64;

    /// <summary>Bytes of providers in one answer.</summary>
    public int ProviderAnswerBytes { get; init; } = 14 * 1024;

    /// <summary>Values held in all, bytes.</summary>
    public int RecordBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Values held of one peer.</summary>
    public int RecordsPerPeer { get; init; } = 1000;

    /// <summary>Who judges records, by namespace; records of other namespaces are refused. Production has none.</summary>
    public ImmutableArray<KadNamespace> Namespaces { get; init; } = [];
}
