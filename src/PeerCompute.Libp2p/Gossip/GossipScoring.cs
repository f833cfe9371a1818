// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Libp2p.Gossip;

/// <summary>
/// The part of gossipsub v1.1's score that needs no tuning to a topic's traffic: P4 (invalid messages) and P7 (broken promises, GRAFTs in back-off).
/// A score is 0 or below: -(P4² · weight) - ((P7 - allowance)² · weight). Counters and scores are thousandths.
/// </summary>
public sealed record GossipScoring
{
    /// <summary>One whole point.</summary>
    public const int One = 1000;

    /// <summary>Weight of P4 squared.</summary>
    public int InvalidWeight { get; init; } = 1;

    /// <summary>What is left of P4 after a heartbeat, thousandths: half of it after 69 s.</summary>
    public int InvalidDecay { get; init; } = 990;

    /// <summary>Weight of P7 squared.</summary>
    public int BehaviourWeight { get; init; } = 1;

    /// <summary>P7 that costs nothing, thousandths: honest peers break a promise when a message leaves their cache in between.</summary>
    public int BehaviourAllowance { get; init; } = 3 * One;

    /// <summary>What is left of P7 after a heartbeat, thousandths: half of it after 6.6 s.</summary>
    public int BehaviourDecay { get; init; } = 900;

    /// <summary>Counters below are zero.</summary>
    public int Nothing { get; init; } = 100;

    /// <summary>No gossip is exchanged with peers below (js-libp2p: -10).</summary>
    public long GossipThreshold { get; init; } = -10 * One;

    /// <summary>Own messages are not sent to peers below (js-libp2p: -50).</summary>
    public long PublishThreshold { get; init; } = -50 * One;

    /// <summary>Nothing is read of peers below (js-libp2p: -80).</summary>
    public long GraylistThreshold { get; init; } = -80 * One;

    /// <summary>Peers that went with a score and are remembered, at most.</summary>
    public int Retained { get; init; } = 1024;
}
