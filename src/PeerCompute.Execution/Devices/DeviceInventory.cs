// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace PeerCompute.Execution.Devices;

/// <summary>The devices of this host, as far as the host tells without asking a driver.</summary>
/// <param name="Devices">The CPU first, then others.</param>
/// <param name="Notes">What was not looked for, for people.</param>
public sealed record DeviceInventory(IReadOnlyList<Device> Devices, IReadOnlyList<string> Notes)
{
    /// <summary>What every inventory says until drivers are asked.</summary>
    public const string NotProbed = "GPUs are not probed yet: only names that the NVIDIA driver shows in /proc are listed, and no job runs on them";

    /// <summary>Looks at this host.</summary>
    /// <returns>The inventory; never empty, since a CPU is always there.</returns>
    public static DeviceInventory Read() => Read("/proc");

    internal static DeviceInventory Read(string proc) =>
        new([Cpu(Path.Combine(proc, "cpuinfo")), .. Gpus(Path.Combine(proc, "driver/nvidia/gpus"))], [NotProbed]);

    private static Device Cpu(string file) => new(DeviceKind.Cpu, Field(file, "model name") ?? RuntimeInformation.ProcessArchitecture.ToString())
    {
        Cores = Environment.ProcessorCount,
        MemoryBytes = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
        Usable = true,
    };

    private static IEnumerable<Device> Gpus(string folder)
    {
        if (!Directory.Exists(folder)) return [];
        return Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal)
            .Select(gpu => new Device(DeviceKind.Gpu,
                Field(Path.Combine(gpu, "information"), "Model") ?? "unknown") { Note = "listed by name only; not probed yet" });
    }

    /// <summary>The first value of a field in a file of lines "name : value".</summary>
    private static string? Field(string file, string name)
    {
        try
        {
            foreach (string line in File.ReadLines(file))
            {
                int colon = line.IndexOf(':', StringComparison.Ordinal);
                if (colon > 0 && line.AsSpan(0, colon).Trim().SequenceEqual(name)) return line[(colon + 1)..].Trim();
            }
        }
        catch (Exception closed) when (closed is IOException or UnauthorizedAccessException)
        {
            // A host that hides the file has no name for its device.
        }

        return null;
    }
}
