// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Api.V1;
using PeerCompute.Execution.Devices;

namespace PeerCompute.Node.Api;

/// <summary>Devices as the API shows them.</summary>
public static class DeviceViews
{
    /// <summary>Looks at this host.</summary>
    /// <returns>Its devices, the CPU first.</returns>
    public static IEnumerable<DeviceView> Read()
    {
        foreach (var device in DeviceInventory.Read(new ThisHost()).Devices)
        {
            var view = new DeviceView
            {
                Kind = device.Kind.ToString().ToLowerInvariant(),
                Name = device.Model,
                Cores = (uint)device.Cores,
                MemoryBytes = (ulong)device.MemoryBytes,
            };
            view.Note = device.Note;
            if (device.Usable) view.Runtimes.Add("wasm");
            yield return view;
        }
    }
}
