// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Libp2p.Kademlia;
using PeerCompute.Simulator.Matching;
using PeerCompute.Simulator.Scenarios;

namespace PeerCompute.Simulator.Reality;

/// <summary>What of a scenario real processes cannot be.</summary>
internal static class RealLimits
{
    /// <summary>Longest run, microseconds: it takes as long on the wall.</summary>
    private const long RunMost = 2 * 3600 * ScenarioReader.Second;

    /// <summary>Longest way of a message, microseconds: daemons give up questions after five seconds, and a dial is four ways.</summary>
    private const long WayMost = ScenarioReader.Second;

    /// <summary>Addresses in a daemon's configuration (docs/home.md).</summary>
    private const int BootstrapMost = 16;

    /// <summary>What cannot be made real, with its key; null where all can.</summary>
    public static string? Unreal(Scenario scenario)
    {
        if (scenario.Matching != MatchingKind.Market) return "matching is a baseline, which has no real nodes";
        if (scenario.Overlay is not null) return "overlay is a world of one protocol, not of nodes";
        if (scenario.NodeCount is < RealPlan.NodesLeast or > RealPlan.NodesMost)
            return $"nodes add up to {scenario.NodeCount}, real processes are {RealPlan.NodesLeast} to {RealPlan.NodesMost}";
        if (scenario.DurationMicros + scenario.SettleMicros > RunMost) return "duration and settle are more than two hours together";
        if (scenario.Refresh != new KadOptions().RefreshInterval) return "refresh cannot be made real, a daemon has its own";
        if (scenario.Bootstrap > BootstrapMost) return $"bootstrap is {scenario.Bootstrap}, a daemon is told of {BootstrapMost} nodes at most";
        if (!scenario.Adversaries.IsEmpty) return "adversaries cannot be made real";
        if (!scenario.Faults.IsEmpty) return "faults cannot be made real";
        if (scenario.Jobs.FaultyPpm > 0) return "jobs.faulty cannot be made real";
        return OfLinks(scenario.Links) ?? scenario.Nodes.Select(OfClass).FirstOrDefault(static key => key is not null);
    }

    private static string? OfLinks(LinkPlan links)
    {
        if (links.LossPpm > 0) return "links.loss cannot be made real, sockets lose nothing";
        if (links.DuplicatePpm > 0) return "links.duplicates cannot be made real";
        if (links.ResetMicros > 0) return "links.reset cannot be made real";
        if (!links.Partitions.IsEmpty) return "links.partitions cannot be made real";
        return links.Latency is { Most: > WayMost } ? "links.latency is above 1s" : links.JitterMicros > WayMost ? "links.jitter is above 1s" : null;
    }

    private static string? OfClass(NodeClass kind)
    {
        if (kind.FlakyPpm > 0) return $"flaky of class {kind.Name} cannot be made real";
        if (kind.Nat != NatKind.None) return $"nat of class {kind.Name} cannot be made real";
        return kind.Churn is { Torn: > 0 } ? $"churn.torn of class {kind.Name} cannot be made real" : null;
    }
}
