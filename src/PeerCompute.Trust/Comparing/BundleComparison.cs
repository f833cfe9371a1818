// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Trust.Comparing;

/// <summary>Compares what two workers gave for one task, by the comparators of its spec (docs/job-file.md, Tolerances).</summary>
public static class BundleComparison
{
    /// <summary>What differs by more than the comparators allow. The order of the two makes no difference to whether something does.</summary>
    /// <param name="comparators">Of the spec; what has none is compared byte for byte.</param>
    /// <param name="a">One bundle.</param>
    /// <param name="b">The other.</param>
    /// <param name="checkpoint">As in <see cref="Comparators.Difference"/>.</param>
    /// <returns>Empty when they are alike; else the first difference, for people.</returns>
    public static string Difference(ImmutableArray<Comparator> comparators, TaskBundle a, TaskBundle b, Action? checkpoint = null)
    {
        if (a.Fault != b.Fault || a.ExitCode != b.ExitCode) return $"{Words(a)}, or {Words(b)}";
        if (a.Files.Length != b.Files.Length) return $"{a.Files.Length} outputs, or {b.Files.Length}";
        if (Difference(comparators, "", a.Stdout, b.Stdout, checkpoint) is { Length: > 0 } said) return "standard output: " + said;
        for (var i = 0; i < a.Files.Length; i++)
        {
            if (a.Files[i].Name != b.Files[i].Name) return $"{a.Files[i].Name}, or {b.Files[i].Name}";
            var found = Difference(comparators, a.Files[i].Name, a.Files[i].Content, b.Files[i].Content, checkpoint);
            if (found.Length > 0) return $"{a.Files[i].Name}: {found}";
        }

        return "";
    }

    private static string Words(TaskBundle bundle) => bundle.Succeeded ? "the program succeeded" : bundle.FaultInWords;

    private static string Difference(
        ImmutableArray<Comparator> comparators, string output, ReadOnlyMemory<byte> a, ReadOnlyMemory<byte> b, Action? checkpoint)
    {
        foreach (var comparator in comparators)
        {
            if (comparator.Output == output) return Comparators.Difference(comparator, a.Span, b.Span, checkpoint);
        }

        return Comparators.DifferenceOfBytes(a.Span, b.Span);
    }
}
