// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Wire.Adverts;

namespace PeerCompute.Execution.Devices;

/// <summary>What of the host a program gets to see so that it can use one device, and nothing more.</summary>
public sealed record DeviceGrant
{
    /// <summary>
    /// Where the loader of OpenCL finds its drivers (cl_khr_icd, section on Linux), and where a driver for processors finds how many cores and how much memory
    /// there is (hwloc reads the kernel's topology; without it PoCL ends the process).
    /// </summary>
    private static readonly string[] OpenClFolders = ["/etc/OpenCL", "/sys/devices/system/cpu", "/sys/devices/system/node"];

    /// <summary>Nothing.</summary>
    public static DeviceGrant None { get; } = new();

    /// <summary>Files and folders, and where they are inside, only to be read.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Files { get; init; } = [];

    /// <summary>Environment, as NAME=value.</summary>
    public IReadOnlyList<string> Environment { get; init; } = [];

    /// <summary>What a device of OpenCL needs that is a processor: its driver, and a place where compiled kernels may lie while the program runs.</summary>
    public static DeviceGrant OpenClProcessor { get; } = new()
    {
        Files = [.. OpenClFolders.Where(Directory.Exists).Select(static folder => KeyValuePair.Create(folder, folder))],
        Environment = ["POCL_CACHE_DIR=/tmp/kernels"],
    };

    /// <summary>What a device needs. Of a GPU its nodes are not granted yet: only devices that are processors can be used.</summary>
    /// <param name="device">The device.</param>
    /// <returns>The grant.</returns>
    public static DeviceGrant Of(Device device) => device.Kind == DeviceKind.Cpu ? OpenClProcessor : None;
}
