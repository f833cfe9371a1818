// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text.RegularExpressions;
using PeerCompute.Base.Linux;

namespace PeerCompute.Execution.Sandbox;

/// <summary>What bubblewrap tells of the walls that it builds (<c>--info-fd</c>), before anything in them runs.</summary>
internal static partial class BubblewrapFacts
{
    /// <summary>The id, seen from here, of the first process of the namespace.</summary>
    /// <param name="facts">What bubblewrap told.</param>
    /// <param name="bubblewrap">The id of bubblewrap, whose child it is: who has only its number, since it ended, is another one.</param>
    /// <returns>Null where it is not told, or has ended.</returns>
    public static int? FirstProcess(string facts, int bubblewrap) =>
        Id().Match(facts) is { Success: true } first && int.Parse(first.Groups[1].ValueSpan, CultureInfo.InvariantCulture) is var id
        && ProcessTree.ParentOf(id) == bubblewrap ? id : null;

    /// <summary>Takes hold of the first process of the namespace.</summary>
    /// <param name="facts">What bubblewrap told.</param>
    /// <param name="bubblewrap">The id of bubblewrap.</param>
    /// <returns>Its id and the process; null where it is not told, or has ended.</returns>
    public static (int Id, OtherProcess Process)? Hold(string facts, int bubblewrap)
    {
        if (FirstProcess(facts, bubblewrap) is not { } id || OtherProcess.Open(id) is not { } held) return null;
        if (FirstProcess(facts, bubblewrap) == id) return (id, held); // asked again, now that its number is held
        held.Dispose();
        return null;
    }

    [GeneratedRegex("\"child-pid\": *([0-9]{1,9})")]
    private static partial Regex Id();
}
