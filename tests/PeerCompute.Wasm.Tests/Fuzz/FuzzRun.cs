// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm.Tests.Fuzz;

/// <summary>Compares the cases of many seeds.</summary>
internal static class FuzzRun
{
    private const int Batch = 250;

    /// <summary>Tries of the shrinker; with a child process for each it is slow.</summary>
    private const int Tries = 2_000;

    /// <summary>Compares seeds in batches; stops at the first difference and shrinks it.</summary>
    /// <returns>A report, or null where all agree.</returns>
    public static string? Compare(IFuzzLeg leg, IEnumerable<ulong> seeds, Func<bool>? goesOn = null) =>
        FuzzStack.Run(() => CompareHere(leg, seeds, goesOn));

    private static string? CompareHere(IFuzzLeg leg, IEnumerable<ulong> seeds, Func<bool>? goesOn)
    {
        foreach (var batch in seeds.Chunk(Batch))
        {
            if (goesOn?.Invoke() == false) return null;
            var cases = batch.Select(leg.Generate).ToList();
            if (First(leg, cases) is { } found) return FuzzReport.Write(found, new Shrinker(leg, Tries).Shrink(found));
        }

        return null;
    }

    /// <summary>The first case of some on which the engines differ.</summary>
    public static FuzzDifference? First(IFuzzLeg leg, IReadOnlyList<FuzzCase> cases)
    {
        var texts = leg.Compare(cases);
        for (var i = 0; i < texts.Count; i++)
        {
            if (texts[i] is { } text) return new FuzzDifference(leg, cases[i], text);
        }

        return null;
    }
}
