// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Execution.Checkpoints;
using PeerCompute.Execution.Devices;
using PeerCompute.Execution.Sandbox;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Execution.Native;

/// <summary>One run of a native program: what it is given, and its bounds. All bounds hold for all its processes together.</summary>
public sealed record NativeRunSpec
{
    private static readonly Task<TimeSpan> Never = new TaskCompletionSource<TimeSpan>().Task;

    /// <summary>Most input files of one run.</summary>
    public const int MostInputs = 1024;

    /// <summary>
    /// The program's path as it is inside, then its arguments. With a <see cref="Root"/> of its own the program may be a name that PATH leads to.
    /// </summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>Null, or this node's own executable, which is then the program: all arguments are its.</summary>
    public SandboxCommand? Own { get; init; }

    /// <summary>Environment, as NAME=value, beside PATH, HOME, TMPDIR and LANG, which it may replace.</summary>
    public IReadOnlyList<string> Environment { get; init; } = [];

    /// <summary>The weakest isolation that the job accepts; a host that offers less refuses to run it.</summary>
    public NativeIsolation Isolation { get; init; } = NativeIsolation.Degraded;

    /// <summary>
    /// A folder whose entries become the root folder, only to be read: a file system of the job's own. Null: the programs and libraries of the host
    /// (/usr), and of its /etc what the loader needs.
    /// </summary>
    public string? Root { get; init; }

    /// <summary>The full path inside of the folder in which the program starts; null: its work folder.</summary>
    public string? StartFolder { get; init; }

    /// <summary>
    /// What the program calls each input, relative to its work folder, and the file or folder here that it is. It can only be read. At most
    /// <see cref="MostInputs"/>.
    /// </summary>
    public IReadOnlyList<KeyValuePair<string, string>> Inputs { get; init; } = [];

    /// <summary>
    /// Files that the program must have written, relative to its work folder, and folders of it, with a slash behind them. Others are thrown away.
    /// </summary>
    public IReadOnlyList<string> OutputNames { get; init; } = [];

    /// <summary>An existing folder of the caller's, to which outputs are copied; needed only where there are any.</summary>
    public string? OutputFolder { get; init; }

    /// <summary>What it sees of the host beside its root: a device, or nothing. Chosen by the host, never by the job.</summary>
    public DeviceGrant Grant { get; init; } = DeviceGrant.None;

    /// <summary>Most memory of its processes, bytes. The files that it writes lie in memory too, but are counted by <see cref="WorkBytes"/>.</summary>
    public long MemoryBytes { get; init; } = 512L << 20;

    /// <summary>Size of the work folder, bytes. It is the one place, beside a small /tmp and /dev/shm, where the program may write.</summary>
    public long WorkBytes { get; init; } = 64L << 20;

    /// <summary>Most bytes on standard output and standard error together.</summary>
    public long OutputBytes { get; init; } = 16L << 20;

    /// <summary>Most processes and threads at once.</summary>
    public int Processes { get; init; } = 64;

    /// <summary>Most of the processors, in thousandths of one; 0: no bound. Holds where the host has control groups for processors.</summary>
    public int CpuMillis { get; init; }

    /// <summary>Hears at most twice a second, and once at the end, what the program says of itself (docs/live.md); null where nobody listens.</summary>
    public Action<LiveReport>? Live { get; init; }

    /// <summary>How checkpoints are taken; null: none are.</summary>
    public CheckpointPlan? Checkpoint { get; init; }

    /// <summary>Completes when the program is to be asked to end (SIGTERM), with the time that it gets for it; its result counts no more then.</summary>
    public Task<TimeSpan> Ease { get; init; } = Never;

    /// <summary>Most time on the clock.</summary>
    public TimeSpan Wall { get; init; } = TimeSpan.FromMinutes(10);
}
