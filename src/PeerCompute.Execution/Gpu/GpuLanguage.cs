// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Execution.Gpu;

/// <summary>What the kernels of a <see cref="GpuProgram"/> are written in.</summary>
public enum GpuLanguage
{
    /// <summary>OpenCL C (Khronos, The OpenCL C Specification), compiled by the device's own driver: any vendor.</summary>
    OpenClC = 1,

    /// <summary>PTX (NVIDIA, Parallel Thread Execution ISA), compiled by the driver of CUDA: cards of NVIDIA.</summary>
    Ptx = 2,
}
