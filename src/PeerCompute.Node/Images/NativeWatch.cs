// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Core.Events;

namespace PeerCompute.Node.Images;

/// <summary>
/// Keeps the machine told of the roots for native programs: the owner imports, allows and offers while the node runs. Looks every two seconds, which costs
/// one small file and a folder of small ones, and when it is asked to.
/// </summary>
/// <param name="systems">What is here.</param>
/// <param name="told">What the machine knows already.</param>
/// <param name="settle">Hands an event to the machine and waits until it is handled.</param>
/// <param name="time">The system's clock.</param>
/// <param name="log">Lines for the operator.</param>
internal sealed class NativeWatch(
    NativeSystems systems, NativesChanged told, Func<NodeEvent, CancellationToken, Task> settle, TimeProvider time, Action<string> log)
{
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _oneAtATime = new(1, 1); // what was seen first is told first
    private NativesChanged _told = told;
    private string _fault = "";

    /// <summary>Watches until it is told to stop.</summary>
    /// <param name="stop">Ends it.</param>
    /// <returns>Ends when it has, without an exception.</returns>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            using var timer = new PeriodicTimer(Between, time);
            while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false)) await LookAsync(stop).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or PeerComputeException)
        {
            // The node stops.
        }
    }

    /// <summary>Looks now; the machine knows what is here when it ends.</summary>
    /// <param name="stop">Ends the wait.</param>
    /// <exception cref="PeerComputeException">The node stops.</exception>
    public async Task LookAsync(CancellationToken stop)
    {
        await _oneAtATime.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            var (now, wrong) = Look(systems, _told);
            if (wrong.Length > 0 && wrong != _fault) log($"images are as they were: {wrong}");
            _fault = wrong;
            if (now.SeeksImages == _told.SeeksImages && now.Natives.AsSpan().SequenceEqual(_told.Natives.AsSpan())) return;
            await settle(now, stop).ConfigureAwait(false);
            _told = now;
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <summary>What is here; what was, and why, where that cannot be read: but nothing for a device that is not lent.</summary>
    public static (NativesChanged Natives, string Fault) Look(NativeSystems systems, NativesChanged before)
    {
        try
        {
            return (new NativesChanged(systems.Offerings(), systems.Seeks()), "");
        }
        catch (PeerComputeException unreadable)
        {
            var left = systems.LendsDevice ? before.Natives : [.. before.Natives.Where(static native => !native.Semantics.UsesDevice)];
            return (before with { Natives = left }, unreadable.Message);
        }
    }
}
