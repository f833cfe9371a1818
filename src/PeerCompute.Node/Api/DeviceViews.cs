// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Api.V1;
using PeerCompute.Execution.Devices;

namespace PeerCompute.Node.Api;

/// <summary>Devices as the API shows them.</summary>
public static class DeviceViews
{
    /// <summary>Looks at this host as far as its kernel tells; nothing is measured.</summary>
    /// <returns>Its devices, the CPU first.</returns>
    public static IEnumerable<DeviceView> Read() => Of(DeviceInventory.Read(new ThisHost()), 0);

    /// <summary>An inventory.</summary>
    /// <param name="inventory">The devices.</param>
    /// <param name="fuelPerSecond">Measured speed of one core; 0 where not measured.</param>
    /// <returns>Its devices, the CPU first.</returns>
    public static IEnumerable<DeviceView> Of(DeviceInventory inventory, ulong fuelPerSecond)
    {
        foreach (var device in inventory.Devices)
        {
            var view = new DeviceView
            {
                Kind = device.Kind.ToString().ToLowerInvariant(),
                Name = device.Model,
                Cores = (uint)device.Cores,
                MemoryBytes = (ulong)device.MemoryBytes,
                FuelPerSecond = device.Usable ? fuelPerSecond : 0,
                Note = device.Note,
            };
            if (device.Usable) view.Runtimes.Add("wasm");
            yield return view;
        }
    }
}
