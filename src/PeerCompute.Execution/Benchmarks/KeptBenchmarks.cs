// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using PeerCompute.Wire.Adverts;

namespace PeerCompute.Execution.Benchmarks;

/// <summary>Figures of one thing on this host in a file of the home. They count for a week: a node that restarts often measures seldom.</summary>
/// <param name="file">Where they are kept.</param>
/// <param name="key">What was measured, by what: another text measures anew.</param>
/// <param name="time">The clock.</param>
public sealed class KeptBenchmarks(string file, string key, TimeProvider time)
{
    /// <summary>How long a figure counts.</summary>
    public static readonly TimeSpan Valid = TimeSpan.FromDays(7);

    private const long MostBytes = 4096;

    private readonly string _key = key.ReplaceLineEndings(" ");

    /// <summary>The figures: those kept, or measured now.</summary>
    /// <param name="kinds">Their names and units, ascending by name.</param>
    /// <param name="measure">Measures: a value for each, above zero.</param>
    /// <returns>The figures in this order. A home that cannot be written only means that they are measured again next time.</returns>
    public async Task<IReadOnlyList<Benchmark>> ReadAsync(IReadOnlyList<(string Name, string Unit)> kinds, Func<Task<IReadOnlyList<ulong>>> measure)
    {
        if (Kept(kinds) is { } kept) return kept;
        IReadOnlyList<ulong> values = await measure().ConfigureAwait(false);
        ulong now = (ulong)time.GetUtcNow().ToUnixTimeMilliseconds();
        Benchmark[] measured = [.. kinds.Zip(values, (kind, value) => new Benchmark(kind.Name, value, kind.Unit, now))];
        Keep(measured);
        return measured;
    }

    /// <summary>Kept figures of this key that are not too old and not of the future.</summary>
    private Benchmark[]? Kept(IReadOnlyList<(string Name, string Unit)> kinds)
    {
        try
        {
            if (new FileInfo(file) is not { Exists: true, Length: < MostBytes }) return null;
            string[] lines = File.ReadAllLines(file);
            if (lines.Length != 1 + kinds.Count || lines[0] != _key) return null;
            Benchmark?[] kept = [.. kinds.Select((kind, i) => Read(lines[1 + i], kind))];
            return kept.Contains(null) ? null : [.. kept.OfType<Benchmark>()];
        }
        catch (Exception closed) when (closed is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private Benchmark? Read(string line, (string Name, string Unit) kind)
    {
        if (line.Split(' ') is not [var name, var value, var unit, var at] || (name, unit) != kind) return null;
        bool numbers = ulong.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out ulong figure)
            & long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out long measured);
        long age = time.GetUtcNow().ToUnixTimeMilliseconds() - measured;
        if (!numbers || figure is 0 or > long.MaxValue || measured == 0 || age < 0 || age >= (long)Valid.TotalMilliseconds) return null;
        return new Benchmark(name, figure, unit, (ulong)measured);
    }

    private static string Line(Benchmark figure)
        => string.Create(CultureInfo.InvariantCulture, $"{figure.Name} {figure.Value} {figure.Unit} {figure.MeasuredMs}");

    private void Keep(IEnumerable<Benchmark> figures)
    {
        try
        {
            string written = file + ".new";
            File.WriteAllLines(written, [_key, .. figures.Select(Line)]);
            File.Move(written, file, overwrite: true);
        }
        catch (Exception closed) when (closed is IOException or UnauthorizedAccessException)
        {
            // Measured again next time.
        }
    }
}
