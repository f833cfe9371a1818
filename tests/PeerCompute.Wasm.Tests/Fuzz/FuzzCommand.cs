// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;

namespace PeerCompute.Wasm.Tests.Fuzz;

/// <summary>Fuzzing by hand.</summary>
internal static class FuzzCommand
{
    private const string Usage = """
        fuzz [--leg NAME] [--seed N] [--count N | --minutes N]
          --leg NAME   which engines are compared (default: all, in turns)
          --seed N     the first seed (default: one by chance, printed)
          --count N    modules of each leg (default: 1000)
          --minutes N  goes on for so long instead
        digest SEED COUNT
          prints a hash over everything that generated modules do
        """;

    /// <summary>Exit status 0 where all agree, 1 where two engines differ, 64 for a wrong command line.</summary>
    public static int Run(string[] args)
    {
        try
        {
            switch (args)
            {
                case ["fuzz", .. var rest] when Options(rest) is { } options:
                    return Fuzz(options);
                case ["digest", var seed, var count]:
                    Console.WriteLine(FuzzDigest.Of(ulong.Parse(seed, CultureInfo.InvariantCulture), int.Parse(count, CultureInfo.InvariantCulture)));
                    return 0;
            }
        }
        catch (Exception e) when (e is FormatException or OverflowException or ArgumentException)
        {
            Console.Error.WriteLine(e.Message);
        }

        Console.Error.WriteLine(Usage);
        return 64;
    }

    private static SortedDictionary<string, string>? Options(string[] rest)
    {
        var options = new SortedDictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i + 1 < rest.Length; i += 2) options[rest[i]] = rest[i + 1];
        return rest.Length % 2 == 0 && options.Keys.All(k => k is "--leg" or "--seed" or "--count" or "--minutes") ? options : null;
    }

    private static int Fuzz(SortedDictionary<string, string> options)
    {
        ulong number(string key, ulong other) => options.TryGetValue(key, out var text) ? ulong.Parse(text, CultureInfo.InvariantCulture) : other;
        var seed = number("--seed", (ulong)Random.Shared.NextInt64(1L << 40));
        var legs = (options.TryGetValue("--leg", out var name) ? [name] : FuzzLegs.Names).Select(FuzzLegs.Make).ToList();
        var (count, minutes) = ((int)number("--count", 1_000), number("--minutes", 0));
        var watch = Stopwatch.StartNew();
        Console.WriteLine($"first seed {seed}");
        do
        {
            foreach (var leg in legs)
            {
                var seeds = Enumerable.Range(0, count).Select(i => seed + (ulong)i);
                if (FuzzRun.Compare(leg, seeds, () => minutes == 0 || watch.Elapsed.TotalMinutes < minutes) is not { } report) continue;
                Console.WriteLine(report);
                return 1;
            }

            seed += (ulong)count;
        }
        while (watch.Elapsed.TotalMinutes < minutes);
        foreach (var leg in legs) Console.WriteLine($"{leg.Name}: {leg.Executions} executions compared, last seed below {seed}");
        return 0;
    }
}
