// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Errors;

namespace PeerCompute.Libp2p.Gossip;

/// <summary>
/// What one peer tells another at once (libp2p/specs pubsub/README.md and gossipsub-v1.1.md): subscriptions, messages, control.
/// Immutable; one object may be sent to many peers.
/// </summary>
public sealed class GossipRpc
{
    private byte[]? _encoded;

    /// <summary>Topics that the sender joins or leaves.</summary>
    public ImmutableArray<GossipSubscription> Subscriptions { get; init; } = [];

    /// <summary>Messages.</summary>
    public ImmutableArray<GossipMessage> Messages { get; init; } = [];

    /// <summary>Ids of messages that the sender has.</summary>
    public ImmutableArray<GossipHave> Haves { get; init; } = [];

    /// <summary>Ids of messages that the sender wants.</summary>
    public ImmutableArray<MessageId> Wants { get; init; } = [];

    /// <summary>Ids of messages that the sender has, and wants no copy of (IDONTWANT, gossipsub v1.2).</summary>
    public ImmutableArray<MessageId> DontWants { get; init; } = [];

    /// <summary>Topics in whose mesh the sender has put us.</summary>
    public ImmutableArray<string> Grafts { get; init; } = [];

    /// <summary>Topics from whose mesh the sender has taken us.</summary>
    public ImmutableArray<GossipPrune> Prunes { get; init; } = [];

    /// <summary>Whether it carries anything that is neither a message nor gossip about messages: what must not be dropped on the way out.</summary>
    public bool HasControl => Subscriptions.Length > 0 || Grafts.Length > 0 || Prunes.Length > 0;

    /// <summary>Whether it joins topics and says nothing else, as the first RPC of a connection does.</summary>
    public bool IsGreeting
        => Messages.IsEmpty && Haves.IsEmpty && Wants.IsEmpty && DontWants.IsEmpty && Grafts.IsEmpty && Prunes.IsEmpty
            && Subscriptions.All(static said => said.Subscribe);

    /// <summary>The encoded RPC, without its length; made once.</summary>
    public ReadOnlyMemory<byte> Encoded => _encoded ??= GossipCodec.Encode(this);

    /// <summary>Reads an RPC.</summary>
    /// <param name="bytes">A stranger's bytes without their length; messages keep slices of them.</param>
    /// <param name="limits">Bounds.</param>
    /// <returns>The RPC.</returns>
    /// <exception cref="WireException">Malformed or beyond a bound.</exception>
    public static GossipRpc Decode(ReadOnlyMemory<byte> bytes, GossipLimits limits) => GossipCodec.Decode(bytes, limits);
}

/// <summary>A change of subscription.</summary>
/// <param name="Subscribe">True to join, false to leave.</param>
/// <param name="Topic">Name of the topic.</param>
public readonly record struct GossipSubscription(bool Subscribe, string Topic);

/// <summary>IHAVE: ids of recent messages of a topic.</summary>
/// <param name="Topic">Name of the topic.</param>
/// <param name="Ids">The ids.</param>
public readonly record struct GossipHave(string Topic, ImmutableArray<MessageId> Ids);

/// <summary>PRUNE: a link of a mesh ends.</summary>
/// <param name="Topic">Name of the topic.</param>
/// <param name="BackoffSeconds">How long not to graft again, at most <see cref="GossipLimits.BackoffSeconds"/>; 0 when not said.</param>
public readonly record struct GossipPrune(string Topic, int BackoffSeconds);
