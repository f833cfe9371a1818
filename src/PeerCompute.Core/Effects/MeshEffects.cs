// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Multiformats;
using PeerCompute.Libp2p.Gossip;
using PeerCompute.Libp2p.Kademlia;
using PeerCompute.Market.Adverts;
using PeerCompute.Wire.Adverts;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Messages;

namespace PeerCompute.Core.Effects;

/// <summary>Sends a gossip RPC; dropped where the peer does not read.</summary>
/// <param name="To">To whom.</param>
/// <param name="Rpc">What.</param>
public sealed record SendGossip(PeerId To, GossipRpc Rpc) : NodeEffect;

/// <summary>Checks the signature of a gossip message and admits what it says; answers with <see cref="Events.GossipChecked"/>.</summary>
/// <param name="Message">The message.</param>
public sealed record CheckGossip(GossipMessage Message) : NodeEffect;

/// <summary>Publishes on a topic once the journal holds what is said; comes back as <see cref="Events.AnnounceDue"/>.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Data">The payload.</param>
public sealed record Announce(string Topic, ReadOnlyMemory<byte> Data) : NodeEffect
{
    /// <inheritdoc/>
    public override bool Binding => true;
}

/// <summary>Asks a peer in the DHT, dialling it where needed; answers with <see cref="Events.KadAnswered"/> or <see cref="Events.KadFailed"/>.</summary>
/// <param name="Query">The query.</param>
/// <param name="Peer">Whom.</param>
/// <param name="Addresses">Where it is said to be.</param>
/// <param name="Request">What.</param>
public sealed record AskKad(long Query, PeerId Peer, ImmutableArray<Multiaddr> Addresses, KadMessage Request) : NodeEffect;

/// <summary>Answers a stranger in the DHT.</summary>
/// <param name="Ticket">The question.</param>
/// <param name="Response">The answer; null where none is due.</param>
/// <param name="Refusal">Why it is not answered; the stream is reset. Empty where it is.</param>
public sealed record AnswerKad(long Ticket, KadMessage? Response, string Refusal) : NodeEffect;

/// <summary>Asks a peer for its advert, dialling it where needed; answers with <see cref="Events.AdvertCame"/> or
/// <see cref="Events.AdvertFailed"/>.</summary>
/// <param name="Peer">Whom.</param>
/// <param name="Addresses">Where it is said to be.</param>
/// <param name="Query">The query.</param>
public sealed record AskAdvert(PeerId Peer, ImmutableArray<Multiaddr> Addresses, AdvertQuery Query) : NodeEffect;

/// <summary>Answers a stranger who asked for our advert.</summary>
/// <param name="Ticket">The question.</param>
/// <param name="Answer">The advert; null where there is none.</param>
public sealed record AnswerAdvert(long Ticket, AdvertAnswer? Answer) : NodeEffect;

/// <summary>Sends a message to a peer that need not be connected, dialling it; nothing comes back.</summary>
/// <param name="To">Who and where.</param>
/// <param name="Message">The message.</param>
/// <param name="IsBinding">Whether it promises something.</param>
public sealed record SayAt(Contact To, PeerMessage Message, bool IsBinding) : NodeEffect
{
    /// <inheritdoc/>
    public override bool Binding => IsBinding;
}

/// <summary>Ends all connections with a peer.</summary>
/// <param name="Peer">Who.</param>
/// <param name="Why">For the log.</param>
public sealed record Drop(PeerId Peer, string Why) : NodeEffect;

/// <summary>Writes the peer book where the next life finds it.</summary>
/// <param name="Book">Its bytes.</param>
public sealed record KeepPeers(ReadOnlyMemory<byte> Book) : NodeEffect;

/// <summary>None of the peers that the operator named, and none that is remembered, can be reached: the operator should read why.</summary>
/// <param name="Network">The node's network.</param>
/// <param name="Tried">Who and where, and what came of it.</param>
public sealed record NobodyAnswered(NetworkId Network, ImmutableArray<(Contact Peer, string Reason)> Tried) : NodeEffect;

/// <summary>A search of the local API is over.</summary>
/// <param name="Search">The search.</param>
/// <param name="Fits">Adverts that fit.</param>
/// <param name="Explanation">Why the others do not.</param>
/// <param name="Silent">Providers that gave no advert.</param>
public sealed record SearchEnded(long Search, ImmutableArray<HeldAdvert> Fits, Explanation Explanation, int Silent) : NodeEffect;
