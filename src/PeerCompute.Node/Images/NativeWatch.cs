// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Core.Events;

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
    /// <param name="told">What the machine knows already: what was said last.</param>
    /// <param name="settle">Hands an event to the machine and waits until it is handled.</param>
    /// <param name="time">The system's clock.</param>
    /// <param name="log">Lines for the operator.</param>
    /// <param name="stop">Ends it.</param>
    /// <returns>Ends when it has, without an exception.</returns>
    public static async Task RunAsync(
        NativeSystems systems, NativesChanged told, Func<NodeEvent, CancellationToken, Task> settle, TimeProvider time, Action<string> log,
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
                if (now.SeeksImages == told.SeeksImages && now.Natives.AsSpan().SequenceEqual(told.Natives.AsSpan())) continue;
                await settle(now, stop).ConfigureAwait(false);
                told = now;
            }
        }
        catch (Exception e) when (e is OperationCanceledException or PeerComputeException)
        {
            // The node stops.
        }
    }

    /// <summary>What is here; what was, and why, where that cannot be read.</summary>
    public static (NativesChanged Natives, string Fault) Look(NativeSystems systems, NativesChanged before)
    {
        try
        {
            return (new NativesChanged(systems.Offerings(), systems.Seeks()), "");
        }
        catch (PeerComputeException unreadable)
        {
            return (before, unreadable.Message);
        }
    }
}
