// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Libp2p.Gossip;

namespace PeerCompute.Simulator.Overlays;

/// <summary>What an overlay of routers has sent, by kind. Control is counted by entries, an IWANT by the ids in it.</summary>
internal sealed class GossipCounts
{
    /// <summary>Columns of <see cref="Row"/>.</summary>
    public static readonly string[] Names = ["publish", "ihave", "iwant", "idontwant", "graft", "prune", "delivered", "dropped"];

    /// <summary>Copies of messages.</summary>
    public long Publish { get; private set; }

    public long Have { get; private set; }

    public long Want { get; private set; }

    public long DontWant { get; private set; }

    public long Graft { get; private set; }

    public long Prune { get; private set; }

    /// <summary>Messages that came to an application for the first time.</summary>
    public long Delivered { get; set; }

    /// <summary>Peers that a router wanted to be rid of.</summary>
    public long Dropped { get; set; }

    public void Add(GossipRpc rpc)
    {
        Publish += rpc.Messages.Length;
        Have += rpc.Haves.Length;
        Want += rpc.Wants.Length;
        DontWant += rpc.DontWants.Length;
        Graft += rpc.Grafts.Length;
        Prune += rpc.Prunes.Length;
    }

    public long[] Row() => [Publish, Have, Want, DontWant, Graft, Prune, Delivered, Dropped];
}
