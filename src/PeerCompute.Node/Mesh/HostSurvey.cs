// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Api.V1;
using PeerCompute.Base.Errors;
using PeerCompute.Execution.Benchmarks;
using PeerCompute.Execution.Devices;
using PeerCompute.Execution.Gpu;
using PeerCompute.Node.Api;
using PeerCompute.Wire.Adverts;

namespace PeerCompute.Node.Mesh;

/// <summary>
/// The node's look at its host: drivers are asked and the engine is measured, which takes seconds, so it goes on beside the start. Until then,
/// and on a light node for ever, only what the kernel tells is known.
/// </summary>
/// <param name="host">The host, or a recorded one.</param>
/// <param name="home">Where figures are kept for a week.</param>
/// <param name="score">Measures the device of GPU programs; null as long as their owner offers to run none.</param>
/// <param name="changed">Told when that device is another one, or none: what was offered for it must not stand in adverts any longer.</param>
/// <param name="time">Clock.</param>
/// <param name="log">Lines for the operator.</param>
internal sealed class HostSurvey(IHostDevices host, string home, Func<GpuScore?> score, Func<CancellationToken, Task> changed, TimeProvider time,
    Action<string> log)
{
    private volatile IReadOnlyList<DeviceView> _devices = [.. DeviceViews.Of(DeviceInventory.Read(host), null, [])];
    private volatile Device? _forPrograms;
    private Task _done = Task.CompletedTask;

    /// <summary>What is known now.</summary>
    public IReadOnlyList<DeviceView> Known => _devices;

    /// <summary>The device on which GPU programs may run; null while none is known. Nodes of cards are not granted yet, so it is a processor.</summary>
    public Device? ForPrograms => _forPrograms;

    /// <summary>Begins; what was found goes to <paramref name="tell"/>.</summary>
    /// <param name="tell">Takes devices and figures.</param>
    /// <param name="stop">Ends it.</param>
    /// <returns>Ends when it has, without an exception where it was told to.</returns>
    public Task Begin(Func<DeviceInventory, IReadOnlyList<Benchmark>, Task> tell, CancellationToken stop)
    {
        var looked = LookAsync(tell, stop);
        _done = looked;
        return ScoreAsync(looked, tell, stop);
    }

    /// <summary>The devices, once the look is over.</summary>
    /// <param name="cancel">Ends the wait.</param>
    /// <returns>The CPU first.</returns>
    public async Task<IReadOnlyList<DeviceView>> DevicesAsync(CancellationToken cancel)
    {
        await _done.WaitAsync(cancel).ConfigureAwait(false);
        return _devices;
    }

    /// <summary>Asks the drivers, and measures the engine; null where nothing could be said.</summary>
    private async Task<Look?> LookAsync(Func<DeviceInventory, IReadOnlyList<Benchmark>, Task> tell, CancellationToken stop)
    {
        try
        {
            var inventory = await DeviceInventory.ReadAsync(host, stop).ConfigureAwait(false);
            var device = inventory.Devices.FirstOrDefault(static d => d is { Kind: DeviceKind.Cpu, OpenClPlace: not null });
            _forPrograms = device;
            var processor = inventory.Devices.FirstOrDefault(static d => d.Kind == DeviceKind.Cpu)?.Model ?? "";
            var engine = await Kept.EngineAsync(processor, stop).ConfigureAwait(false);
            _devices = [.. DeviceViews.Of(inventory, device, engine)];
            await tell(inventory, engine).ConfigureAwait(false);
            return new Look(inventory, device, engine);
        }
        catch (OperationCanceledException)
        {
            // The node ends before it is measured.
        }
        catch (Exception e) when (e is PeerComputeException or IOException or UnauthorizedAccessException)
        {
            log($"this host could not be measured, so the node gives no advert and is found by nobody: {e.Message}");
        }

        return null;
    }

    /// <summary>
    /// Says what the device of GPU programs is worth, when that is measured: nobody waits for it. A device that fails this runs no programs: a score that fails
    /// open is none.
    /// </summary>
    private async Task ScoreAsync(Task<Look?> looked, Func<DeviceInventory, IReadOnlyList<Benchmark>, Task> tell, CancellationToken stop)
    {
        if (await looked.ConfigureAwait(false) is not { Device: { } device } look || score() is not { } measures) return;
        try
        {
            Benchmark[] all = [.. await Kept.GpuAsync(device, measures, stop).ConfigureAwait(false), .. look.Engine];
            _devices = [.. DeviceViews.Of(look.Inventory, device, all)];
            await tell(look.Inventory, all).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The node ends before it is measured.
        }
        catch (Exception e) when (e is PeerComputeException or IOException or UnauthorizedAccessException)
        {
            await WithdrawAsync(e.Message, stop).ConfigureAwait(false);
        }
    }

    private async Task WithdrawAsync(string why, CancellationToken stop)
    {
        _forPrograms = null;
        log($"GPU programs are not run here: {why}");
        try
        {
            await changed(stop).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or PeerComputeException)
        {
            // The node ends.
        }
    }

    private HostBenchmarks Kept => new(home, NodeShell.Agent, time);

    private sealed record Look(DeviceInventory Inventory, Device? Device, IReadOnlyList<Benchmark> Engine);
}
