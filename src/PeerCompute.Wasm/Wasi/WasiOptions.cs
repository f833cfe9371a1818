// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm.Wasi;

/// <summary>What a program is given. The run depends on these, the module and nothing else.</summary>
public sealed record WasiOptions
{
    /// <summary>Arguments; the first is the program's name.</summary>
    public IReadOnlyList<string> Args { get; init; } = ["program"];

    /// <summary>Environment, each <c>NAME=value</c>.</summary>
    public IReadOnlyList<string> Env { get; init; } = [];

    /// <summary>The files under the program's root folder <c>/</c>.</summary>
    public required IGuestFiles Files { get; init; }

    /// <summary>Standard input.</summary>
    public ReadOnlyMemory<byte> Stdin { get; init; }

    /// <summary>Standard output.</summary>
    public WasiSink? StdoutSink { get; init; }

    /// <summary>Standard error.</summary>
    public WasiSink? StderrSink { get; init; }

    /// <summary>Bytes that may go to standard output and error together; then writes answer "no space".</summary>
    public long MaxStreamBytes { get; init; } = 16 << 20;

    /// <summary>Units of fuel, at least 1.</summary>
    public long FuelLimit { get; init; } = 10_000_000_000;

    /// <summary>Pages of 64 KiB that memory may have, 1 to 65,536; <c>memory.grow</c> succeeds up to here and no further.</summary>
    public int MaxPages { get; init; } = 4_096;

    /// <summary>Frame units that all open calls together may take, 1,000 to 16,777,216; 8 bytes of the host each.</summary>
    public int MaxFrameUnits { get; init; } = 1 << 20;

    /// <summary>What runs the program.</summary>
    public WasmEngine Engine { get; init; }

    /// <summary>Stack that the calling thread has left, bytes (<see cref="WasmStack.BytesFor"/>), for the compiler; 0 where that is not known.</summary>
    public long StackBytes { get; init; }

    /// <summary>Where <c>random_get</c> starts.</summary>
    public ulong Seed { get; init; }

    /// <summary>Where the real-time clock starts: nanoseconds since 1970.</summary>
    public ulong StartTime { get; init; }

    /// <summary>
    /// Called about every million units of fuel, on the running thread, with the fuel used so far: by the interpreter. What is compiled does not stop
    /// for that, see <see cref="Watch"/>.
    /// </summary>
    public Action<long>? Progress { get; init; }

    /// <summary>Told by the compiler's programs, for other threads to read.</summary>
    public WasmProgress? Watch { get; init; }

    /// <summary>Stops the program from outside.</summary>
    public WasmCancellation? Cancellation { get; init; }
}
