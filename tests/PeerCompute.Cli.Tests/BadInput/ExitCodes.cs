// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text.RegularExpressions;

namespace PeerCompute.Cli.Tests.BadInput;

/// <summary>The table of docs/exit-codes.md: what the program may end with.</summary>
internal static partial class ExitCodes
{
    /// <summary>Codes with their names; a code without name has an empty one.</summary>
    public static IReadOnlyDictionary<int, string> Documented { get; } = File.ReadLines(Path.Combine(Tool.Repository, "docs", "exit-codes.md"))
        .Select(static line => Row().Match(line))
        .Where(static row => row.Success)
        .ToDictionary(static row => int.Parse(row.Groups[1].ValueSpan, CultureInfo.InvariantCulture), static row => row.Groups[2].Value);

    [GeneratedRegex(@"^\| (\d+) \| (?:`(\w+)`)? ?\|")]
    private static partial Regex Row();
}
