// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Execution.Runs;

/// <summary>Why a task has no result.</summary>
public enum FaultKind
{
    /// <summary>It has one.</summary>
    None = 0,

    /// <summary>The module was refused before it ran: malformed, invalid, too large, or it wants what is not offered.</summary>
    ModuleInvalid = 1,

    /// <summary>The program trapped.</summary>
    Trap = 2,

    /// <summary>The program used all its fuel.</summary>
    FuelExhausted = 3,

    /// <summary>The program needed more memory than its limit.</summary>
    MemoryLimit = 4,

    /// <summary>The program ran longer than its wall-clock limit.</summary>
    WallClock = 5,

    /// <summary>The program wrote more than its output limit.</summary>
    OutputLimit = 6,

    /// <summary>The program ended well, but an output file that the job names is not there.</summary>
    MissingOutput = 7,

    /// <summary>The program ended with an exit code other than 0.</summary>
    ExitCode = 8,

    /// <summary>The host failed: the child died, the disk is full, the sandbox does not start. Not the job's fault.</summary>
    Host = 9,

    /// <summary>A library or a version of it that the program needs is not there.</summary>
    MissingLibrary = 10,

    /// <summary>The program itself is not there, or is none.</summary>
    MissingProgram = 11,

    /// <summary>The work folder was full.</summary>
    WorkFull = 12,

    /// <summary>The program reached its limit of processes.</summary>
    ProcessLimit = 13,

    /// <summary>The program failed after it had tried to reach the network.</summary>
    NetworkRefused = 14,

    /// <summary>The program made a system call that ends it.</summary>
    ForbiddenCall = 15,

    /// <summary>Kernels, or the driver while it ran them, ended the process.</summary>
    Device = 16,

    /// <summary>The kernels of a GPU program do not compile, or cannot be started as the program says.</summary>
    KernelInvalid = 17,
}
