// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wire.Common;

/// <summary>Bounds on one task.</summary>
/// <param name="MemoryBytes">Linear memory of a WebAssembly program, memory of all processes of a native one; 64 KiB to 4 GiB.</param>
/// <param name="Fuel">WebAssembly instructions as docs/wasm.md counts them; 0 for native programs, which have none.</param>
/// <param name="WallMs">Wall time in milliseconds.</param>
/// <param name="OutputBytes">Files and standard output together.</param>
public sealed record TaskLimits(ulong MemoryBytes, ulong Fuel, ulong WallMs, ulong OutputBytes)
{
    /// <summary>Smallest <see cref="WorkBytes"/>: a page.</summary>
    public const ulong WorkBytesLeast = 4096;

    /// <summary>Most <see cref="Processes"/>: an owner's machine has other things to do.</summary>
    public const uint ProcessesMost = 4096;

    /// <summary>Most <see cref="Cores"/>.</summary>
    public const uint CoresMost = 256;

    /// <summary>Size of a native program's work folder, which lies in memory beside <see cref="MemoryBytes"/>; 0 for WebAssembly.</summary>
    public ulong WorkBytes { get; init; }

    /// <summary>Processes and threads of a native program at once; 0 for WebAssembly.</summary>
    public uint Processes { get; init; }

    /// <summary>Processors whose time a native program may use; 0 for WebAssembly, which uses one.</summary>
    public uint Cores { get; init; }

    /// <summary>Most <see cref="CheckpointBytes"/>: 256 MiB.</summary>
    public const ulong CheckpointBytesMost = WireLimits.BlobBytes / 4;

    /// <summary>Shortest <see cref="CheckpointEveryMs"/>.</summary>
    public const ulong CheckpointEveryMsLeast = 1000;

    /// <summary>Files of a checkpoint of a native program together; 0: none are taken.</summary>
    public ulong CheckpointBytes { get; init; }

    /// <summary>Milliseconds between two checkpoints; 0 where none are taken.</summary>
    public ulong CheckpointEveryMs { get; init; }

    /// <summary>Memory that a worker must have for a task, work folder included.</summary>
    public ulong AllMemoryBytes => MemoryBytes + WorkBytes;

    internal V1.TaskLimits ToProto() => new()
    {
        MemoryBytes = MemoryBytes,
        Fuel = Fuel,
        WallMs = WallMs,
        OutputBytes = OutputBytes,
        WorkBytes = WorkBytes,
        Processes = Processes,
        Cores = Cores,
        CheckpointBytes = CheckpointBytes,
        CheckpointEveryMs = CheckpointEveryMs,
    };

    internal static TaskLimits From(V1.TaskLimits? m, bool native = false)
    {
        Canonical.Present(m, "limits");
        var saves = m!.CheckpointBytes > 0;
        return new TaskLimits(
            Canonical.Within(m.MemoryBytes, 1 << 16, WireLimits.MemoryBytes, "limits.memory_bytes"),
            Canonical.Within(m.Fuel, native ? 0UL : 1, native ? 0 : WireLimits.Fuel, "limits.fuel"),
            Canonical.Within(m.WallMs, 1, WireLimits.WallMs, "limits.wall_ms"),
            Canonical.Within(m.OutputBytes, 1, WireLimits.OutputBytes, "limits.output_bytes"))
        {
            WorkBytes = Canonical.Within(m.WorkBytes, native ? WorkBytesLeast : 0, native ? WireLimits.MemoryBytes : 0, "limits.work_bytes"),
            Processes = (uint)Canonical.Within(m.Processes, native ? 1U : 0, native ? ProcessesMost : 0, "limits.processes"),
            Cores = (uint)Canonical.Within(m.Cores, native ? 1U : 0, native ? CoresMost : 0, "limits.cores"),
            CheckpointBytes = Canonical.Within(m.CheckpointBytes, 0, native ? CheckpointBytesMost : 0, "limits.checkpoint_bytes"),
            CheckpointEveryMs = Canonical.Within(
                m.CheckpointEveryMs, saves ? CheckpointEveryMsLeast : 0, saves ? WireLimits.WallMs : 0, "limits.checkpoint_every_ms"),
        };
    }
}
