// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using PeerCompute.Wire.Adverts;

namespace PeerCompute.Execution.Benchmarks;

/// <summary>
/// The figures that a profile carries: measured on this host, by this version; there is no table of names. Kept in a file of the home for a
/// week, so that a node that restarts often does not measure often.
/// </summary>
/// <param name="file">Where they are kept.</param>
/// <param name="version">Version of this program; another one measures anew.</param>
/// <param name="processor">Model of the processor; another one measures anew.</param>
/// <param name="time">The clock.</param>
public sealed class HostBenchmarks(string file, string version, string processor, TimeProvider time)
{
    /// <summary>Name of the file in a home.</summary>
    public const string FileName = "benchmarks";

    /// <summary>How long a figure counts.</summary>
    public static readonly TimeSpan Valid = TimeSpan.FromDays(7);

    /// <summary>The figures: those kept, or measured now on a thread of their own for some 0.2 s.</summary>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The figures, ascending by name. A home that cannot be written only means that they are measured again next time.</returns>
    public async Task<IReadOnlyList<Benchmark>> ReadAsync(CancellationToken cancellation)
    {
        if (Kept() is { } kept) return [kept];
        long measured = await Task.Factory.StartNew(FuelKernel.Measure, cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default)
            .ConfigureAwait(false);
        var fuel = new Benchmark(Benchmark.WasmFuel, (ulong)measured, Benchmark.FuelPerSecond, (ulong)time.GetUtcNow().ToUnixTimeMilliseconds());
        Keep(fuel);
        return [fuel];
    }

    private string Key => $"{OneLine(version)} on {OneLine(processor)}";

    /// <summary>A kept figure of this version and processor that is not too old and not of the future.</summary>
    private Benchmark? Kept()
    {
        try
        {
            if (new FileInfo(file) is not { Exists: true, Length: < 4096 }) return null;
            string[] lines = File.ReadAllLines(file);
            if (lines.Length != 2 || lines[0] != Key) return null;
            if (lines[1].Split(' ') is not [Benchmark.WasmFuel, var value, Benchmark.FuelPerSecond, var at]) return null;
            bool numbers = ulong.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out ulong fuel)
                & long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out long measured);
            long age = time.GetUtcNow().ToUnixTimeMilliseconds() - measured;
            if (!numbers || fuel is 0 or > long.MaxValue || measured == 0 || age < 0 || age >= (long)Valid.TotalMilliseconds) return null;
            return new Benchmark(Benchmark.WasmFuel, fuel, Benchmark.FuelPerSecond, (ulong)measured);
        }
        catch (Exception closed) when (closed is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private void Keep(Benchmark fuel)
    {
        try
        {
            string written = file + ".new";
            File.WriteAllLines(written, [Key, string.Create(CultureInfo.InvariantCulture, $"{fuel.Name} {fuel.Value} {fuel.Unit} {fuel.MeasuredMs}")]);
            File.Move(written, file, overwrite: true);
        }
        catch (Exception closed) when (closed is IOException or UnauthorizedAccessException)
        {
            // Measured again next time.
        }
    }

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");
}
