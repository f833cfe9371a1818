// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Libp2p.Gossip;

namespace PeerCompute.Simulator.Overlays;

/// <summary>
/// Strangers around each node: they subscribe, ask to be in its mesh and pass nothing on (A. Vyzovitis et al., GossipSub: Attack-Resilient Message
/// Propagation, 2020). Each has one victim.
/// </summary>
internal sealed class SybilCrowd(SybilPlan plan, int nodes)
{
    private const long Second = 1_000_000;

    /// <summary>The node that a stranger dials.</summary>
    public int VictimOf(int stranger) => (stranger - nodes) / plan.PerNode;

    /// <summary>What a stranger says.</summary>
    /// <param name="first">Whether it is the first time.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="last">The last message that was published; it never comes from here.</param>
    public GossipRpc Says(bool first, string topic, MessageId last) => new()
    {
        Subscriptions = first ? [new GossipSubscription(true, topic)] : [],
        Grafts = [topic],
        Haves = plan.Boast && !last.Author.IsNone ? [new GossipHave(topic, [last])] : [],
    };

    /// <summary>When a stranger that was told to stay away tries again; null for not.</summary>
    public long? Retry(GossipRpc rpc, long now)
        => plan.GraftMicros > 0 || rpc.Prunes.IsEmpty ? null : now + ((rpc.Prunes[0].BackoffSeconds + 1) * Second);
}
