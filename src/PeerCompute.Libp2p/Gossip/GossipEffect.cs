// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Identity;

namespace PeerCompute.Libp2p.Gossip;

/// <summary>What the router asks of its owner.</summary>
public abstract record GossipEffect;

/// <summary>Send an RPC.</summary>
/// <param name="Peer">To whom.</param>
/// <param name="Rpc">What; may be the same object for many peers.</param>
public sealed record GossipSend(PeerId Peer, GossipRpc Rpc) : GossipEffect;

/// <summary>Check a signature, anywhere, and come back with <see cref="GossipRouter.Checked"/>.</summary>
/// <param name="Message">The message.</param>
public sealed record GossipCheck(GossipMessage Message) : GossipEffect;

/// <summary>A new message by a proven author. Come back with <see cref="GossipRouter.Judge"/>; until then it goes nowhere.</summary>
/// <param name="Message">The message.</param>
/// <param name="From">Who sent it first.</param>
public sealed record GossipDeliver(GossipMessage Message, PeerId From) : GossipEffect;

/// <summary>A peer's score fell below the graylist threshold: nothing of it is read any more. Disconnect it.</summary>
/// <param name="Peer">Who.</param>
/// <param name="Why">For the log.</param>
public sealed record GossipDrop(PeerId Peer, string Why) : GossipEffect;
