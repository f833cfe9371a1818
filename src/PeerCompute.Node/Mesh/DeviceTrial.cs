// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Execution.Devices;

namespace PeerCompute.Node.Mesh;

/// <summary>Measures a device as soon as its owner offers to run GPU programs, and only while nobody else uses it: the figures count for a week.</summary>
/// <param name="offers">Whether the owner offers to run GPU programs.</param>
/// <param name="free">Whether a device is lent, and nothing runs on it.</param>
/// <param name="measure">Measures it: a value for each figure.</param>
/// <param name="time">The clock.</param>
internal sealed class DeviceTrial(
    Func<bool> offers, Func<Device, bool> free, Func<Device, CancellationToken, Task<IReadOnlyList<ulong>>> measure, TimeProvider time)
{
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(1);

    /// <summary>Waits until the owner offers to run GPU programs, or no more.</summary>
    /// <param name="offered">Which of both.</param>
    /// <param name="stop">Ends the wait.</param>
    public async Task UntilAsync(bool offered, CancellationToken stop)
    {
        while (offers() != offered) await Task.Delay(Between, time, stop).ConfigureAwait(false);
    }

    /// <summary>Measures when the device is free; gives it back when it is not any more, and begins again later.</summary>
    /// <param name="device">The device.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="Base.Errors.PeerComputeException">The device does not compute, or wrongly.</exception>
    public async Task<IReadOnlyList<ulong>> MeasureAsync(Device device, CancellationToken stop)
    {
        while (true)
        {
            while (!free(device)) await Task.Delay(Between, time, stop).ConfigureAwait(false);
            using var taken = CancellationTokenSource.CreateLinkedTokenSource(stop);
            var measuring = measure(device, taken.Token);
            while (!measuring.IsCompleted && !stop.IsCancellationRequested && free(device))
                await Task.WhenAny(measuring, Task.Delay(Between, time, stop)).ConfigureAwait(false);
            if (!measuring.IsCompleted) await taken.CancelAsync().ConfigureAwait(false);
            try
            {
                return await measuring.ConfigureAwait(false);
            }
            catch (Exception) when (taken.IsCancellationRequested && !stop.IsCancellationRequested)
            {
                // Its owner took it: however that ended, it says nothing of the device.
            }
        }
    }
}
