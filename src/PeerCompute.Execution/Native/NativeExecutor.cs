// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Execution.Groups;
using PeerCompute.Execution.Sandbox;

namespace PeerCompute.Execution.Native;

/// <summary>Runs native programs behind the walls of docs/sandbox.md; a host that lacks one of them refuses. Safe to use from several threads.</summary>
/// <param name="options">How children are started.</param>
public sealed class NativeExecutor(SandboxOptions options)
{
    /// <summary>Runs programs behind no wall at all: set by tests of the walls only, which must then fail.</summary>
    internal bool InTheOpen { get; init; }

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
        string? folder = null;
        try
        {
            if (InTheOpen)
            {
                folder = Directory.CreateTempSubdirectory("open").FullName;
                foreach ((string name, string path) in spec.Inputs) File.Copy(path, Path.Combine(folder, name));
                return await NativeRun.RunAsync(NativePlan.InTheOpen(spec, folder), spec, options, null, cancellation).ConfigureAwait(false);
            }

            if (SandboxProbe.FindBubblewrap(options.SearchPath) is not { } bubblewrap)
                return NativeReports.HostFault("bubblewrap (bwrap) is not installed, and native programs run behind it only");
            ControlGroup? group = ControlGroup.TryMake(
                new GroupBounds(spec.MemoryBytes + spec.WorkBytes + (2 * NativePlan.ScratchBytes), spec.Processes + NativePlan.OwnProcesses)
                {
                    CpuMillis = spec.CpuMillis,
                });
            NativePlan plan = NativePlan.Walled(bubblewrap, spec);
            return await NativeRun.RunAsync(group is null ? plan : plan.Within(group), spec, options, group, cancellation).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException || fault is PeerComputeException { Code: ErrorCode.Host })
        {
            return NativeReports.HostFault(fault.Message);
        }
        finally
        {
            if (folder is not null) Directory.Delete(folder, recursive: true);
        }
    }
}
