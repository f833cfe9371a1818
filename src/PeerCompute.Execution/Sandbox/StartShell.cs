// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace PeerCompute.Execution.Sandbox;

/// <summary>A shell that becomes a program, so that what only a process may do to itself is done before the program begins.</summary>
internal static class StartShell
{
    // Inherited by all that it starts (proc(5), oom_score_adj): where the host's memory runs out, jobs go before the node and its owner's programs.
    private const string FirstToGo = "{ echo 1000 >/proc/self/oom_score_adj; } 2>/dev/null; ";

    /// <summary>The program, from a shell that makes itself the first to go when the host's memory runs out, and joins control groups.</summary>
    /// <param name="arguments">The program's path, then its arguments.</param>
    /// <param name="groups">The files that it writes itself to; where one is refused the program is not started.</param>
    public static string[] Around(IReadOnlyList<string> arguments, IReadOnlyList<string> groups)
    {
        string joins = string.Concat(groups.Select((_, i) => string.Create(CultureInfo.InvariantCulture, $"echo 0 >\"${{{i + 1}}}\" && ")));
        string shift = groups.Count == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"shift {groups.Count} && ");
        return ["/bin/sh", "-c", $"{FirstToGo}{joins}{shift}exec \"$@\"", "sh", .. groups, .. arguments];
    }
}
