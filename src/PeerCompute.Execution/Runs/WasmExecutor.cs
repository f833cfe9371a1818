// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Execution.Sandbox;

namespace PeerCompute.Execution.Runs;

/// <summary>Runs WebAssembly programs in walled-in child processes: one child per lease, a fresh instance per task. Safe to use from several threads.</summary>
/// <param name="options">How children are started.</param>
public sealed class WasmExecutor(SandboxOptions options) : IDisposable
{
    private readonly SemaphoreSlim _probing = new(1, 1);
    private SandboxReport? _report;

    /// <summary>How its children are started.</summary>
    internal SandboxOptions Options => options;

    /// <summary>What the sandbox of this host is worth; tried once, then remembered.</summary>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The report; its class is what an advert may say.</returns>
    public async ValueTask<SandboxReport> ProbeAsync(CancellationToken cancellation)
    {
        if (_report is { } known) return known;
        await _probing.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            return _report ??= await SandboxProbe.RunAsync(options, cancellation).ConfigureAwait(false);
        }
        finally
        {
            _probing.Release();
        }
    }

    /// <summary>Starts the child of a lease and loads the module in it. A module that is refused is no exception: every task then reports it.</summary>
    /// <param name="spec">What all tasks share.</param>
    /// <param name="cancellation">Ends the start; nothing is left behind.</param>
    /// <returns>The lease's child; dispose it at the end.</returns>
    /// <exception cref="PeerComputeException">
    /// <see cref="ErrorCode.BadInput"/>: the spec itself is wrong; <see cref="ErrorCode.NotFound"/>: the module or an input is not there;
    /// <see cref="ErrorCode.Host"/>: this host cannot start the child.
    /// </exception>
    public async ValueTask<LeaseRun> StartAsync(LeaseRunSpec spec, CancellationToken cancellation)
    {
        SpecCheck.Lease(spec);
        SandboxReport report = await ProbeAsync(cancellation).ConfigureAwait(false);
        if (report.Isolation < options.MinimumIsolation || report.Isolation == IsolationClass.None)
        {
            throw new PeerComputeException(
                ErrorCode.Host,
                $"this host isolates programs as {report.Isolation.Name()}, below {options.MinimumIsolation.Name()}, so nothing runs: "
                + string.Join("; ", report.Notes));
        }

        var run = new LeaseRun(spec, options, report);
        try
        {
            await run.StartChildAsync(cancellation).ConfigureAwait(false);
            return run;
        }
        catch
        {
            await run.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _probing.Dispose();
}
