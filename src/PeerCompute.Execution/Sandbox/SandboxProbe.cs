// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Execution.Groups;
using PeerCompute.Execution.Protocol;

namespace PeerCompute.Execution.Sandbox;

/// <summary>Finds the isolation class of this host by starting children that try to get out.</summary>
public static class SandboxProbe
{
    /// <summary>The argument that makes a child only try its walls.</summary>
    internal const string Trial = "--probe";

    /// <summary>Starts a child behind every wall that there is; where that fails, one behind fewer.</summary>
    /// <param name="options">How children are started.</param>
    /// <param name="cancellation">Ends the wait; the child is killed.</param>
    /// <returns>What holds; class <see cref="IsolationClass.None"/> with the reasons where no child starts at all.</returns>
    public static async Task<SandboxReport> RunAsync(SandboxOptions options, CancellationToken cancellation)
    {
        if (!OperatingSystem.IsLinux()) return new SandboxReport(IsolationClass.None, [], ["children are walled in on Linux only"]);
        SandboxCommand command = options.Command ?? SandboxCommand.ForThisProgram();
        List<string> notes = [];
        if (FindBubblewrap(options.SearchPath) is not { } bubblewrap)
        {
            notes.Add("bubblewrap (bwrap) is not installed: install it for wasm-strict");
        }
        else
        {
            LaunchPlan plan = LaunchPlan.Bubblewrapped(bubblewrap, command, SandboxPaths.None, Trial);
            (WallsMessage? walls, string fault) = await TryAsync(plan, options.StartTimeout, cancellation).ConfigureAwait(false);
            if (walls is not null && Class(walls) == IsolationClass.WasmStrict)
            {
                SandboxReport strict = Report(walls, notes) with { Bubblewrap = bubblewrap };
                return await WithGroupsAsync(strict, plan, options.StartTimeout, cancellation).ConfigureAwait(false);
            }

            notes.Add(walls is null ? $"bubblewrap does not start here: {fault}" : "bubblewrap starts, but not every wall holds: " + Open(walls));
        }

        LaunchPlan bare = LaunchPlan.Plain(command, SandboxPaths.None, Trial);
        (WallsMessage? plain, string reason) = await TryAsync(bare, options.StartTimeout, cancellation).ConfigureAwait(false);
        if (plain is not null)
        {
            return await WithGroupsAsync(Report(plain, notes), bare, options.StartTimeout, cancellation).ConfigureAwait(false);
        }

        notes.Add($"no child starts: {reason}");
        return new SandboxReport(IsolationClass.None, [], notes);
    }

    internal static string? FindBubblewrap(string? searchPath)
    {
        string folders = searchPath ?? Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin";
        return folders.Split(':', StringSplitOptions.RemoveEmptyEntries).Select(folder => Path.Combine(folder, "bwrap")).FirstOrDefault(File.Exists);
    }

    private static IsolationClass Class(WallsMessage walls)
    {
        bool filtered = walls is { Filter: true, NoNewPrivileges: true, NoSockets: true, NoProcesses: true };
        bool apart = walls is { NoHostFiles: true, NoHostProcesses: true, NoNetwork: true, NoCapabilities: true };
        return filtered ? apart ? IsolationClass.WasmStrict : IsolationClass.WasmSeccomp : IsolationClass.WasmProcess;
    }

    private static SandboxReport Report(WallsMessage walls, List<string> notes)
    {
        if (!walls.Filter) notes.Add("no filter of system calls: it exists for x86-64 Linux with seccomp");
        return new SandboxReport(Class(walls), [.. walls.Each().Select(wall => KeyValuePair.Create(wall.Name, wall.Holds))], notes);
    }

    private static string Open(WallsMessage walls) => string.Join(", ", walls.Each().Where(wall => !wall.Holds).Select(wall => wall.Name));

    /// <summary>Tries the limits of a control group, and whether the child starts within one.</summary>
    private static async Task<SandboxReport> WithGroupsAsync(SandboxReport report, LaunchPlan plan, TimeSpan patience, CancellationToken cancellation)
    {
        GroupReport groups = await GroupProbe.RunAsync(GroupTree.OfThisHost, patience, cancellation).ConfigureAwait(false);
        if (!groups.Memory || ControlGroup.TryMake(new GroupBounds(LaunchPlan.HeapBytes, GroupBounds.OfChild)) is not { } group)
            return report with { Groups = groups };
        try
        {
            (WallsMessage? walls, string fault) = await TryAsync(plan.Within(group), patience, cancellation).ConfigureAwait(false);
            if (walls is null) groups = groups with { Memory = false, Processes = false, Note = $"no child starts within a control group: {fault}" };
            return report with { Groups = groups, ControlGroups = walls is not null };
        }
        finally
        {
            await group.RemoveAsync().ConfigureAwait(false);
        }
    }

    private static async Task<(WallsMessage? Walls, string Fault)> TryAsync(LaunchPlan plan, TimeSpan patience, CancellationToken cancellation)
    {
        (byte[]? message, string fault) = await ChildAnswer.GetAsync(plan, FrameKind.Walls, patience, cancellation).ConfigureAwait(false);
        try
        {
            return (message is null ? null : WallsMessage.Decode(message), fault);
        }
        catch (WireException broken)
        {
            return (null, broken.Message);
        }
    }
}
