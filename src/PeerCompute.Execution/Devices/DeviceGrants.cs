// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using PeerCompute.Execution.Devices.Cdi;
using PeerCompute.Wire.Adverts;

namespace PeerCompute.Execution.Devices;

/// <summary>
/// Finds what a program needs of a host for one device: the nodes of that card and of its driver, never another card's. Written by the documentation of the
/// makers; never tried on real hardware (docs/gpu.md).
/// </summary>
/// <param name="root">The root of the host's file system, or a recording.</param>
public sealed class DeviceGrants(string root)
{
    /// <summary>
    /// Where the loader of OpenCL finds its drivers (cl_khr_icd, section on Linux), and where a driver for processors finds how many cores and how much memory
    /// there is (hwloc reads the kernel's topology; without it PoCL ends the process).
    /// </summary>
    private static readonly string[] OpenClFolders = ["/etc/OpenCL", "/sys/devices/system/cpu", "/sys/devices/system/node"];

    /// <summary>Nodes of NVIDIA's driver that all its cards share (its README, chapter on device nodes). The profilers' nvidia-uvm-tools is not
    /// granted.</summary>
    private static readonly string[] NvidiaShared = ["/dev/nvidiactl", "/dev/nvidia-uvm"];

    /// <summary>This host.</summary>
    public static DeviceGrants OfThisHost { get; } = new("/");

    /// <summary>The driver's libraries; asked once for each lease, since an owner updates drivers while a node runs.</summary>
    public DriverLibraries Libraries { get; init; } = DriverLibraries.OfThisHost;

    /// <summary>What a device needs.</summary>
    /// <param name="device">The device.</param>
    /// <param name="why">Why it cannot be granted; empty where it can.</param>
    /// <returns>The grant; null where it cannot be granted: a node is missing or cannot be told from another card's.</returns>
    public DeviceGrant? Of(Device device, out string why)
    {
        DeviceGrant? grant = null;
        why = "";
        if (device.Kind == DeviceKind.Cpu) grant = OpenClProcessor();
        else if (device.Card is not { } card) why = "nobody says where it is on this host";
        else if (card.Maker == "nvidia") grant = Nvidia(card, out why);
        else grant = Rendering(card, out why);
        return grant;
    }

    private static DeviceGrant OpenClProcessor() => new()
    {
        Files = [.. OpenClFolders.Where(Directory.Exists).Select(static folder => KeyValuePair.Create(folder, folder))],
        Environment = ["POCL_CACHE_DIR=/tmp/kernels"],
    };

    private DeviceGrant? Nvidia(CardAddress card, out string why)
    {
        if (Minor(card) is not { } minor)
        {
            why = File.Exists(Host("/dev/dxg")) ? "the Linux of Windows has one node for all cards"
                : "the driver does not say which of its nodes is the card's";
            return null;
        }

        string own = string.Create(CultureInfo.InvariantCulture, $"/dev/nvidia{minor}");
        string[] slice = [];
        CdiEdits? edits = Edits(card, minor);
        if (card.Parent.Length > 0)
        {
            slice = [.. SliceNodes(card, minor, edits)];
            if (slice.Length < 2) // one for the slice of the card, one for that of its processors
            {
                why = "nobody says which nodes the slice has: 'nvidia-ctk cdi generate' writes it to /etc/cdi";
                return null;
            }
        }

        return Present([own, .. NvidiaShared, .. slice], out why) ? new DeviceGrant
        {
            Nodes = [.. new[] { own }.Concat(NvidiaShared).Concat(slice).Select(At)],
            Files = OpenClDrivers(),
            Libraries = [.. Libraries.Of("nvidia"), .. Mounted(edits)],
            // One card is all that can be opened, so it is the first; the second is for hooks of container engines, of which there are none.
            Environment = ["CUDA_VISIBLE_DEVICES=0", "NVIDIA_VISIBLE_DEVICES=void", "CUDA_CACHE_PATH=/tmp/kernels"],
        } : null;
    }

    /// <summary>Cards with a node of the kernel's direct rendering manager, of AMD with that of its compute driver (amdkfd) too.</summary>
    private DeviceGrant? Rendering(CardAddress card, out string why)
    {
        int render = card.Render > 0 ? card.Render : RenderOf(card.Pci);
        if (render == 0)
        {
            why = "the kernel does not say which node is the card's";
            return null;
        }

        string own = string.Create(CultureInfo.InvariantCulture, $"/dev/dri/renderD{render}");
        string[] nodes = card.Maker == "amd" ? [own, "/dev/kfd"] : [own];
        if (!Present(nodes, out why)) return null;
        (string number, string place) = (string.Create(CultureInfo.InvariantCulture, $"/sys/dev/char/226:{render}"), PciFolder(card.Pci));
        string[] folders = card.Maker == "amd" ? ["/sys/class/kfd", "/sys/devices/virtual/kfd"] : [];
        return new DeviceGrant
        {
            Nodes = [.. nodes.Select(At)],
            Files = [.. OpenClDrivers(), .. folders.Append(place).Where(folder => folder.Length > 0 && Directory.Exists(Host(folder))).Select(At)],
            Links = new FileInfo(Host(number)).LinkTarget is { } target ? [KeyValuePair.Create(target, number)] : [],
            Environment = card.Maker == "amd" ? ["ROCR_VISIBLE_DEVICES=0"] : [],
        };
    }

