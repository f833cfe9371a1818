// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text.RegularExpressions;

namespace PeerCompute.Execution.Sandbox;

/// <summary>What bubblewrap tells of the walls that it builds (<c>--info-fd</c>), before anything in them runs.</summary>
internal static partial class BubblewrapFacts
{
    /// <summary>The id, seen from here, of the first process of the namespace.</summary>
    /// <returns>Null where it is not told.</returns>
    public static int? FirstProcess(string facts) =>
        Id().Match(facts) is { Success: true } first ? int.Parse(first.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : null;

    [GeneratedRegex("\"child-pid\": *([0-9]{1,9})")]
    private static partial Regex Id();
}
