// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Execution.Protocol;

/// <summary>What a frame between a node and its child carries, or between a node and the supervisor of its children (from 64 on).</summary>
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

    /// <summary>To the supervisor: who are you, and what do you hold?</summary>
    Meet = 64,

    /// <summary>From the supervisor, in answer to <see cref="Meet"/>. It never changes its kind: any two versions understand it.</summary>
    Met = 65,

    /// <summary>To the supervisor: start the child of a lease.</summary>
    Start = 66,

    /// <summary>To the supervisor: this connection goes on with a run that another one began.</summary>
    Claim = 67,

    /// <summary>From the supervisor: the run lives and takes tasks.</summary>
    Live = 68,

    /// <summary>From the supervisor: there is no such run, or it could not be started, or the task is wrong; and why.</summary>
    Fault = 69,

    /// <summary>To the supervisor: run one task, or tell how it ended.</summary>
    Task = 70,

    /// <summary>From the supervisor: how the task ended.</summary>
    Report = 71,

    /// <summary>To the supervisor: end the run.</summary>
    End = 72,

    /// <summary>From the supervisor: nothing of it is left.</summary>
    Ended = 73,

    /// <summary>To the supervisor: end yourself, if you hold nothing.</summary>
    Quit = 74,

    /// <summary>To the supervisor: ask the program of the task that runs to end; milliseconds that it may take.</summary>
    Ease = 75,
}
