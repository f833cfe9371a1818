// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using PeerCompute.Base.Errors;
using PeerCompute.Execution.Groups;
using PeerCompute.Execution.Protocol;
using PeerCompute.Execution.Sandbox;

namespace PeerCompute.Execution.Escapes;

/// <summary>
/// Plays a broken-out engine: a child behind the very walls of a task's child makes the system calls that a captured interpreter would make, and
/// reports the kernel's answers (docs/sandbox.md).
/// </summary>
public static class EscapeProbe
{
    /// <summary>Processes after which the probe stops forking where no wall does.</summary>
    public const int MostProcesses = 64;

    /// <summary>The files of the host that are tried where the caller names none: every host has them, every user may read them.</summary>
    public static IReadOnlyList<string> CommonFiles { get; } = ["/etc/passwd"];

    /// <summary>The argument that makes a child play the broken-out engine.</summary>
    internal const string Argument = "--escape";

    /// <summary>Follows <see cref="Argument"/>: whether the child builds its own walls first.</summary>
    internal const string Walled = "walled", Open = "open";

    /// <summary>Plays the broken-out engine behind the walls that hold on this host.</summary>
    /// <param name="options">How children are started.</param>
    /// <param name="sandbox">What holds, as <see cref="SandboxProbe"/> found it.</param>
    /// <param name="files">Files of the host that it tries to open, such as the node's key; those that do not exist are left out. At most 32.</param>
    /// <param name="cancellation">Ends the wait; the child is killed.</param>
    /// <returns>The attempts with the kernel's answers.</returns>
    /// <exception cref="PeerComputeException"><see cref="ErrorCode.Host"/>: no child starts here; the message says why.</exception>
    public static async Task<EscapeReport> RunAsync(
        SandboxOptions options, SandboxReport sandbox, IReadOnlyList<string> files, CancellationToken cancellation)
    {
        if (sandbox.Isolation == IsolationClass.None) throw Unstarted(string.Join("; ", sandbox.Notes));
        SandboxCommand command = options.Command ?? SandboxCommand.ForThisProgram();
        LaunchPlan plan = LaunchPlan.Behind(sandbox, command, SandboxPaths.None, Arguments(Walled, files));
        ControlGroup? group = sandbox.ControlGroups ? ControlGroup.TryMake(new GroupBounds(LaunchPlan.HeapBytes, GroupBounds.OfChild)) : null;
        try
        {
            return await AskAsync(group is null ? plan : plan.Within(group), sandbox.Isolation, options, cancellation).ConfigureAwait(false);
        }
        finally
        {
            if (group is not null) await group.RemoveAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Plays the broken-out engine with no wall at all: the proof that the attempts are real.</summary>
    internal static Task<EscapeReport> RunInTheOpenAsync(SandboxOptions options, IReadOnlyList<string> files, CancellationToken cancellation)
    {
        SandboxCommand command = options.Command ?? SandboxCommand.ForThisProgram();
        LaunchPlan plan = LaunchPlan.Plain(command, SandboxPaths.None, Arguments(Open, files));
        return AskAsync(plan, IsolationClass.None, options, cancellation);
    }

    private static string[] Arguments(string walls, IReadOnlyList<string> files) =>
        [Argument, walls, Environment.ProcessId.ToString(CultureInfo.InvariantCulture), .. files.Where(File.Exists).Select(Path.GetFullPath)];

    private static async Task<EscapeReport> AskAsync(LaunchPlan plan, IsolationClass isolation, SandboxOptions options, CancellationToken cancellation)
    {
        (byte[]? message, string fault) = await ChildAnswer.GetAsync(plan, FrameKind.Escapes, options.StartTimeout, cancellation).ConfigureAwait(false);
        try
        {
            return message is null ? throw Unstarted(fault) : new EscapeReport(isolation, EscapesMessage.Decode(message).Attempts);
        }
        catch (WireException broken)
        {
            throw Unstarted(broken.Message);
        }
    }

    private static PeerComputeException Unstarted(string why) => new(ErrorCode.Host, $"the walls cannot be tried, no child starts: {why}");
}
