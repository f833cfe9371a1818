// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Simulator.Reports.Charts;

/// <summary>Names of figures, as file names and HTML ids may be: some come from the columns and keys of a stranger's run.</summary>
internal static class ChartNames
{
    private const int LengthMost = 80;

    /// <summary>The figures under names of <c>A-Z a-z 0-9 _ -</c>, each once, whatever the case of its letters.</summary>
    public static IReadOnlyList<Chart> Plain(IReadOnlyList<Chart> figures)
    {
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { JobTimeline.Id };
        return [.. figures.Select(figure => figure with { Id = Free(Plain(figure.Id), taken) })];
    }

    private static string Plain(string id)
    {
        var plain = string.Concat(id.Take(LengthMost).Select(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' ? c : '-'));
        return plain.Length > 0 ? plain : "figure";
    }

    private static string Free(string name, HashSet<string> taken)
    {
        var free = name;
        for (var n = 2; !taken.Add(free); n++) free = $"{name}-{n}";
        return free;
    }
}
