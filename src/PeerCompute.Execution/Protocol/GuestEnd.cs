// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Execution.Protocol;

/// <summary>What ended a guest program.</summary>
internal enum GuestEnd
{
    /// <summary>It exited by itself.</summary>
    Exited = 0,

    /// <summary>It trapped.</summary>
    Trapped = 1,

    /// <summary>It used all its fuel.</summary>
    OutOfFuel = 2,

    /// <summary>It starts with more memory than it may have.</summary>
    TooMuchMemory = 3,

    /// <summary>The child failed, not the guest.</summary>
    ChildFailed = 4,

    /// <summary>The module wants what is not offered.</summary>
    Refused = 5,
}
