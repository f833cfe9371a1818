// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Execution.Protocol;

/// <summary>What a frame between a node and its child carries.</summary>
internal enum FrameKind : byte
{
    /// <summary>To the child, once, first: files and limits of the lease.</summary>
    Open = 1,

    /// <summary>To the child: run one task.</summary>
    Run = 2,

    /// <summary>From the child, in answer to <see cref="Open"/>: walls stand, module is loaded.</summary>
    Ready = 3,

    /// <summary>From the child, in answer to <see cref="Open"/>: the module is refused, and why.</summary>
    Refused = 4,

    /// <summary>From the child while a task runs: fuel used so far.</summary>
    Progress = 5,

    /// <summary>From the child: the task has ended.</summary>
    Done = 6,

    /// <summary>From the child that only tries its walls: which of them hold.</summary>
    Walls = 7,

    /// <summary>From the child that plays a broken-out engine: what the kernel answered to each attempt.</summary>
    Escapes = 8,
}
