// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Multiformats;
using PeerCompute.Core.Mesh;
using PeerCompute.Libp2p.Gossip;
using PeerCompute.Libp2p.Kademlia;
using PeerCompute.Market.Adverts;
using PeerCompute.Wire.Adverts;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Messages;
using PeerCompute.Wire.Offers;

namespace PeerCompute.Core.Events;

/// <summary>Where this node can be dialled; said at the start and when it changes.</summary>
/// <param name="Addresses">Without the peer id, best first.</param>
public sealed record AddressesChanged(ImmutableArray<Multiaddr> Addresses) : NodeEvent;

/// <summary>What this host has, as the shell measured it; limits, slots and price are the machine's own.</summary>
/// <param name="Capabilities">The host's part of the advert.</param>
public sealed record CapabilitiesKnown(Capabilities Capabilities) : NodeEvent;

/// <summary>The peer book of an earlier life.</summary>
/// <param name="Book">As <see cref="Effects.KeepPeers"/> gave it.</param>
public sealed record PeersRemembered(ReadOnlyMemory<byte> Book) : NodeEvent;

/// <summary>Peers that somebody named: the operator, an invite, the local network.</summary>
/// <param name="Peers">Who and where.</param>
/// <param name="Seeds">Whether the operator named them: they are tried again for ever.</param>
public sealed record PeersHeard(ImmutableArray<Contact> Peers, bool Seeds) : NodeEvent;

/// <summary>A connected peer said what it is, or says it anew.</summary>
/// <param name="Peer">Who.</param>
/// <param name="Facts">What.</param>
public sealed record PeerIdentified(PeerId Peer, PeerFacts Facts) : NodeEvent;

/// <summary>Gossip can be exchanged with a peer.</summary>
/// <param name="Peer">Who.</param>
/// <param name="Outbound">True when we dialled it.</param>
public sealed record GossipUp(PeerId Peer, bool Outbound) : NodeEvent;

/// <summary>Gossip with a peer has ended.</summary>
/// <param name="Peer">Who.</param>
public sealed record GossipDown(PeerId Peer) : NodeEvent;

/// <summary>A gossip RPC came.</summary>
/// <param name="From">The connection's peer.</param>
/// <param name="Rpc">Decoded under limits.</param>
public sealed record GossipCame(PeerId From, GossipRpc Rpc) : NodeEvent;

/// <summary>A peer sent on its gossip stream what is no RPC.</summary>
/// <param name="From">The connection's peer.</param>
public sealed record GossipBroken(PeerId From) : NodeEvent;

/// <summary>The answer to <see cref="Effects.CheckGossip"/>.</summary>
/// <param name="Message">The very object that was asked about.</param>
/// <param name="Good">Whether its author signed it.</param>
/// <param name="Content">What it says, admitted: an <see cref="OfferHeard"/> or <see cref="OfferEnded"/>; null where it is neither.</param>
public sealed record GossipChecked(GossipMessage Message, bool Good, NodeEvent? Content) : NodeEvent;

/// <summary>The journal holds what was to be announced: now it goes out.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Data">The payload.</param>
public sealed record AnnounceDue(string Topic, ReadOnlyMemory<byte> Data) : NodeEvent;

/// <summary>An offer was gossiped by its issuer; its signatures are good.</summary>
/// <param name="Message">The offer.</param>
public sealed record OfferHeard(OfferMessage Message) : NodeEvent;

/// <summary>The end of an offer was gossiped by its issuer; its signatures are good.</summary>
/// <param name="Issuer">Who.</param>
/// <param name="Message">The end.</param>
public sealed record OfferEnded(PeerId Issuer, OfferClosed Message) : NodeEvent;

/// <summary>A sealed bid came that is to be passed on.</summary>
/// <param name="From">The connection's peer.</param>
/// <param name="Message">The bid and whom it is for.</param>
public sealed record ForwardCame(PeerId From, ForwardedBid Message) : NodeEvent;

/// <summary>A stranger asks our part of the DHT; answer with <see cref="Effects.AnswerKad"/>.</summary>
/// <param name="From">The connection's peer.</param>
/// <param name="Ticket">Names the question.</param>
/// <param name="Request">What it asks.</param>
public sealed record KadAsked(PeerId From, long Ticket, KadMessage Request) : NodeEvent;

/// <summary>A peer answered an <see cref="Effects.AskKad"/>.</summary>
/// <param name="Query">The query.</param>
/// <param name="Peer">Who.</param>
/// <param name="Response">Its answer; null where none is due.</param>
public sealed record KadAnswered(long Query, PeerId Peer, KadMessage? Response) : NodeEvent;

/// <summary>A peer did not answer an <see cref="Effects.AskKad"/>, or with what is no message.</summary>
/// <param name="Query">The query.</param>
/// <param name="Peer">Who.</param>
public sealed record KadFailed(long Query, PeerId Peer) : NodeEvent;

/// <summary>A stranger asks for our advert; answer with <see cref="Effects.AnswerAdvert"/>.</summary>
/// <param name="From">The connection's peer.</param>
/// <param name="Ticket">Names the question.</param>
/// <param name="Query">The query.</param>
public sealed record AdvertAsked(PeerId From, long Ticket, AdvertQuery Query) : NodeEvent;

/// <summary>An advert came from its owner, its signatures checked.</summary>
/// <param name="Advert">The advert.</param>
public sealed record AdvertCame(CheckedAdvert Advert) : NodeEvent;

/// <summary>A peer gave no advert.</summary>
/// <param name="Peer">Who.</param>
/// <param name="Reason">For people.</param>
public sealed record AdvertFailed(PeerId Peer, string Reason) : NodeEvent;

/// <summary>A client of the local API looks for workers; <see cref="Effects.SearchEnded"/> answers.</summary>
/// <param name="Search">Names the search.</param>
/// <param name="Needs">What they must have.</param>
/// <param name="Wanted">So many suffice.</param>
public sealed record SearchWorkers(long Search, Needs Needs, int Wanted) : NodeEvent;
