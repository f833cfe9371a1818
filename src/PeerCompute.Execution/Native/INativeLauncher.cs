// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Base.Linux;
using PeerCompute.Execution.Groups;
using PeerCompute.Execution.Sandbox;

namespace PeerCompute.Execution.Native;

/// <summary>
/// Builds the walls around one native program, whose first process then waits at a gate, until limits are set from outside and the work folder is held.
/// Made for one run; disposed of after everything in it has ended.
/// </summary>
internal interface INativeLauncher : IAsyncDisposable
{
    /// <summary>The names of both launchers.</summary>
    const string Bubblewrap = "bubblewrap", Runc = "runc";

    /// <summary>Processes and threads of its own, which a control group counts beside the program's.</summary>
    int OwnProcesses { get; }

    /// <summary>Threads that the first process has until the program begins, which count under its limit of processes.</summary>
    int OwnThreads { get; }

    /// <summary>Memory of its own that a control group counts beside the program's, bytes.</summary>
    long OwnBytes { get; }

    /// <summary>The work folder of a run without walls, else null.</summary>
    string? OpenFolder { get; }

    /// <summary>Starts it.</summary>
    /// <param name="streams">The program's standard input, output and error; closed here.</param>
    /// <param name="group">The control group that everything runs in, or null.</param>
    /// <param name="watch">Sees whom the program wants to reach, where the launcher can have that seen.</param>
    Task<Spawned> StartAsync(IReadOnlyList<int> streams, ControlGroup? group, NetworkWatch watch);

    /// <summary>Waits until the walls stand.</summary>
    /// <param name="process">What was started.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The first process of the namespace and its private root, as it is reached from outside; null where it ended before.</returns>
    Task<(OtherProcess First, string Root)?> StandAsync(Spawned process, CancellationToken cancellation);

    /// <summary>Lets the program begin.</summary>
    void OpenGate();

    /// <summary>The name of the launcher that this host has; empty where it has none.</summary>
    /// <param name="options">Where it is looked for.</param>
    static string NameOf(SandboxOptions options) =>
        SandboxProbe.FindBubblewrap(options.SearchPath) is not null ? Bubblewrap : RuncLauncher.Find(options.SearchPath) is not null ? Runc : "";

    /// <summary>The launcher that this host has.</summary>
    /// <param name="options">Where it is looked for.</param>
    /// <param name="spec">What will run.</param>
    /// <exception cref="PeerComputeException"><see cref="ErrorCode.Host"/>: nothing, or nothing for this program.</exception>
    static INativeLauncher Of(SandboxOptions options, NativeRunSpec spec)
    {
        if (SandboxProbe.FindBubblewrap(options.SearchPath) is { } bubblewrap) return new BubblewrapLauncher(NativePlan.Walled(bubblewrap, spec));
        if (RuncLauncher.Find(options.SearchPath) is { } runc) return RuncLauncher.Make(runc, spec);
        throw new PeerComputeException(ErrorCode.Host, "neither bubblewrap (bwrap) nor runc is installed, and native programs run behind one of them only");
    }
}
