// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wire.Adverts;

/// <summary>What a device is, as its driver says (for OpenCL the bits of CL_DEVICE_TYPE), never by its name.</summary>
public enum DeviceKind
{
    /// <summary>A processor; never found where a GPU is asked for.</summary>
    Cpu = 1,

    /// <summary>A graphics processor.</summary>
    Gpu = 2,

    /// <summary>Another accelerator.</summary>
    Accelerator = 3,
}
