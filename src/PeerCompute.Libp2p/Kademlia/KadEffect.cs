// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Multiformats;

namespace PeerCompute.Libp2p.Kademlia;

/// <summary>Something that the caller of a <see cref="KadNode"/> shall do or know.</summary>
public abstract record KadEffect;

/// <summary>
/// Ask a peer, dialling it where needed; answer with <see cref="KadNode.Answered"/> or <see cref="KadNode.Failed"/>, in time of the caller's choice.
/// </summary>
/// <param name="Query">The query.</param>
/// <param name="Peer">Whom.</param>
/// <param name="Addresses">Where it is said to be; strangers said so.</param>
/// <param name="Request">What; where it wants no answer, <see cref="KadNode.Answered"/> follows when it is sent.</param>
public sealed record KadAsk(long Query, PeerId Peer, ImmutableArray<Multiaddr> Addresses, KadMessage Request) : KadEffect;

/// <summary>Providers, or addresses of the peer that is looked for, as they come; the same peer may come again with other addresses.</summary>
/// <param name="Query">The query.</param>
/// <param name="Peers">As a stranger says; addresses may be missing (find the peer, then).</param>
public sealed record KadFound(long Query, ImmutableArray<KadPeer> Peers) : KadEffect;

/// <summary>A query is over.</summary>
/// <param name="Query">The query.</param>
/// <param name="Result">What came of it.</param>
public sealed record KadDone(long Query, KadResult Result) : KadEffect;

/// <summary>What came of a query.</summary>
/// <param name="Kind">The kind of query.</param>
/// <param name="Peers">
/// Closest peers that answered, closest first; the peer looked for, or nothing; providers, one of each holder in turn; holders that took a record.
/// </param>
/// <param name="Record">The best record found.</param>
/// <param name="Requests">Requests made, those for storing included.</param>
/// <param name="Complete">True when the k closest peers answered or the aim was reached before; false when time, requests or peers ran out.</param>
public sealed record KadResult(KadQueryKind Kind, ImmutableArray<KadPeer> Peers, KadRecord? Record, int Requests, bool Complete)
{
    /// <summary>Holders that took the record, this node not counted.</summary>
    public int Stored => Kind is KadQueryKind.Provide or KadQueryKind.Put ? Peers.Length : 0;
}

/// <summary>Kinds of queries.</summary>
public enum KadQueryKind
{
    /// <summary>The k closest servers to a key.</summary>
    FindClosest,

    /// <summary>One peer's addresses.</summary>
    FindPeer,

    /// <summary>Providers of a key.</summary>
    FindProviders,

    /// <summary>This node provides a key.</summary>
    Provide,

    /// <summary>A record is stored.</summary>
    Put,

    /// <summary>A record is fetched.</summary>
    Get,
}
