// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Core.Effects;
using PeerCompute.Core.Events;

namespace PeerCompute.Node.Runs;

/// <summary>Runs the tasks of leases.</summary>
internal interface IRunDirector
{
    /// <summary>Runs tasks one after another and tells of each. Throws for a cancellation only.</summary>
    /// <param name="run">What to run; its blobs are in the store.</param>
    /// <param name="post">Takes the events.</param>
    /// <param name="stop">Ends the run and its child.</param>
    /// <returns>When nothing of the run is left.</returns>
    Task RunAsync(StartRun run, Func<NodeEvent, ValueTask> post, CancellationToken stop);

    /// <summary>Asks a run's program to end; nothing happens where there is none.</summary>
    /// <param name="ease">Which, and how long it may take.</param>
    void Ease(EaseRun ease);
}
