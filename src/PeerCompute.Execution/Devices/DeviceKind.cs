// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Execution.Devices;

/// <summary>What kind of processor a device is. A CPU never counts as a GPU.</summary>
public enum DeviceKind
{
    /// <summary>The processor that the host itself runs on.</summary>
    Cpu,

    /// <summary>A graphics processor.</summary>
    Gpu,

    /// <summary>Another accelerator.</summary>
    Accelerator,
}
