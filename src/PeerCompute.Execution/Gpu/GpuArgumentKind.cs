// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Execution.Gpu;

/// <summary>What an argument of a kernel is.</summary>
public enum GpuArgumentKind
{
    /// <summary>A buffer in the device's global memory.</summary>
    Buffer = 1,

    /// <summary>A number or vector given by value.</summary>
    Scalar = 2,

    /// <summary>Memory of the work group.</summary>
    Local = 3,

    /// <summary>The number of the task in its job.</summary>
    Task = 4,

    /// <summary>The number of the round.</summary>
    Round = 5,
}
