// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Execution.Gpu;

/// <summary>A GPU task cannot go on, within its child.</summary>
/// <param name="fault">Why.</param>
/// <param name="text">The words, for people.</param>
internal sealed class GpuException(GpuFault fault, string text) : Exception(text)
{
    /// <summary>Why.</summary>
    public GpuFault Fault { get; } = fault;
}
