// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using PeerCompute.Wire.Adverts;
using PeerCompute.Wire.Common;

namespace PeerCompute.Execution.Devices;

/// <summary>The devices of a host: its processor, and what the tools of the drivers list.</summary>
/// <param name="Devices">The processor first, then others.</param>
/// <param name="Notes">What could not be looked for, for people.</param>
public sealed record DeviceInventory(IReadOnlyList<Device> Devices, IReadOnlyList<string> Notes)
{
    private const string NvidiaVendor = "NVIDIA Corporation";

    /// <summary>Looks at a host as far as its kernel tells, at once; no driver is asked.</summary>
    /// <param name="host">The host, or a recording.</param>
    /// <returns>The processor, and NVIDIA cards by name.</returns>
    public static DeviceInventory Read(IHostDevices host) => new(
        [Cpu(Path.Combine(host.Proc, "cpuinfo")), .. Named(Path.Combine(host.Proc, "driver/nvidia/gpus"))],
        ["drivers were not asked: NVIDIA cards are listed by name only, others not at all"]);

    /// <summary>Looks at a host. Takes up to some seconds, as drivers are asked.</summary>
    /// <param name="host">The host, or a recording.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The inventory; never empty, since a processor is always there.</returns>
    public static async Task<DeviceInventory> ReadAsync(IHostDevices host, CancellationToken cancellation)
    {
        IReadOnlyList<Device> kernel = Read(host).Devices;
        List<Device> devices = [.. kernel];
        List<string> notes = [];
        Device[] cards = [];
        if (await host.NvidiaAsync(cancellation).ConfigureAwait(false) is { } table) cards = [.. NvidiaTool.Read(table)];
        else if (kernel.Count > 1) notes.Add("nvidia-smi is not there or fails: NVIDIA cards are listed by name only");
        if (cards.Length > 0 && await host.NvidiaSlicesAsync(cancellation).ConfigureAwait(false) is { } slices)
            cards = [.. NvidiaTool.WithSlices(cards, slices)];
        Device[] openCl = [];
        if (await host.OpenClAsync(cancellation).ConfigureAwait(false) is { } list) openCl = [.. OpenClTool.Read(list)];
        else notes.Add("clinfo is not there or fails: devices of OpenCL alone are not listed");
        if (cards.Length > 0) devices = [kernel[0], .. cards.Select(card => WithPlace(card, openCl))];
        if (!openCl.Any(static device => device is { Kind: DeviceKind.Gpu, Vendor: KfdNodes.Vendor })) devices.AddRange(KfdNodes.Read(host.Sys));
        devices.AddRange(openCl.Where(device => cards.Length == 0 || device.Kind != DeviceKind.Gpu || device.Vendor != NvidiaVendor));
        return new DeviceInventory(devices, notes);
    }

    /// <summary>A card of NVIDIA's tool with its place in OpenCL; a slice has none, since OpenCL does not say which it lists.</summary>
    private static Device WithPlace(Device card, Device[] openCl)
    {
        Device? same = card.Card is { Pci.Length: > 0, Parent: "" } at ? openCl.FirstOrDefault(device => device.Card?.Pci == at.Pci) : null;
        return same is null ? card : card with { OpenClPlace = same.OpenClPlace, OpenClName = same.OpenClName };
    }

    /// <summary>The devices as a profile names them: equal ones together, texts in printable ASCII.</summary>
    /// <returns>At most <see cref="WireLimits.AdvertItems"/>.</returns>
    public ImmutableArray<AdvertDevice> Advertised() =>
    [
        .. Devices.Select(Advert)
            .GroupBy(static device => device)
            .Select(static equal => equal.Key with { Count = (uint)equal.Count() })
            .Take(WireLimits.AdvertItems),
    ];

    private static AdvertDevice Advert(Device device) => new(
        device.Kind,
        Label(device.Vendor),
        Label(device.Model),
        (ulong)Math.Clamp(device.MemoryBytes, 0, (long)WireLimits.DeviceBytes),
        1,
        Label(device.Driver),
        Label(device.Capability));

    private static string Label(string text)
    {
        string ascii = string.Concat(text.Select(static c => c is >= ' ' and <= '~' ? c : '?')).Trim();
        return ascii.Length == 0 ? "unknown" : ascii[..Math.Min(ascii.Length, WireLimits.LabelBytes)];
    }

    private static Device Cpu(string file) => new(DeviceKind.Cpu, Field(file, "model name") ?? RuntimeInformation.ProcessArchitecture.ToString())
    {
        Vendor = Field(file, "vendor_id") ?? "unknown",
        Capability = RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant(),
        Cores = Environment.ProcessorCount,
        MemoryBytes = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
        Usable = true,
    };

    private static IEnumerable<Device> Named(string folder)
    {
        if (!Directory.Exists(folder)) return [];
        return Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal)
            .Select(gpu => new Device(DeviceKind.Gpu, Field(Path.Combine(gpu, "information"), "Model") ?? "unknown")
            {
                Vendor = NvidiaVendor,
                Card = new CardAddress("nvidia")
                {
                    Pci = CardAddress.PciIn(Path.GetFileName(gpu)), Uuid = Field(Path.Combine(gpu, "information"), "GPU UUID") ?? "",
                },
                Note = "listed by name only",
            });
    }

    /// <summary>The first value of a field in a file of lines "name : value".</summary>
    internal static string? Field(string file, string name)
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
