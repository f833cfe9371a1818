// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using PeerCompute.Cli.Demo;

namespace PeerCompute.Cli.Commands;

/// <summary>The one command that repeats a run.</summary>
internal static class RepeatCommand
{
    /// <summary>The command as a shell takes it.</summary>
    /// <param name="scenario">The scenario's file.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="values">Values of its parameters that the run was given.</param>
    public static string Of(string scenario, ulong seed, IEnumerable<KeyValuePair<string, string>> values)
        => string.Join(' ', [Executable.Command, .. Arguments(scenario, seed, values).Select(Quoted)]);

    /// <summary>Its words after the name of the program.</summary>
    public static IEnumerable<string> Arguments(string scenario, ulong seed, IEnumerable<KeyValuePair<string, string>> values) =>
    [
        "sim", "run", scenario, "--seed", seed.ToString(CultureInfo.InvariantCulture),
        .. values.SelectMany(static v => (string[])["--set", $"{v.Key}={v.Value}"]),
    ];

    private static string Quoted(string word)
        => word.Length > 0 && word.All(static c => char.IsAsciiLetterOrDigit(c) || "=,._-/%:".Contains(c)) ? word
            : "'" + word.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
}
