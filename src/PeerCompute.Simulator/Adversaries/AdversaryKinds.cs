// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Simulator.Scenarios;

namespace PeerCompute.Simulator.Adversaries;

/// <summary>All kinds of adversaries: every class of this assembly that is an <see cref="Adversary"/>, by name.</summary>
internal static class AdversaryKinds
{
    /// <summary>By their names, in alphabetical order; each with its parameters at their defaults.</summary>
    public static ImmutableSortedDictionary<string, Adversary> All { get; } = typeof(Adversary).Assembly.GetTypes()
        .Where(static type => type.IsSubclassOf(typeof(Adversary)) && !type.IsAbstract)
        .Select(static type => (Adversary)Activator.CreateInstance(type)!)
        .ToImmutableSortedDictionary(static kind => kind.Kind, static kind => kind, StringComparer.Ordinal);

    /// <summary>Reads an item of <c>adversaries</c>.</summary>
    public static AdversaryPlan Read(YamlMap item)
    {
        var kind = All[item.Text("kind", "", [.. All.Keys])];
        var count = item.Count("count", 1, 1, ScenarioReader.NodesMost);
        var plan = new AdversaryPlan(kind.Read(item), count);
        item.Done();
        return plan;
    }
}
