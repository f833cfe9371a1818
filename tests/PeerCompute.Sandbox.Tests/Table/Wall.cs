// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Sandbox.Tests.Table;

/// <summary>The wall that must stop an attempt.</summary>
internal enum Wall
{
    /// <summary>None has to: it is allowed inside and reaches nothing outside, so it is not tried there.</summary>
    None = 0,

    /// <summary>The filter of system calls.</summary>
    Filter = 1,

    /// <summary>A network namespace without a way out.</summary>
    Network = 2,

    /// <summary>The private root: the path is not there.</summary>
    Root = 3,

    /// <summary>The process namespace: there is no such process.</summary>
    Processes = 4,

    /// <summary>Mounts that are only to be read, or lie apart.</summary>
    Mounts = 5,

    /// <summary>A bound: control group, resource limit, size of a file system.</summary>
    Bound = 6,

    /// <summary>Nothing of the node is inherited: environment, descriptors.</summary>
    Start = 7,

    /// <summary>No capability, no new privileges, own user namespace.</summary>
    Privileges = 8,

    /// <summary>The node itself, which trusts nothing that it gets from a child.</summary>
    Node = 9,
}
