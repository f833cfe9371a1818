// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Libp2p.Gossip;
using PeerCompute.Simulator.Scenarios;

namespace PeerCompute.Simulator.Overlays;

/// <summary>Who publishes what, and when.</summary>
/// <param name="Publishers">So many nodes, drawn at random; in a line or star the first ones.</param>
/// <param name="Count">Messages in all; each is of one of the publishers, drawn at random.</param>
/// <param name="Bytes">Payload of each.</param>
/// <param name="FirstMicros">When the first one is published.</param>
/// <param name="EveryMicros">Time between two.</param>
internal sealed record MessagePlan(int Publishers, int Count, int Bytes, long FirstMicros, long EveryMicros);

/// <summary>Strangers that dial every node, want to be in its mesh and pass nothing on.</summary>
/// <param name="PerNode">So many connections to each node.</param>
/// <param name="AtMicros">When they begin.</param>
/// <param name="GraftMicros">How often each asks to be taken into the mesh; 0: at first, and then when its back-off is over.</param>
/// <param name="Boast">Whether they say by IHAVE that they have what they never send.</param>
internal sealed record SybilPlan(int PerNode, long AtMicros, long GraftMicros, bool Boast);

/// <summary>An overlay of gossip routers.</summary>
internal sealed record GossipPlan
{
    public required Topology Topology { get; init; }

    public required GossipOptions Options { get; init; }

    public required MessagePlan Messages { get; init; }

    /// <summary>When nodes subscribe; null: when they start, before they dial.</summary>
    public Spread? Join { get; init; }

    /// <summary>How long the application takes to judge a message.</summary>
    public Spread Validation { get; init; }

    /// <summary>Share of the nodes, publishers apart, that take part in everything but pass no message on, nor tell of any; millionths.</summary>
    public int SilentPpm { get; init; }

    public SybilPlan? Sybils { get; init; }
}
