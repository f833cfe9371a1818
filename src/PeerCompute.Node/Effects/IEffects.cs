// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Core.Effects;

namespace PeerCompute.Node.Effects;

/// <summary>Does what the machine wants done. Never blocks: what takes time goes on elsewhere and comes back as an event.</summary>
internal interface IEffects
{
    /// <summary>Does an effect; effects with the same target are done in the order of the calls.</summary>
    /// <param name="effect">Anything but what the loop does itself: Keep, JobChanged and StopRun.</param>
    /// <param name="stop">Ends a run or fetch.</param>
    /// <returns>For a run or fetch: when it is over. Never fails.</returns>
    Task Run(NodeEffect effect, CancellationToken stop);
}
