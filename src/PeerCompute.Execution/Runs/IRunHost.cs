// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;

namespace PeerCompute.Execution.Runs;

/// <summary>Where the children of leases live: in this process, or with a supervisor that outlives it. Safe to use from several threads.</summary>
public interface IRunHost : IAsyncDisposable
{
    /// <summary>Keys of runs that an earlier process of this node began and that nobody has claimed yet.</summary>
    IReadOnlyCollection<string> Unclaimed { get; }

    /// <summary>Whether <see cref="Leave"/> was called and runs go on without this process.</summary>
    bool HasLeft { get; }

    /// <summary>Id of the process that has the children; null where it is this one.</summary>
    int? Supervisor => null;

    /// <summary>Takes over the run of a key that an earlier process of this node began.</summary>
    /// <param name="key">What the run was started under.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The run, its task going on; null where there is none.</returns>
    ValueTask<ILeaseRun?> ClaimAsync(string key, CancellationToken cancellation);

    /// <summary>Starts the child of a lease.</summary>
    /// <param name="key">Names the run; no two live at a time.</param>
    /// <param name="folder">Everything of the run lies in it; from a successful start on it is deleted with the run, else it stays the caller's.</param>
    /// <param name="spec">What all tasks share.</param>
    /// <param name="cancellation">Ends the start; no child is left behind.</param>
    /// <returns>The run; dispose of it at the end.</returns>
    /// <exception cref="PeerComputeException">As <see cref="WasmExecutor.StartAsync"/>.</exception>
    ValueTask<ILeaseRun> StartAsync(string key, string folder, LeaseRunSpec spec, CancellationToken cancellation);

    /// <summary>This process ends soon: what can go on without it is let go instead of ended, from now on.</summary>
    void Leave();
}
