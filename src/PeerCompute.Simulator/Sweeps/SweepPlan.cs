// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using System.Globalization;
using PeerCompute.Base.Errors;
using PeerCompute.Simulator.Results;

namespace PeerCompute.Simulator.Sweeps;

/// <summary>What a sweep runs: every point with every seed.</summary>
/// <param name="Points">The points, each once.</param>
/// <param name="Seeds">The seeds, each once, ascending.</param>
public sealed record SweepPlan(IReadOnlyList<SweepPoint> Points, IReadOnlyList<ulong> Seeds)
{
    /// <summary>Most points.</summary>
    public const int PointsMost = 1_000;

    /// <summary>Most seeds.</summary>
    public const int SeedsMost = 10_000;

    /// <summary>Most runs.</summary>
    public const int RunsMost = 100_000;

    /// <summary>Names of the parameters that are given values.</summary>
    public IReadOnlyList<string> Varied => [.. Points.SelectMany(static p => p.Values.Keys).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Reads a plan from what a command line says.</summary>
    /// <param name="seeds">Such as <c>1..10</c> or <c>1,5,7..9</c>.</param>
    /// <param name="settings">Each <c>NAME=A,B,C</c>: the points are a grid of all of them.</param>
    /// <param name="list">A file with a line of parameters' names and a line of values for each point; null for none. The grid is run at each of them.</param>
    /// <exception cref="PeerComputeException">It is no plan, or of too many points, seeds or runs.</exception>
    public static SweepPlan Parse(string seeds, IReadOnlyList<string> settings, string? list)
    {
        List<SweepPoint> points = [SweepPoint.Plain];
        if (list is not null) points = Listed(CsvTable.Read(list), list);
        var named = new HashSet<string>(StringComparer.Ordinal);
        foreach (var setting in settings)
        {
            var (name, values) = Setting(setting);
            if (!named.Add(name)) throw Usage($"--set {name} is given twice: write --set {name}=A,B,C once.");
            if (points[0].Values.ContainsKey(name)) throw Usage($"--set {name} is a column of {list} too: name it in one of the two.");
            if (points.Count * values.Length > PointsMost) throw TooMany("--set", $"{points.Count * values.Length} points", PointsMost);
            points = [.. points.SelectMany(point => values.Select(value => point.With([KeyValuePair.Create(name, value)])))];
        }

        var drawn = Seed(seeds);
        if ((long)points.Count * drawn.Count > RunsMost) throw TooMany("the sweep", $"{points.Count} points with {drawn.Count} seeds each", RunsMost);
        return new SweepPlan(points, drawn);
    }

    private static (string Name, string[] Values) Setting(string setting)
    {
        var equals = setting.IndexOf('=', StringComparison.Ordinal);
        var values = equals > 0 ? setting[(equals + 1)..].Split(',', StringSplitOptions.TrimEntries) : [];
        if (equals <= 0 || values.Any(static v => v.Length == 0)) throw Usage($"--set {setting}: write NAME=VALUE or NAME=VALUE,VALUE,….");
        if (values.Distinct(StringComparer.Ordinal).Count() < values.Length) throw Usage($"--set {setting} names a value twice: name each once.");
        return (setting[..equals].Trim(), values);
    }

    private static List<SweepPoint> Listed(CsvTable table, string path)
    {
        if (table.Rows.Count == 0) throw new PeerComputeException(ErrorCode.BadInput, $"{path}:1: no line of values follows the names.");
        if (table.Names.GroupBy(static name => name.Trim()).FirstOrDefault(static same => same.Count() > 1) is { } twice)
            throw new PeerComputeException(ErrorCode.BadInput, $"{path}:1: the column '{twice.Key}' is there twice: name it once.");
        if (table.Rows.Count > PointsMost) throw TooMany(path, $"{table.Rows.Count} points", PointsMost);
        var points = new List<SweepPoint>();
        for (var i = 0; i < table.Rows.Count; i++)
        {
            var values = table.Names.Select((name, at) => KeyValuePair.Create(name.Trim(), table.Rows[i][at].Trim()));
            var point = new SweepPoint(values.ToImmutableSortedDictionary(StringComparer.Ordinal));
            if (points.Any(other => other.Label == point.Label))
                throw new PeerComputeException(ErrorCode.BadInput, $"{path}:{i + 2}: the point is there twice.");
            points.Add(point);
        }

        return points;
    }

    private static ImmutableSortedSet<ulong> Seed(string text)
    {
        var seeds = ImmutableSortedSet.CreateBuilder<ulong>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            var ends = part.Split("..");
            if (ends.Length > 2 || !Number(ends[0], out var first) || !Number(ends[^1], out var last) || last < first)
                throw Usage($"--seeds {text}: write seeds and ranges of them, such as 1..10 or 1,5,7..9.");
            if (last - first >= SeedsMost || seeds.Count + (long)(last - first) + 1 > SeedsMost) throw TooMany("--seeds", "more", SeedsMost);
            for (var seed = first; ; seed++)
            {
                seeds.Add(seed);
                if (seed == last) break;
            }
        }

        return seeds.ToImmutable();
    }

    private static bool Number(string text, out ulong number) => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static PeerComputeException Usage(string text) => new(ErrorCode.Usage, text);

    private static PeerComputeException TooMany(string what, string has, int most)
        => new(ErrorCode.LimitExceeded, string.Create(CultureInfo.InvariantCulture, $"{what}: {has}, limit {most}: split the sweep."));
}
