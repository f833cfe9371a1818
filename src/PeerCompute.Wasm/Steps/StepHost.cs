// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Wasm.Wasi;

namespace PeerCompute.Wasm.Steps;

/// <summary>What the host does around a step program; nothing of it reaches the program or its state.</summary>
public sealed record StepHost
{
    /// <summary>What runs the program; a program may go on in another engine than it began in.</summary>
    public WasmEngine Engine { get; init; }

    /// <summary>Stack that the calling thread has left, bytes (<see cref="WasmStack.BytesFor"/>), for the compiler; 0 where that is not known.</summary>
    public long StackBytes { get; init; }

    /// <summary>Takes standard output.</summary>
    public WasiSink? StdoutSink { get; init; }

    /// <summary>Takes standard error.</summary>
    public WasiSink? StderrSink { get; init; }

    /// <summary>Called about every million units of fuel, on the running thread, with the fuel used so far.</summary>
    public Action<long>? Progress { get; init; }

    /// <summary>Stops the program from outside.</summary>
    public WasmCancellation? Cancellation { get; init; }
}
