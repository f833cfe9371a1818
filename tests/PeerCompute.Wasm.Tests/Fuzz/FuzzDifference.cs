// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm.Tests.Fuzz;

/// <summary>A case on which two engines differ.</summary>
/// <param name="Leg">Which two.</param>
/// <param name="Case">The case.</param>
/// <param name="Text">How.</param>
internal sealed record FuzzDifference(IFuzzLeg Leg, FuzzCase Case, string Text)
{
    /// <summary>Where the lines of two outcomes differ, or null.</summary>
    public static string? Between(string first, string expected, string second, string actual)
    {
        if (expected == actual) return null;
        var lines = expected.Split('\n').Zip(actual.Split('\n')).Where(p => p.First != p.Second);
        return string.Concat(lines.Select(p => $"  {first}: {p.First}\n  {second}: {p.Second}\n"));
    }
}
