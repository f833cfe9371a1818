// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Execution.Devices;

/// <summary>One device of this host.</summary>
/// <param name="Kind">CPU, GPU or another accelerator.</param>
/// <param name="Model">The maker's name for it; "unknown" where the host does not say.</param>
public sealed record Device(DeviceKind Kind, string Model)
{
    /// <summary>Cores that this process may use at once; 0 where not known.</summary>
    public int Cores { get; init; }

    /// <summary>Memory of the device, bytes; for a CPU the host's memory that this process may use; 0 where not known.</summary>
    public long MemoryBytes { get; init; }

    /// <summary>Whether programs can be run on it by this build.</summary>
    public bool Usable { get; init; }

    /// <summary>What is not known or not possible yet; empty where nothing is missing.</summary>
    public string Note { get; init; } = "";
}
