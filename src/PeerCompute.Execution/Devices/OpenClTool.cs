// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using PeerCompute.Wire.Adverts;

namespace PeerCompute.Execution.Devices;

/// <summary>
/// Reads what <c>clinfo --raw</c> says: one line for each property, <c>[PLATFORM/DEVICE] CL_NAME value</c>. The kind of a device is what
/// its driver answers to CL_DEVICE_TYPE (OpenCL 3.0, section 4.2), whatever its name is.
/// </summary>
public static class OpenClTool
{
    /// <summary>Devices listed at most; further ones are not read.</summary>
    public const int MostDevices = 64;

    /// <summary>How it is asked.</summary>
    public static readonly IReadOnlyList<string> Arguments = ["--raw"];

    /// <summary>Where drivers say which card it is: cl_khr_pci_bus_info, cl_amd_device_topology, cl_nv_device_attribute_query.</summary>
    private static readonly string[] Addresses = ["CL_DEVICE_PCI_BUS_INFO_KHR", "CL_DEVICE_TOPOLOGY_AMD", "CL_DEVICE_PCI_BUS_ID_NV"];

    /// <summary>Reads the list.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The devices that are available and tell their kind, in order.</returns>
    public static IEnumerable<Device> Read(string text)
    {
        List<(string Id, Dictionary<string, string> Properties)> devices = [];
        List<string> platforms = [];
        foreach (string line in text.Split('\n'))
        {
            int end = line.IndexOf(']', StringComparison.Ordinal);
            if (!line.StartsWith('[') || end < 2) continue;
            string id = line[1..end];
            string platform = id[..(id.LastIndexOf('/') is > 0 and var slash ? slash : id.Length)];
            if (platforms.Count < MostDevices && !platforms.Contains(platform)) platforms.Add(platform);
            if (!char.IsAsciiDigit(id[^1])) continue;
            string[] words = line[(end + 1)..].Split(' ', 2, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            if (words.Length < 2) continue;
            if (devices.Count == 0 || devices[^1].Id != id)
            {
                if (devices.Count == MostDevices) break;
                devices.Add((id, []));
            }

            devices[^1].Properties[words[0]] = words[1];
        }

        return devices
            .Select(device => From(device.Properties) is { } known ? known with { OpenClPlace = Place(device.Id, platforms) } : null)
            .OfType<Device>();
    }

    /// <summary>Platforms are listed in the loader's order, under the suffix of their driver.</summary>
    private static DevicePlace? Place(string id, List<string> platforms)
    {
        int slash = id.LastIndexOf('/');
        if (slash < 1 || !int.TryParse(id.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int device)) return null;
        return platforms.IndexOf(id[..slash]) is >= 0 and var platform ? new DevicePlace(platform, device) : null;
    }

    private static Device? From(Dictionary<string, string> properties)
    {
        if (Kind(Get("CL_DEVICE_TYPE")) is not { } kind || Get("CL_DEVICE_AVAILABLE") == "CL_FALSE") return null;
        string model = properties.GetValueOrDefault("CL_DEVICE_BOARD_NAME_AMD") ?? Get("CL_DEVICE_NAME");
        return new Device(kind, model)
        {
            OpenClName = Get("CL_DEVICE_NAME"),
            Vendor = Get("CL_DEVICE_VENDOR"),
            Driver = Get("CL_DRIVER_VERSION"),
            Capability = Version(Get("CL_DEVICE_VERSION")),
            Card = kind == DeviceKind.Gpu && CardAddress.MakerOf(Get("CL_DEVICE_VENDOR")) is { } maker ? new CardAddress(maker)
            {
                Pci = Addresses.Select(name => CardAddress.PciIn(Get(name))).FirstOrDefault(static pci => pci.Length > 0) ?? "",
            } : null,
            Cores = kind == DeviceKind.Cpu ? (int)Math.Min(int.MaxValue, Number("CL_DEVICE_MAX_COMPUTE_UNITS")) : 0,
            MemoryBytes = Number("CL_DEVICE_GLOBAL_MEM_SIZE"),
            Note = kind == DeviceKind.Cpu ? "runs GPU programs where the owner offers opencl@1" : CardNotes.Listed,
        };

        string Get(string name) => properties.GetValueOrDefault(name, "unknown");

        long Number(string name) => long.TryParse(Get(name), NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : 0;
    }

    /// <summary>A device that says it is a processor is one, whatever else it says.</summary>
    private static DeviceKind? Kind(string type)
    {
        string[] bits = type.Split('|', StringSplitOptions.TrimEntries);
        if (bits.Contains("CL_DEVICE_TYPE_CPU")) return DeviceKind.Cpu;
        if (bits.Contains("CL_DEVICE_TYPE_GPU")) return DeviceKind.Gpu;
        return bits.Contains("CL_DEVICE_TYPE_ACCELERATOR") || bits.Contains("CL_DEVICE_TYPE_CUSTOM") ? DeviceKind.Accelerator : null;
    }

    /// <summary>"OpenCL 3.0 CUDA" says version 3.0, and then what the vendor likes.</summary>
    private static string Version(string text)
    {
        string[] words = text.Split(' ');
        return words is ["OpenCL", var version, ..] ? $"opencl {version}" : "opencl";
    }
}
