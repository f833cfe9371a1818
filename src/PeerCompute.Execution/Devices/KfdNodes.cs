// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using PeerCompute.Wire.Adverts;

namespace PeerCompute.Execution.Devices;

/// <summary>
/// AMD's cards as the kernel tells them to whom no runtime is installed for: the topology of KFD (the kernel's amdkfd driver; libhsakmt reads the same files).
/// A node that has no compute units is a processor. Written by that description; never seen on such a card.
/// </summary>
public static class KfdNodes
{
    /// <summary>What AMD is called by OpenCL's drivers and here.</summary>
    public const string Vendor = "Advanced Micro Devices, Inc.";

    private const int MostNodes = 64, MostLines = 256;
    private const int AmdPci = 0x1002; // PCI-SIG's number of the vendor
    private const int Public = 1, Private = 2; // HSA_HEAPTYPE_FRAME_BUFFER_*: memory of the card

    /// <summary>Reads the nodes.</summary>
    /// <param name="sys">The folder of the kernel's device file system.</param>
    /// <returns>The cards.</returns>
    public static IEnumerable<Device> Read(string sys)
    {
        string nodes = Path.Combine(sys, "class/kfd/kfd/topology/nodes");
        return Folders(nodes).OrderBy(static node => Path.GetFileName(node).Length).ThenBy(static node => node, StringComparer.Ordinal)
            .Take(MostNodes).Select(Card).OfType<Device>();
    }

    private static Device? Card(string node)
    {
        Dictionary<string, long> facts = Facts(Path.Combine(node, "properties"));
        if (facts.GetValueOrDefault("simd_count") <= 0 || facts.GetValueOrDefault("vendor_id") != AmdPci) return null;
        string architecture = Architecture(facts.GetValueOrDefault("gfx_target_version"));
        return new Device(DeviceKind.Gpu, $"AMD {architecture} {facts.GetValueOrDefault("device_id"):x4}")
        {
            Vendor = Vendor,
            Driver = "amdkfd",
            Capability = architecture,
            MemoryBytes = Banks(node).Where(static bank => bank.GetValueOrDefault("heap_type") is Public or Private)
                .Sum(static bank => Math.Clamp(bank.GetValueOrDefault("size_in_bytes"), 0, 1L << 50)),
            Card = new CardAddress("amd") { Render = (int)facts.GetValueOrDefault("drm_render_minor"), Pci = Pci(facts) },
            Note = "listed by the kernel alone; without a driver of OpenCL jobs cannot use it",
        };
    }

    /// <summary>location_id is bus, device and function: 8, 5 and 3 bits (kfd_topology.c).</summary>
    private static string Pci(Dictionary<string, long> facts)
    {
        if (!facts.TryGetValue("location_id", out long place) || place is < 0 or > 0xffff) return "";
        long domain = facts.GetValueOrDefault("domain");
        return domain is < 0 or > 0xffff ? "" : $"{domain:x4}:{place >> 8:x2}:{(place >> 3) & 31:x2}.{place & 7}";
    }

    /// <summary>Decimal digits MMmmss: 90402 is gfx942, with stepping and minor number in hexadecimal (LLVM's AMDGPU guide, section on processors).</summary>
    private static string Architecture(long version)
        => version is > 0 and < 1_000_000 ? $"gfx{version / 10_000}{version / 100 % 100:x}{version % 100:x}" : "gfx unknown";

    private static IEnumerable<Dictionary<string, long>> Banks(string node)
        => Folders(Path.Combine(node, "mem_banks")).Take(MostNodes).Select(static bank => Facts(Path.Combine(bank, "properties")));

    private static string[] Folders(string folder)
    {
        try
        {
            return Directory.GetDirectories(folder);
        }
        catch (Exception closed) when (closed is IOException or UnauthorizedAccessException)
        {
            return []; // as with facts: it may go, or be hidden, at any time
        }
    }

    /// <summary>Lines of a name and a number; what is no such line, or does not fit 63 bits, is left out.</summary>
    private static Dictionary<string, long> Facts(string file)
    {
        Dictionary<string, long> facts = [];
        try
        {
            foreach (string line in File.ReadLines(file).Take(MostLines))
            {
                if (line.Split(' ') is [var name, var text] && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number))
                    facts[name] = number;
            }
        }
        catch (Exception closed) when (closed is IOException or UnauthorizedAccessException)
        {
            // A node that goes, or is hidden from this user, has no facts.
        }

        return facts;
    }
}
