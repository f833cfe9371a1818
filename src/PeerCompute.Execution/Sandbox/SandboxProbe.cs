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

    /// <summary>
    /// Starts a child behind every wall that there is, in a control group where one can be made; where that fails, one behind fewer. Beside it the
    /// limits of control groups are tried.
    /// </summary>
    /// <param name="options">How children are started.</param>
    /// <param name="cancellation">Ends the wait; the child is killed.</param>
    /// <returns>What holds; class <see cref="IsolationClass.None"/> with the reasons where no child starts at all.</returns>
    public static async Task<SandboxReport> RunAsync(SandboxOptions options, CancellationToken cancellation)
    {
        if (!OperatingSystem.IsLinux()) return new SandboxReport(IsolationClass.None, [], ["children are walled in on Linux only"]);
        Task<GroupReport> trying = GroupProbe.RunAsync(GroupTree.OfThisHost, options.StartTimeout, cancellation);
        ControlGroup? group = ControlGroup.TryMake(new GroupBounds(LaunchPlan.HeapBytes, GroupBounds.OfChild));
        try
        {
            (SandboxReport report, string ungrouped) = await TryWallsAsync(options, group, cancellation).ConfigureAwait(false);
            GroupReport groups = await trying.ConfigureAwait(false);
            if (report.Isolation == IsolationClass.None || !groups.Memory) return report with { Groups = groups };
            if (ungrouped.Length > 0) groups = groups with { Memory = false, Processes = false, Note = $"no child starts within a control group: {ungrouped}" };
            return report with { Groups = groups, ControlGroups = group is not null && ungrouped.Length == 0 };
        }
        finally
        {
            await ((Task)trying).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (group is not null) await group.RemoveAsync().ConfigureAwait(false);
        }
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

    /// <summary>Tries the walls from the highest class downwards.</summary>
    /// <returns>What holds; and why no child starts within the group, empty where one does.</returns>
    private static async Task<(SandboxReport Report, string Ungrouped)> TryWallsAsync(
        SandboxOptions options, ControlGroup? group, CancellationToken cancellation)
    {
        SandboxCommand command = options.Command ?? SandboxCommand.ForThisProgram();
        List<string> notes = [];
        if (FindBubblewrap(options.SearchPath) is not { } bubblewrap)
        {
            notes.Add("bubblewrap (bwrap) is not installed: install it for wasm-strict");
        }
        else
        {
            LaunchPlan walled = LaunchPlan.Bubblewrapped(bubblewrap, command, SandboxPaths.None, Trial);
            (WallsMessage? walls, string fault, string ungrouped) = await TryAsync(walled, group, options.StartTimeout, cancellation).ConfigureAwait(false);
            if (walls is not null && Class(walls) == IsolationClass.WasmStrict) return (Report(walls, notes) with { Bubblewrap = bubblewrap }, ungrouped);
            notes.Add(walls is null ? $"bubblewrap does not start here: {fault}" : "bubblewrap starts, but not every wall holds: " + Open(walls));
        }

        LaunchPlan bare = LaunchPlan.Plain(command, SandboxPaths.None, Trial);
        (WallsMessage? plain, string reason, string outside) = await TryAsync(bare, group, options.StartTimeout, cancellation).ConfigureAwait(false);
        if (plain is not null) return (Report(plain, notes), outside);
        notes.Add($"no child starts: {reason}");
        return (new SandboxReport(IsolationClass.None, [], notes), "");
    }

    /// <summary>Tries a start within a control group, and where that fails without.</summary>
    /// <returns>What the child found, or why none starts; and why none starts within the group.</returns>
    private static async Task<(WallsMessage? Walls, string Fault, string Ungrouped)> TryAsync(
        LaunchPlan plan, ControlGroup? group, TimeSpan patience, CancellationToken cancellation)
    {
        (WallsMessage? walls, string fault) = await TryAsync(group is null ? plan : plan.Within(group), patience, cancellation).ConfigureAwait(false);
        if (walls is not null || group is null) return (walls, fault, "");
        (WallsMessage? without, string reason) = await TryAsync(plan, patience, cancellation).ConfigureAwait(false);
        return (without, reason, fault);
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
