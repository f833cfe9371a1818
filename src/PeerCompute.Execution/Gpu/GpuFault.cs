// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Execution.Gpu;

/// <summary>How the child of a GPU task says why it ended: its exit codes. They pick the words of a report, not whose fault it is.</summary>
internal enum GpuFault
{
    /// <summary>The program's bytes are wrong, or an input does not fit its buffer.</summary>
    BadProgram = 40,

    /// <summary>The kernels do not compile, or are started as they cannot be.</summary>
    BadKernel = 41,

    /// <summary>The device has less memory than the buffers take, or than the job may have.</summary>
    DeviceMemory = 42,

    /// <summary>The device is not there.</summary>
    NoDevice = 43,

    /// <summary>The driver failed otherwise.</summary>
    Driver = 44,

    /// <summary>A kernel failed while it ran, as the driver says.</summary>
    KernelFailed = 45,

    /// <summary>The kernels are for newer cards than this one, or for others: the job is well, the host is not the right one.</summary>
    WrongCard = 46,
}
