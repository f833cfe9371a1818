// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using PeerCompute.Simulator.Faults;
using PeerCompute.Simulator.Probes;
using PeerCompute.Simulator.Scenarios;

namespace PeerCompute.Simulator.Shrinking;

/// <summary>
/// What may be left out of a scenario, the largest pieces first: halves before quarters before single ones, as delta debugging does (Zeller and Hildebrandt,
/// Simplifying and Isolating Failure-Inducing Input, 2002).
/// </summary>
internal static class Cuts
{
    private const long Second = 1_000_000;

    private static readonly string[][] Extras =
    [
        ["links", "loss"], ["links", "duplicates"], ["links", "reset"], ["links", "partitions"], ["links", "jitter"], ["jobs", "hours"], ["jobs", "burst"],
        ["jobs", "faulty"], ["jobs", "verification"], ["wire"], ["crypto"], ["clock_skew"], ["disk"], ["start"], [ProbeReader.Key],
    ];

    private static readonly string[] ClassExtras = ["churn", "flaky", "nat"];

    /// <summary>A name and a smaller tree for each cut; the tree is made when it is asked for.</summary>
    /// <param name="tree">The tree, which stays as it is.</param>
    /// <param name="scenario">What it reads as.</param>
    public static IEnumerable<(string What, Action<ScenarioTree> Cut)> Of(ScenarioTree tree, Scenario scenario)
    {
        foreach (var (first, count) in Chunks(tree.Items("adversaries")))
            yield return ($"adversaries without {count} from {first} on", t => t.RemoveItems("adversaries", first, count));
        foreach (var count in Smaller(scenario.Jobs.Count, 0)) yield return ($"{count} jobs", t => t.SetCount("jobs", -1, "count", count));
        foreach (var cut in Classes(scenario)) yield return cut;
        if (scenario.DurationMicros >= 2 * Second)
            yield return ("half the duration", t => t.Set("duration", Text(scenario.DurationMicros / 2)));
        foreach (var (first, count) in Chunks(tree.Items(FaultReader.Key)))
            yield return ($"faults without {count} from {first} on", t => t.RemoveItems(FaultReader.Key, first, count));
        foreach (var path in Extras)
        {
            if (tree.Copy().Remove(path)) yield return ($"no {string.Join(": ", path)}", t => t.Remove(path));
        }

        for (var i = 0; i < scenario.Nodes.Length; i++)
        {
            foreach (var name in ClassExtras)
            {
                var at = i;
                if (tree.Copy().RemoveIn("nodes", at, name)) yield return ($"no {name} of {scenario.Nodes[at].Name}", t => t.RemoveIn("nodes", at, name));
            }
        }

        if (scenario.Jobs is { Count: > 0, Trace.IsEmpty: true, Tasks.Most: > 1 })
            yield return ("jobs of one task", static t => t.SetCount("jobs", -1, "tasks", 1));
    }

    private static IEnumerable<(string What, Action<ScenarioTree> Cut)> Classes(Scenario scenario)
    {
        var first = 0;
        for (var i = 0; i < scenario.Nodes.Length; i++)
        {
            var (at, from, kind) = (i, first, scenario.Nodes[i]);
            first += kind.Count;
            yield return ($"no {kind.Name}", t =>
            {
                t.RemoveItems("nodes", at, 1);
                t.LeaveOut(from, kind.Count);
            });
            foreach (var count in Smaller(kind.Count, 1))
            {
                yield return ($"{count} {kind.Name}", t =>
                {
                    t.SetCount("nodes", at, "count", count);
                    t.LeaveOut(from + count, kind.Count - count);
                });
            }
        }
    }

    /// <summary>The least, a half, one less.</summary>
    private static IEnumerable<int> Smaller(int count, int least) => new[] { least, count / 2, count - 1 }.Where(n => n >= least && n < count).Distinct();

    private static IEnumerable<(int First, int Count)> Chunks(int items)
    {
        for (var size = items; size > 0; size /= 2)
        {
            for (var first = 0; first + size <= items; first += size) yield return (first, size);
        }
    }

    private static string Text(long micros) => string.Create(CultureInfo.InvariantCulture, $"{micros}us");
}
