// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Libp2p.Gossip;

/// <summary>What one RPC of a stranger may carry; checked before anything is allocated.</summary>
public sealed record GossipLimits
{
    /// <summary>Longest RPC, bytes (go-libp2p-pubsub's default).</summary>
    public const int RpcBytes = 1024 * 1024;

    /// <summary>Longest name of a topic, bytes of UTF-8.</summary>
    public const int TopicBytes = 256;

    /// <summary>Bytes of topic names in one RPC, and of one peer's subscriptions (CVE-2026-46679: 349 525 topics in one RPC, never freed).</summary>
    public const int AllTopicBytes = 64 * 1024;

    /// <summary>Subscriptions and messages in one RPC, each.</summary>
    public const int Entries = 1000;

    /// <summary>IHAVE, IWANT, GRAFT and PRUNE in one RPC, each.</summary>
    public const int Controls = 200;

    /// <summary>Ids in all IHAVEs, and in all IWANTs, of one RPC (gossipsub v1.1, "Spam Protection Measures": max IHAVE length).</summary>
    public const int Ids = 5000;

    /// <summary>
    /// Longest back-off that a PRUNE may ask for, seconds; a longer one is cut to it (CVE-2026-33040 and -34219: 2^64 - 1 overflowed clocks).
    /// </summary>
    public const int BackoffSeconds = 3600;

    /// <summary>Longest payload of a message, bytes.</summary>
    public int DataBytes { get; init; } = 64 * 1024;
}
