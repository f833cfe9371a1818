// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace PeerCompute.Wasm.Tests.Fuzz;

/// <summary>
/// Generated modules do the same on two engines. An hour of it: <c>dotnet run -c Release --project tests/PeerCompute.Wasm.Tests -- fuzz --minutes 60</c>.
/// </summary>
[TestFixture]
public sealed class FuzzTests
{
    /// <summary>Fixed seeds of a leg, then as many fresh ones: together about a minute on two quiet cores.</summary>
    private static readonly int Modules = Environment.GetEnvironmentVariable("PEERCOMPUTE_TEST_QUICK") == "1" ? 100 : 1_000;

    [TestCaseSource(typeof(FuzzLegs), nameof(FuzzLegs.Names))]
    public void FixedSeedsAgree(string leg) => Check(leg, Seeds(leg, 0));

    /// <summary>New ones at each run; the first is printed, and PEERCOMPUTE_FUZZ_SEED repeats them.</summary>
    [TestCaseSource(typeof(FuzzLegs), nameof(FuzzLegs.Names))]
    public void FreshSeedsAgree(string leg)
    {
        var first = Environment.GetEnvironmentVariable("PEERCOMPUTE_FUZZ_SEED") is { Length: > 0 } wish
            ? ulong.Parse(wish, CultureInfo.InvariantCulture) : (ulong)Random.Shared.NextInt64(1L << 40);
        TestContext.Out.WriteLine($"PEERCOMPUTE_FUZZ_SEED={first}");
        Check(leg, Seeds(leg, first));
    }

    /// <summary>Seeds that once found a mistake, one a line: the leg, the seed, what was wrong.</summary>
    [TestCaseSource(nameof(KeptSeeds))]
    public void AKeptSeedAgrees(string leg, ulong seed) => Check(leg, [seed]);

    private static IEnumerable<TestCaseData> KeptSeeds() =>
        from line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Fuzz", "seeds.txt"))
        where line.Length > 0 && line[0] != '#'
        let words = line.Split(' ', 3)
        select new TestCaseData(words[0], ulong.Parse(words[1], CultureInfo.InvariantCulture));

    /// <summary>Splitting gets a tenth: it changes less than the compiler does, and each module of it becomes many methods.</summary>
    private static IEnumerable<ulong> Seeds(string leg, ulong first) =>
        Enumerable.Range(0, leg == "split" ? Modules / 10 : Modules).Select(i => first + (ulong)i);

    private static void Check(string name, IEnumerable<ulong> seeds)
    {
        if (name.StartsWith("v8", StringComparison.Ordinal)) V8.Require();
        var leg = FuzzLegs.Make(name);
        var report = FuzzRun.Compare(leg, seeds);
        TestContext.Out.WriteLine($"{leg.Executions} executions compared");
        if (report is not null) Assert.Fail(report);
    }
}
