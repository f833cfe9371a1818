// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Api.V1;
using PeerCompute.Base.Errors;
using PeerCompute.Execution.Benchmarks;
using PeerCompute.Execution.Devices;
using PeerCompute.Node.Api;
using PeerCompute.Wire.Adverts;

namespace PeerCompute.Node.Mesh;

/// <summary>
/// The node's look at its host: drivers are asked and the engine is measured, which takes seconds, so it goes on beside the start. Until then,
/// and on a light node for ever, only what the kernel tells is known.
/// </summary>
/// <param name="host">The host, or a recorded one.</param>
/// <param name="home">Where figures are kept for a week.</param>
/// <param name="grants">What a card needs.</param>
/// <param name="trial">Measures the device of GPU programs.</param>
/// <param name="changed">Told when that device may run them; true: when it may not, and what runs on it for others is to end.</param>
/// <param name="time">Clock.</param>
/// <param name="log">Lines for the operator.</param>
internal sealed class HostSurvey(
    IHostDevices host, string home, DeviceGrants grants, DeviceTrial trial, Func<bool, CancellationToken, Task> changed, TimeProvider time,
    Action<string> log)
{
    private volatile IReadOnlyList<DeviceView> _devices = [.. DeviceViews.Of(DeviceInventory.Read(host), null, [])];
    private volatile Device? _device, _forPrograms;
    private volatile bool _failed;
    private Task _done = Task.CompletedTask;

    /// <summary>What is known now.</summary>
    public IReadOnlyList<DeviceView> Known => _devices;

    /// <summary>The device that programs of others would have: the first card that can be granted and does not fail, else a processor; null while none is
    /// known.</summary>
    public Device? Device => _device;

    /// <summary>The same once it was measured and computed rightly: only then programs of others run on it.</summary>
    public Device? ForPrograms => _forPrograms;

    /// <summary>The same where it did not fail: a node that lends nothing measures nothing, and has it for its own jobs.</summary>
    public Device? ForOwnPrograms => _failed ? null : _device;

    /// <summary>Begins; what was found goes to <paramref name="tell"/>.</summary>
    /// <param name="tell">Takes devices and figures.</param>
    /// <param name="stop">Ends it.</param>
    /// <returns>Ends when it has, without an exception where it was told to.</returns>
    public Task Begin(Func<DeviceInventory, IReadOnlyList<Benchmark>, Task> tell, CancellationToken stop)
    {
        var looked = LookAsync(tell, stop);
        _done = looked;
        return TryAsync(looked, tell, stop);
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
            Device[] candidates =
            [
                .. inventory.Devices.Where(d => d is { Kind: DeviceKind.Gpu, Card: not null } && grants.Of(d, out _) is not null),
                .. inventory.Devices.Where(static d => d is { Kind: DeviceKind.Cpu, OpenClPlace: not null }).Take(1),
            ];
            var device = candidates.FirstOrDefault();
            _device = device;
            var processor = inventory.Devices.FirstOrDefault(static d => d.Kind == DeviceKind.Cpu)?.Model ?? "";
            Benchmark[] engine =
                [.. await Kept.MemoryAsync(processor, stop).ConfigureAwait(false), .. await Kept.EngineAsync(processor, stop).ConfigureAwait(false)];
            _devices = [.. DeviceViews.Of(inventory, device, engine, DeviceIds.Open(home))];
            await tell(inventory, engine).ConfigureAwait(false);
            return new Look(inventory, candidates, engine);
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
    /// Lets the device run GPU programs once it is known what it is worth, by figures that are kept or measured now: nobody waits for it. One that fails runs
    /// none, until its owner withdraws the offer and makes it again.
    /// </summary>
    private async Task TryAsync(Task<Look?> looked, Func<DeviceInventory, IReadOnlyList<Benchmark>, Task> tell, CancellationToken stop)
    {
        try
        {
            if (await looked.ConfigureAwait(false) is not { Candidates.Count: > 0 } look) return;
            for (var i = 0; ; i = (i + 1) % look.Candidates.Count)
            {
                var device = look.Candidates[i];
                _device = device;
                await trial.UntilAsync(offered: true, stop).ConfigureAwait(false);
                var (figures, fault) = await FiguresAsync(device, stop).ConfigureAwait(false);
                if (fault.Length == 0)
                {
                    Benchmark[] all = [.. figures, .. look.Engine];
                    (_devices, _forPrograms, _failed) = ([.. DeviceViews.Of(look.Inventory, device, all, DeviceIds.Open(home))], device, false);
                    await tell(look.Inventory, all).ConfigureAwait(false);
                    await changed(false, stop).ConfigureAwait(false);
                    return;
                }

                if (i + 1 < look.Candidates.Count)
                {
                    log($"another device is tried: {fault}");
                    continue;
                }

                _failed = true;
                log($"GPU programs are not run here: {fault}; 'peercompute image offer', after --withdraw, tries again");
                await changed(true, stop).ConfigureAwait(false); // what an earlier process of the node began on it ends
                await trial.UntilAsync(offered: false, stop).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or PeerComputeException)
        {
            // The node ends.
        }
    }

    /// <summary>What a device is worth, or why that cannot be said.</summary>
    private async Task<(IReadOnlyList<Benchmark> Figures, string Fault)> FiguresAsync(Device device, CancellationToken stop)
    {
        try
        {
            return (await Kept.GpuAsync(device, () => trial.MeasureAsync(device, stop)).ConfigureAwait(false), "");
        }
        catch (Exception e) when (e is PeerComputeException or IOException or UnauthorizedAccessException)
        {
            return ([], e.Message);
        }
    }

    private HostBenchmarks Kept => new(home, NodeShell.Agent, time);

    private sealed record Look(DeviceInventory Inventory, IReadOnlyList<Device> Candidates, IReadOnlyList<Benchmark> Engine);
}
