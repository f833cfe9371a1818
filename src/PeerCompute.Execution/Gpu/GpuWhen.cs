// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Execution.Gpu;

/// <summary>In which rounds a launch happens.</summary>
public enum GpuWhen
{
    /// <summary>In all.</summary>
    Every = 0,

    /// <summary>In the first: what is prepared.</summary>
    First = 1,

    /// <summary>In the last: what is summed up.</summary>
    Last = 2,
}
