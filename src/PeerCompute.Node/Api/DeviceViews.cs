// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Api.V1;
using PeerCompute.Execution.Devices;
using PeerCompute.Wire.Adverts;

namespace PeerCompute.Node.Api;

/// <summary>Devices as the API shows them.</summary>
public static class DeviceViews
{
    /// <summary>Looks at this host as far as its kernel tells; nothing is measured.</summary>
    /// <returns>Its devices, the CPU first.</returns>
    public static IEnumerable<DeviceView> Read() => Of(DeviceInventory.Read(new ThisHost()), null, []);

    /// <summary>An inventory.</summary>
    /// <param name="inventory">The devices.</param>
    /// <param name="forPrograms">The device of GPU programs; null where there is none.</param>
    /// <param name="figures">What was measured.</param>
    /// <param name="ids">What the devices are called; null where that is not known.</param>
    /// <returns>Its devices, the CPU first.</returns>
    public static IEnumerable<DeviceView> Of(DeviceInventory inventory, Device? forPrograms, IReadOnlyList<Benchmark> figures, DeviceIds? ids = null)
    {
        var names = ids?.Of(inventory.Devices);
        foreach (var (i, device) in inventory.Devices.Index())
        {
            var view = new DeviceView
            {
                Id = names?[i] ?? "",
                Kind = device.Kind.ToString().ToLowerInvariant(),
                Name = device.Model,
                Cores = (uint)device.Cores,
                MemoryBytes = (ulong)device.MemoryBytes,
                FuelPerSecond = device.Usable ? Value(Benchmark.WasmFuel) : 0,
                FlopsPerSecond = device == forPrograms ? Value(Benchmark.GpuProduct) : 0,
                BytesPerSecond = device == forPrograms ? Value(Benchmark.GpuTriad) : device.Usable ? Value(Benchmark.HostCopy) : 0,
                LinkToPerSecond = device == forPrograms ? Value(Benchmark.GpuLinkTo) : 0,
                LinkFromPerSecond = device == forPrograms ? Value(Benchmark.GpuLinkFrom) : 0,
                Note = device.Note,
            };
            if (device.Usable) view.Runtimes.Add("wasm");
            yield return view;
        }

        ulong Value(string name) => figures.FirstOrDefault(figure => figure.Name == name)?.Value ?? 0;
    }
}
