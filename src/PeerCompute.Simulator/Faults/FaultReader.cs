// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Simulator.Scenarios;
using static PeerCompute.Simulator.Scenarios.ScenarioReader;

namespace PeerCompute.Simulator.Faults;

/// <summary>Reads <c>faults</c> of a scenario: the word <c>swarm</c>, a mapping of kinds that may be drawn, or a list of faults that happen.</summary>
internal static class FaultReader
{
    /// <summary>The key.</summary>
    public const string Key = "faults";

    private const int FaultsMost = 10_000;

    public static FaultPlan Read(YamlMap root, int nodes)
    {
        if (!root.Has(Key)) return FaultPlan.None;
        if (root.IsList(Key)) return new FaultPlan([], [.. root.Maps(Key, FaultsMost).Select(item => Given(item, nodes))]);
        if (!root.IsMap(Key))
        {
            root.Text(Key, "", "swarm");
            return FaultPlan.Swarm;
        }

        var map = root.Map(Key)!;
        var allowed = ImmutableArray.CreateBuilder<FaultAllowance>();
        foreach (var traits in FaultKinds.All)
        {
            var share = map.Share(traits.Name, 0);
            if (share > 0) allowed.Add(new FaultAllowance(traits.Kind, share));
        }

        map.Done();
        return new FaultPlan(allowed.ToImmutable(), []);
    }

    private static Fault Given(YamlMap item, int nodes)
    {
        var traits = FaultKinds.Of(item.Text("kind", "", FaultKinds.Names));
        var fault = new Fault(
            traits.Kind,
            item.Time("at", 0, 0, 30 * Day),
            traits.LongestMicros == 0 ? 0 : item.Time("for", 10 * Second, 0, 30 * Day),
            [.. item.List("nodes", 1, NodesMost, 0, nodes - 1).Distinct().Order()],
            traits.Unit.Length == 0 ? 0 : item.Signed("strength", traits.Least, traits.Most));
        item.Done();
        return fault;
    }
}
