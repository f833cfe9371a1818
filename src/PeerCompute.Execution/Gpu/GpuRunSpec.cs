// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Execution.Devices;
using PeerCompute.Execution.Native;

namespace PeerCompute.Execution.Gpu;

/// <summary>One task of a GPU job: the program, the device, and the bounds.</summary>
public sealed record GpuRunSpec
{
    /// <summary>The file with the <see cref="GpuProgram"/>.</summary>
    public required string ProgramPath { get; init; }

    /// <summary>The device, one with a place in OpenCL.</summary>
    public required Device Device { get; init; }

    /// <summary>Number of the task in its job.</summary>
    public uint Task { get; init; }

    /// <summary>What the program calls each input file, and where it lies here.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Inputs { get; init; } = [];

    /// <summary>An existing folder of the caller's, to which outputs are copied.</summary>
    public required string OutputFolder { get; init; }

    /// <summary>Most bytes of the device's memory for all buffers.</summary>
    public long DeviceBytes { get; init; } = 1L << 30;

    /// <summary>Most memory of the host, bytes: the child, the driver, its compiler; on a processor the buffers too.</summary>
    public long MemoryBytes { get; init; } = 1L << 30;

    /// <summary>Most bytes of output files.</summary>
    public long WorkBytes { get; init; } = 256L << 20;

    /// <summary>Most bytes on standard output, where kernels may print, and standard error.</summary>
    public long OutputBytes { get; init; } = 16L << 20;

    /// <summary>Most time on the clock.</summary>
    public TimeSpan Wall { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The weakest isolation that the job accepts.</summary>
    public NativeIsolation Isolation { get; init; } = NativeIsolation.Degraded;
}
