// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using PeerCompute.Base.Errors;
using PeerCompute.Cli.Output;

namespace PeerCompute.Cli.Commands;

/// <summary>Options of every verb.</summary>
internal static class Globals
{
    private const string HomeVariable = "PEERCOMPUTE_HOME";

    /// <summary>The node's folder.</summary>
    public static Option<string?> Home { get; } = new("--home")
    {
        Description = $"Folder of the node (default: ${HomeVariable}, else peercompute in $XDG_STATE_HOME or ~/.local/state).",
        HelpName = "DIR",
        Recursive = true,
    };

    /// <summary>Machine-readable output.</summary>
    public static Option<bool> Json { get; } = new("--json")
    {
        Description = "Print exactly one JSON value on standard output.",
        Recursive = true,
    };

    /// <summary>The home that a command names, absolute.</summary>
    /// <param name="parsed">The command.</param>
    /// <exception cref="PeerComputeException"><see cref="ErrorCode.Usage"/>: nothing names one.</exception>
    public static string HomeOf(ParseResult parsed)
    {
        var named = parsed.GetValue(Home) ?? Environment.GetEnvironmentVariable(HomeVariable);
        if (!string.IsNullOrEmpty(named)) return Path.GetFullPath(named);
        var state = Environment.GetEnvironmentVariable("XDG_STATE_HOME");
        if (!string.IsNullOrEmpty(state)) return Path.Combine(Path.GetFullPath(state), "peercompute");
        var user = Environment.GetEnvironmentVariable("HOME");
        if (!string.IsNullOrEmpty(user)) return Path.Combine(Path.GetFullPath(user), ".local", "state", "peercompute");
        throw new PeerComputeException(ErrorCode.Usage, "Neither --home nor $HOME says where the node's folder is. Give --home DIR.");
    }

    /// <summary>Where a command prints.</summary>
    /// <param name="parsed">The command.</param>
    public static Terminal TerminalOf(ParseResult parsed) => new(parsed.GetValue(Json));
}
