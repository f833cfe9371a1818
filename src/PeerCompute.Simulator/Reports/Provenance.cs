// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Simulator.Comparisons;

namespace PeerCompute.Simulator.Reports;

/// <summary>Where figures come from, for their captions.</summary>
internal static class Provenance
{
    /// <summary>Scenario, seeds, n and version of Core in one sentence.</summary>
    public static string Of(Ensemble ensemble)
    {
        var runs = ensemble.Runs.ToList();
        var (first, points) = (runs[0], ensemble.Points.Count);
        var over = points > 1 ? $" at {points} points" : "";
        var same = runs.All(run => run.CoreMvid == first.CoreMvid) ? "" : " and others";
        var hash = points > 1 || first.ScenarioHash.Length < 16 ? "" : $" (SHA-256 {first.ScenarioHash[..16]}…)";
        var one = runs.Count == 1;
        var of = $"seed{(one ? "" : "s")} {Seeds(runs.Select(static run => run.Seed))}, n = {runs.Count} run{(one ? "" : "s")}";
        return $"Scenario {ensemble.Scenario}{hash}{over}, {of}; PeerCompute Core {first.CoreVersion} (module {first.CoreMvid}){same}.";
    }

    /// <summary>Seeds as ranges: <c>1..4, 7</c>.</summary>
    public static string Seeds(IEnumerable<ulong> seeds)
    {
        var ranges = new List<(ulong First, ulong Last)>();
        foreach (var seed in seeds.Distinct().Order())
        {
            if (ranges.Count > 0 && ranges[^1].Last + 1 == seed) ranges[^1] = (ranges[^1].First, seed);
            else ranges.Add((seed, seed));
        }

        return string.Join(", ", ranges.Select(static r => r.First == r.Last ? $"{r.First}" : $"{r.First}..{r.Last}"));
    }
}
