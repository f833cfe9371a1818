// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Sandbox.Tests;

/// <summary>What the host of a fixture lacks.</summary>
internal enum Host
{
    /// <summary>Nothing.</summary>
    Whole = 0,

    /// <summary>Nobody may make a namespace, so bubblewrap does not start.</summary>
    WithoutNamespaces = 1,

    /// <summary>The kernel has no filters of system calls.</summary>
    WithoutFilters = 2,

    /// <summary>The node may make no control group.</summary>
    WithoutGroups = 3,

    /// <summary>Bubblewrap is not installed, but runc is.</summary>
    WithRunc = 4,
}
