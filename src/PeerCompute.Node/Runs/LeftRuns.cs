// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Core;
using PeerCompute.Core.Runs;
using PeerCompute.Execution.Runs;
using PeerCompute.Node.Loops;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Node.Runs;

/// <summary>Runs that an earlier process of the node began: they wait until the machine wants them again, or are ended when it never will.</summary>
internal static class LeftRuns
{
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(2);

    /// <summary>Looks until every such run was claimed or ended.</summary>
    /// <param name="host">Has the runs.</param>
    /// <param name="loop">Asks the machine.</param>
    /// <param name="time">The system's clock.</param>
    /// <param name="stop">Ends the look; what is left goes on.</param>
    public static async Task SettleAsync(IRunHost host, NodeLoop loop, TimeProvider time, CancellationToken stop)
    {
        try
        {
            using var timer = new PeriodicTimer(Between, time);
            while (host.Unclaimed is { Count: > 0 } left)
            {
                var wanted = await loop.AskAsync(Wanted, stop).ConfigureAwait(false);
                foreach (var key in left.Where(key => !wanted.Contains(key)))
                {
                    if (await host.ClaimAsync(key, stop).ConfigureAwait(false) is { } run) await run.DisposeAsync().ConfigureAwait(false);
                }

                await timer.WaitForNextTickAsync(stop).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or PeerComputeException)
        {
            // The node stops.
        }
    }

    /// <summary>Keys of the runs that the machine may still ask for.</summary>
    private static HashSet<string> Wanted(INodeMachine machine)
    {
        var work = machine.Work().Where(lease => lease.Phase < LeasePhase.Opened).Select(lease => new RunKey(lease.LeaseId, RunRole.Work));
        var confirm = machine.Jobs().Where(job => !job.Ended).SelectMany(job => job.Leases)
            .Where(lease => lease.Phase is >= LeasePhase.Committed and < LeasePhase.Confirmed).Select(lease => new RunKey(lease.LeaseId, RunRole.Confirm));
        return [.. work.Concat(confirm).Select(RunDirector.KeyOf)];
    }
}
