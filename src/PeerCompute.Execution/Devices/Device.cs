// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Wire.Adverts;

namespace PeerCompute.Execution.Devices;

/// <summary>One device of this host.</summary>
/// <param name="Kind">CPU, GPU or another accelerator, as its driver says; never guessed from a name.</param>
/// <param name="Model">The maker's name for it; "unknown" where the host does not say.</param>
public sealed record Device(DeviceKind Kind, string Model)
{
    /// <summary>Who made it; "unknown" where the host does not say.</summary>
    public string Vendor { get; init; } = "unknown";

    /// <summary>Version of its driver; "none" for the host's processor.</summary>
    public string Driver { get; init; } = "none";

    /// <summary>What it computes, for example <c>cuda 8.9</c>, <c>opencl 3.0</c>, or the architecture of a processor.</summary>
    public string Capability { get; init; } = "unknown";

    /// <summary>Cores that this process may use at once; 0 where not known.</summary>
    public int Cores { get; init; }

    /// <summary>Memory of the device, bytes; for a CPU the host's memory that this process may use; 0 where not known.</summary>
    public long MemoryBytes { get; init; }

    /// <summary>Its platform and its place there, as the loader of OpenCL counts them; null where OpenCL does not list it.</summary>
    public DevicePlace? OpenClPlace { get; init; }

    /// <summary>What OpenCL calls it (CL_DEVICE_NAME); empty where OpenCL does not list it.</summary>
    public string OpenClName { get; init; } = "";

    /// <summary>Where it is on this host, of a card; null for processors, and where nobody says.</summary>
    public CardAddress? Card { get; init; }

    /// <summary>Whether programs can be run on it by this build.</summary>
    public bool Usable { get; init; }

    /// <summary>What is not known or not possible yet; empty where nothing is missing.</summary>
    public string Note { get; init; } = "";
}
