// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Execution.Groups;
using PeerCompute.Execution.Sandbox;

namespace PeerCompute.Execution.Native;

/// <summary>
/// Runs native programs behind the walls of docs/sandbox.md; a host that lacks one that it was asked for, or has advertised, refuses. Safe to use from
/// several threads.
/// </summary>
/// <param name="options">How children are started.</param>
/// <param name="walls">What was found by <see cref="NativeProbe"/> and advertised; null: tried before the first program.</param>
public sealed class NativeExecutor(SandboxOptions options, NativeWalls? walls = null)
{
    private const string Ungrouped = "a control group could be made before and cannot be made now; without one "
        + "the isolation class would be lower than advertised";

    private NativeWalls? _walls = walls;

    /// <summary>Runs programs behind no wall at all: set by tests of the walls only, which must then fail.</summary>
    internal bool InTheOpen { get; init; }

    /// <summary>What the walls around native programs are worth on this host; tried, then remembered.</summary>
    /// <param name="cancellation">Ends the wait; nothing is left.</param>
    /// <returns>The walls; their class is what an advert may say, and no program runs behind less from then on.</returns>
    public async ValueTask<NativeWalls> ProbeAsync(CancellationToken cancellation)
    {
        if (_walls is { } known) return known;
        GroupReport groups = await GroupProbe.RunAsync(GroupTree.OfThisHost, options.StartTimeout, cancellation).ConfigureAwait(false);
        return _walls = await NativeProbe.RunAsync(options, groups, cancellation).ConfigureAwait(false);
    }

    /// <summary>Runs one program to its end. Does not throw for what a program does, nor for a host that fails: the report says it.</summary>
    /// <param name="spec">The program, its files and its bounds.</param>
    /// <param name="cancellation">Kills the program and everything that it started.</param>
    /// <returns>How it ended. Nothing of it is left then but the outputs.</returns>
    /// <exception cref="PeerComputeException">
    /// <see cref="ErrorCode.BadInput"/>: the spec itself is wrong; <see cref="ErrorCode.NotFound"/>: an input or a folder is not there.
    /// </exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<NativeReport> RunAsync(NativeRunSpec spec, CancellationToken cancellation)
    {
        NativeCheck.Spec(spec);
        if (InTheOpen) return await RunInTheOpenAsync(spec, cancellation).ConfigureAwait(false);
        NativeWalls walls = await ProbeAsync(cancellation).ConfigureAwait(false);
        NativeIsolation least = spec.Isolation > options.MinimumNativeIsolation ? spec.Isolation : options.MinimumNativeIsolation;
        if (walls.Isolation != NativeIsolation.None && walls.Isolation >= least)
            return await TryAsync(options, spec, walls.Grouped, ControlGroup.TryMake, cancellation).ConfigureAwait(false);
        string below = walls.Isolation == NativeIsolation.None ? "" : $", below {least.Name()}";
        string reason = $"its isolation class for native programs is {walls.Isolation.Name()}{below}, so it does not start this one";
        return NativeReports.HostFault($"{reason}: {walls.Missing}");
    }

    /// <summary>Runs a program behind every wall that this host has.</summary>
    /// <param name="options">How children are started.</param>
    /// <param name="spec">The program, checked.</param>
    /// <param name="grouped">Whether a control group must bound it; else one does where it can be made.</param>
    /// <param name="make">Makes the control group.</param>
    /// <param name="cancellation">Kills it.</param>
    internal static async Task<NativeReport> TryAsync(
        SandboxOptions options, NativeRunSpec spec, bool grouped, Func<GroupBounds, ControlGroup?> make, CancellationToken cancellation)
    {
        try
        {
            INativeLauncher launcher = INativeLauncher.Of(options, spec);
            long bytes = spec.MemoryBytes + spec.WorkBytes + (2 * NativePlan.ScratchBytes) + launcher.OwnBytes;
            ControlGroup? group = make(new GroupBounds(bytes, spec.Processes + launcher.OwnProcesses) { CpuMillis = spec.CpuMillis });
            if (group is not null || !grouped) return await NativeRun.RunAsync(launcher, spec, options, group, cancellation).ConfigureAwait(false);
            await launcher.DisposeAsync().ConfigureAwait(false);
            return NativeReports.HostFault(Ungrouped);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException || fault is PeerComputeException { Code: ErrorCode.Host })
        {
            return NativeReports.HostFault(fault.Message);
        }
    }

    private async Task<NativeReport> RunInTheOpenAsync(NativeRunSpec spec, CancellationToken cancellation)
    {
        string folder = Directory.CreateTempSubdirectory("open").FullName;
        try
        {
            foreach ((string name, string path) in spec.Inputs)
            {
                if (Directory.Exists(path)) Directory.CreateSymbolicLink(Path.Combine(folder, name), Path.GetFullPath(path));
                else File.Copy(path, Path.Combine(folder, name));
            }

            var launcher = new BubblewrapLauncher(NativePlan.InTheOpen(spec, folder));
            return await NativeRun.RunAsync(launcher, spec, options, null, cancellation).ConfigureAwait(false);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
