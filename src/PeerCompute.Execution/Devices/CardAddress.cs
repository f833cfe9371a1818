// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;

namespace PeerCompute.Execution.Devices;

/// <summary>Where a card is on this host, and what its maker calls it: for this host alone, others see <see cref="DeviceIds"/>.</summary>
/// <param name="Maker">One of <c>nvidia</c>, <c>amd</c> and <c>intel</c>.</param>
public sealed partial record CardAddress(string Maker)
{
    /// <summary>Its PCI address as the kernel writes it, such as <c>0000:01:00.0</c>; empty where not known.</summary>
    public string Pci { get; init; } = "";

    /// <summary>The maker's own number for it, such as <c>GPU-…</c>, or of a slice <c>MIG-…</c>; empty where not known.</summary>
    public string Uuid { get; init; } = "";

    /// <summary>Of a slice: the number of its card; else empty.</summary>
    public string Parent { get; init; } = "";

    /// <summary>N of its node <c>/dev/dri/renderDN</c>; 0 where not known.</summary>
    public int Render { get; init; }

    /// <summary>The maker that a driver's vendor stands for.</summary>
    /// <param name="vendor">What the driver says.</param>
    /// <returns>The maker; null for others.</returns>
    public static string? MakerOf(string vendor) => vendor switch
    {
        _ when vendor.Contains("NVIDIA", StringComparison.OrdinalIgnoreCase) => "nvidia",
        _ when vendor.Contains("Advanced Micro Devices", StringComparison.OrdinalIgnoreCase) || vendor == "AMD" => "amd",
        _ when vendor.Contains("Intel", StringComparison.OrdinalIgnoreCase) => "intel",
        _ => null,
    };

    /// <summary>A PCI address in a text.</summary>
    /// <param name="text">For example <c>PCI-E, 0000:01:00.0</c> or <c>00000000:0A:00.0</c>.</param>
    /// <returns>The address as the kernel writes it; empty where there is none.</returns>
    public static string PciIn(string text) => Address().Match(text) is { Success: true } found ? found.Value.ToLowerInvariant() : "";

    // Domain, bus, device, function (the kernel's Documentation/ABI/testing/sysfs-bus-pci); tools write longer domains.
    [GeneratedRegex("[0-9A-Fa-f]{4}:[0-9A-Fa-f]{2}:[0-9A-Fa-f]{2}\\.[0-7](?![0-9A-Fa-f])")]
    private static partial Regex Address();
}
