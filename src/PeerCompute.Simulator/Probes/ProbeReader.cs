// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Simulator.Scenarios;
using static PeerCompute.Simulator.Scenarios.ScenarioReader;

namespace PeerCompute.Simulator.Probes;

/// <summary>Reads <c>probes</c> of a scenario.</summary>
internal static class ProbeReader
{
    /// <summary>The key.</summary>
    public const string Key = "probes";

    private const int ProbesMost = 32;

    /// <summary>Most looks of one probe in a run.</summary>
    private const long LooksMost = 100_000;

    /// <summary>Reads them.</summary>
    /// <param name="root">The scenario.</param>
    /// <param name="classes">Names of its classes.</param>
    /// <param name="runMicros">How long the run is.</param>
    public static ImmutableArray<ProbePlan> Read(YamlMap root, IReadOnlyCollection<string> classes, long runMicros)
    {
        var probes = ImmutableArray.CreateBuilder<ProbePlan>();
        foreach (var item in root.Maps(Key, ProbesMost))
        {
            var of = item.Text("of", "", ProbeQuantity.Names);
            var name = item.Text("name", of);
            if (!name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
                throw item.Bad("name", $"is '{name}', expected letters, digits and -_.");
            if (probes.Any(other => other.Name == name)) throw item.Bad("name", $"'{name}' is another probe's name too; give each its own");
            var kind = item.Has("class") ? item.Text("class", "", [.. classes]) : "";
            var every = item.Time("every", 10 * Second, 1000, Day);
            if (runMicros / every > LooksMost) throw item.Bad("every", $"makes {runMicros / every} looks, at most {LooksMost} are allowed");
            probes.Add(new ProbePlan(name, ProbeQuantity.All[Array.IndexOf(ProbeQuantity.Names, of)], kind, every));
            item.Done();
        }

        return probes.ToImmutable();
    }
}