    /// <summary>The number of a card among NVIDIA's nodes: the driver tells it beside the card's own number and place.</summary>
    private int? Minor(CardAddress card)
    {
        string folder = Host("/proc/driver/nvidia/gpus"), uuid = card.Parent.Length > 0 ? card.Parent : card.Uuid;
        if (!Directory.Exists(folder)) return null;
        foreach (string gpu in Directory.EnumerateDirectories(folder).Take(NvidiaTool.MostCards).Order(StringComparer.Ordinal))
        {
            string file = Path.Combine(gpu, "information");
            bool same = card.Pci.Length > 0 ? CardAddress.PciIn(Path.GetFileName(gpu)) == card.Pci
                : uuid.Length > 0 && DeviceInventory.Field(file, "GPU UUID") == uuid;
            if (same && int.TryParse(DeviceInventory.Field(file, "Device Minor"), NumberStyles.None, CultureInfo.InvariantCulture, out int minor)) return minor;
        }

        return null;
    }

    /// <summary>Nodes of a slice: those that CDI names, or those of the instances that are in its number (drivers before 470).</summary>
    private IEnumerable<string> SliceNodes(CardAddress card, int minor, CdiEdits? edits)
    {
        if (edits is not null) return edits.Nodes.Select(static node => node.Value).Where(static node => CapNode(node)).Distinct();
        if (card.Uuid.Split('/') is not [_, var gi, var ci]) return [];
        string instance = string.Create(CultureInfo.InvariantCulture, $"/proc/driver/nvidia/capabilities/gpu{minor}/mig/gi{gi}");
        return new[] { $"{instance}/access", $"{instance}/ci{ci}/access" }.Select(file => DeviceInventory.Field(Host(file), "DeviceFileMinor"))
            .Where(static number => int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            .Select(static number => $"/dev/nvidia-caps/nvidia-cap{number}");
    }

    private static bool CapNode(string node) => node.StartsWith("/dev/nvidia-caps/nvidia-cap", StringComparison.Ordinal)
        && node.AsSpan("/dev/nvidia-caps/nvidia-cap".Length) is { Length: > 0 and < 8 } number && !number.ContainsAnyExceptInRange('0', '9');

    /// <summary>What CDI says of a card, under the names that NVIDIA's tool gives it; its nodes are believed only where they are no other card's.</summary>
    private CdiEdits? Edits(CardAddress card, int minor)
    {
        string[] names = card.Uuid.Length > 0 ? [card.Uuid, minor.ToString(CultureInfo.InvariantCulture)] : [minor.ToString(CultureInfo.InvariantCulture)];
        foreach (CdiSpec spec in CdiSpec.OfHost(root, "nvidia.com/gpu"))
        {
            foreach (string name in card.Parent.Length > 0 ? names[..1] : names)
            {
                if (spec.Of(name) is { } edits) return edits with { Mounts = [.. spec.Common.Mounts, .. edits.Mounts] };
            }
        }

        return null;
    }

    /// <summary>Libraries that CDI names beside: plain files with the name of one.</summary>
    private IEnumerable<KeyValuePair<string, string>> Mounted(CdiEdits? edits)
        => (edits?.Mounts ?? []).Where(static mount => Path.GetFileName(mount.Value) is { } name && name.StartsWith("lib", StringComparison.Ordinal)
                && name.Contains(".so", StringComparison.Ordinal) && Path.IsPathFullyQualified(mount.Key))
            .Where(mount => File.Exists(Host(mount.Key))).Select(mount => KeyValuePair.Create(Path.GetFileName(mount.Value), Host(mount.Key)));

    private int RenderOf(string pci)
    {
        string folder = Host($"/sys/bus/pci/devices/{pci}/drm");
        if (pci.Length == 0 || !Directory.Exists(folder)) return 0;
        string? name = Directory.EnumerateDirectories(folder, "renderD*").Select(Path.GetFileName).FirstOrDefault();
        if (name is null) return 0; // a driver that only shows pictures
        return int.TryParse(name.AsSpan("renderD".Length), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0;
    }

    /// <summary>Where the kernel has a card: the link of the bus, resolved; empty where there is none.</summary>
    private string PciFolder(string pci)
    {
        const string Bus = "/sys/bus/pci/devices";
        if (pci.Length == 0 || new FileInfo(Host($"{Bus}/{pci}")).LinkTarget is not { } target) return "";
        string folder = Path.GetFullPath(Path.Combine(Bus, target));
        return folder.StartsWith("/sys/devices/", StringComparison.Ordinal) ? folder : "";
    }

    private KeyValuePair<string, string>[] OpenClDrivers()
        => [.. OpenClFolders.Where(folder => Directory.Exists(Host(folder))).Select(At)];

    private bool Present(IEnumerable<string> nodes, out string why)
    {
        why = nodes.FirstOrDefault(node => !File.Exists(Host(node))) is { } missing ? $"there is no node {missing}" : "";
        return why.Length == 0;
    }

    private KeyValuePair<string, string> At(string path) => KeyValuePair.Create(Host(path), path);

    private string Host(string path) => root == "/" ? path : Path.Join(root, path);
}
