// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Execution.Gpu;
using PeerCompute.Execution.Native;
using PeerCompute.Execution.Sandbox;

namespace PeerCompute.Execution.Runs;

/// <summary>What a host executes leases with: one executor for each kind of program. Safe to use from several threads.</summary>
/// <param name="wasm">WebAssembly programs; not disposed of here.</param>
/// <param name="native">Native programs, and the walls of GPU programs.</param>
public sealed class Executors(WasmExecutor wasm, NativeExecutor native)
{
    private readonly GpuExecutor _gpu = new(native, wasm.Options.Command ?? SandboxCommand.ForThisProgram());

    /// <summary>Begins a lease.</summary>
    /// <param name="spec">What all tasks share.</param>
    /// <param name="cancellation">Ends the start; nothing is left behind.</param>
    /// <returns>The run; dispose of it at the end.</returns>
    /// <exception cref="PeerComputeException">As <see cref="WasmExecutor.StartAsync"/>.</exception>
    public async Task<ILeaseRun> StartAsync(LeaseRunSpec spec, CancellationToken cancellation) =>
        spec.Native is null ? await wasm.StartAsync(spec, cancellation).ConfigureAwait(false) : new NativeLeaseRun(spec, native, _gpu);
}
