// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Errors;
using PeerCompute.Core.Events;
using PeerCompute.Market.Bids;

namespace PeerCompute.Node.Images;

/// <summary>
/// Keeps the machine told of the roots for native programs: the owner imports, allows and offers while the node runs. Looks every two seconds, which costs
/// one small file and a folder of small ones.
/// </summary>
internal static class NativeWatch
{
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(2);

    /// <summary>Watches until it is told to stop.</summary>
    /// <param name="systems">What is here.</param>
    /// <param name="told">What the machine knows already.</param>
    /// <param name="settle">Hands an event to the machine and waits until it is handled.</param>
    /// <param name="time">The system's clock.</param>
    /// <param name="log">Lines for the operator.</param>
    /// <param name="stop">Ends it.</param>
    /// <returns>Ends when it has, without an exception.</returns>
    public static async Task RunAsync(
        NativeSystems systems, ImmutableArray<NativeOffering> told, Func<NodeEvent, CancellationToken, Task> settle, TimeProvider time, Action<string> log,
        CancellationToken stop)
    {
        var fault = "";
        try
        {
            using var timer = new PeriodicTimer(Between, time);
            while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false))
            {
                var (now, wrong) = Look(systems, told);
                if (wrong.Length > 0 && wrong != fault) log($"images are as they were: {wrong}");
                fault = wrong;
                if (now.AsSpan().SequenceEqual(told.AsSpan())) continue;
                await settle(new NativesChanged(now), stop).ConfigureAwait(false);
                told = now;
            }
        }
        catch (Exception e) when (e is OperationCanceledException or PeerComputeException)
        {
            // The node stops.
        }
    }

    /// <summary>What is here; what was, and why, where that cannot be read.</summary>
    public static (ImmutableArray<NativeOffering> Offerings, string Fault) Look(NativeSystems systems, ImmutableArray<NativeOffering> before)
    {
        try
        {
            return (systems.Offerings(), "");
        }
        catch (PeerComputeException unreadable)
        {
            return (before, unreadable.Message);
        }
    }
}
