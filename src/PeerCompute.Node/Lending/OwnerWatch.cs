// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Execution.Devices;

namespace PeerCompute.Node.Lending;

/// <summary>
/// Gives the machine, or its device, back to the owner as soon as it is used, and takes it again a minute after. Looks every second while something of
/// others runs, every two seconds else.
/// </summary>
/// <param name="eye">What it looks with.</param>
/// <param name="lender">What it tells of the machine.</param>
/// <param name="device">The device of GPU programs; null where there is none, or its owner offers to run none.</param>
/// <param name="taken">Told when the device became the owner's, or is free again.</param>
/// <param name="running">Counts what runs for others.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Lines for the operator.</param>
internal sealed class OwnerWatch(
    OwnerEye eye, Lender lender, Func<Device?> device, Func<bool, CancellationToken, Task> taken, Func<int> running, TimeProvider time, Action<string> log)
{
    /// <summary>How long nothing of the owner must be seen before work is taken again: programs come and go.</summary>
    public static readonly TimeSpan Calm = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Busy = TimeSpan.FromSeconds(1), Quiet = TimeSpan.FromSeconds(2);

    private readonly Claim _machine = new(), _device = new();
    private volatile bool _looked;

    /// <summary>Whether the device was looked at, and is not the owner's now.</summary>
    public bool LeavesDevice => _looked && !_device.Held;

    /// <summary>Watches until it is told to stop.</summary>
    /// <param name="stop">Ends it.</param>
    /// <returns>Ends when it has; what else it throws is a bug of ours, and nothing watches any more.</returns>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                await LookAsync(stop).ConfigureAwait(false);
                await Task.Delay(running() > 0 ? Busy : Quiet, time, stop).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or PeerComputeException)
        {
            // The node stops.
        }
    }

    private async Task LookAsync(CancellationToken stop)
    {
        var rules = lender.Config.Owner;
        var why = eye.Machine(rules);
        if (_machine.Changes(why, time))
        {
            log(_machine.Held ? $"the machine is its owner's now: {why}" : "the owner does not use the machine any more: work is taken again");
            await lender.OwnerAsync(why, stop).ConfigureAwait(false);
        }

        var lent = device();
        var used = lent is null ? "" : eye.Device(lent, rules);
        var changes = _device.Changes(used, time);
        _looked = lent is not null;
        if (!changes) return;
        log(_device.Held ? $"the device is its owner's now: {used}" : "the owner does not use the device any more");
        await taken(_device.Held, stop).ConfigureAwait(false);
    }

    /// <summary>What the owner holds: from the first reason on, until there was none for <see cref="Calm"/>.</summary>
    private sealed class Claim
    {
        private volatile bool _held;
        private long _seen;

        public bool Held => _held;

        /// <summary>Takes a look's reason in.</summary>
        /// <returns>Whether it is held now and was not, or the other way round.</returns>
        public bool Changes(string why, TimeProvider time)
        {
            if (why.Length > 0) _seen = time.GetTimestamp();
            var held = why.Length > 0 || (_held && time.GetElapsedTime(_seen) < Calm);
            if (held == _held) return false;
            _held = held;
            return true;
        }
    }
}
