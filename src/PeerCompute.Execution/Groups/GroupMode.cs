// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Execution.Groups;

/// <summary>Which control groups a host has (cgroups(7)).</summary>
public enum GroupMode
{
    /// <summary>None are mounted.</summary>
    None = 0,

    /// <summary>Version 1: a hierarchy for each controller.</summary>
    V1 = 1,

    /// <summary>Version 2: one hierarchy.</summary>
    V2 = 2,

    /// <summary>Both are mounted; each controller is in one of them.</summary>
    Hybrid = 3,
}
