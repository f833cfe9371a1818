// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Execution.Runs;

/// <summary>How one task ended, and what it used.</summary>
public sealed record TaskReport
{
    /// <summary>Number of the task.</summary>
    public required ulong Index { get; init; }

    /// <summary>Whose doing the end is.</summary>
    public TaskOutcome Outcome { get; init; }

    /// <summary>Why there is no result; <see cref="FaultKind.None"/> if there is one.</summary>
    public FaultKind Fault { get; init; }

    /// <summary>Cause, with the limit where one was reached; empty if there is a result.</summary>
    public string Text { get; init; } = "";

    /// <summary>What to do about it; empty if there is a result.</summary>
    public string Hint { get; init; } = "";

    /// <summary>The program's exit code; 0 where it did not exit by itself.</summary>
    public int ExitCode { get; init; }

    /// <summary>Fuel used; after a fault of the host or at the wall clock, as far as it was last heard of.</summary>
    public long Fuel { get; init; }

    /// <summary>Most memory held, bytes: linear memory, or that of all processes of a native program; 0 where it was not measured.</summary>
    public long PeakMemoryBytes { get; init; }

    /// <summary>Time on processors, compiling included; zero where it was not measured.</summary>
    public TimeSpan Cpu { get; init; }

    /// <summary>
    /// Of <see cref="Wall"/>, what the engine spent compiling: in the first task of a lease's child that outlives its trial nearly all, in later ones only
    /// functions that no task called before.
    /// </summary>
    public TimeSpan CompileTime { get; init; }

    /// <summary>Bytes of intermediate language that the module became; 0 where it was not compiled.</summary>
    public long CodeBytes { get; init; }

    /// <summary>Functions of the module that are over a bound of the compiler, so that the interpreter runs them.</summary>
    public int InterpretedFunctions { get; init; }

    /// <summary>Time on the clock.</summary>
    public TimeSpan Wall { get; init; }

    /// <summary>The files that the job names, in its order.</summary>
    public IReadOnlyList<OutputFile> Outputs { get; init; } = [];

    /// <summary>End of standard output, at most 32 KiB; bytes that are no UTF-8 are replaced.</summary>
    public string OutputTail { get; init; } = "";

    /// <summary>End of standard error, at most 32 KiB; bytes that are no UTF-8 are replaced.</summary>
    public string ErrorTail { get; init; } = "";
}
