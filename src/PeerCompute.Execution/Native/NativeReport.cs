// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Execution.Runs;

namespace PeerCompute.Execution.Native;

/// <summary>How a native program ended, and what it used.</summary>
public sealed record NativeReport
{
    /// <summary>Whose doing the end is.</summary>
    public TaskOutcome Outcome { get; init; }

    /// <summary>Why there is no result; <see cref="FaultKind.None"/> if there is one.</summary>
    public FaultKind Fault { get; init; }

    /// <summary>Cause, with the limit where one was reached; empty if there is a result.</summary>
    public string Text { get; init; } = "";

    /// <summary>What to do about it; empty if there is a result.</summary>
    public string Hint { get; init; } = "";

    /// <summary>The program's exit code, or 128 + the signal that ended it; 0 where it was ended from outside.</summary>
    public int ExitCode { get; init; }

    /// <summary>Time on the clock, from the moment when the program began.</summary>
    public TimeSpan Wall { get; init; }

    /// <summary>Most memory that all its processes held at once, files in memory included, bytes; 0 where the host has no control groups.</summary>
    public long PeakMemoryBytes { get; init; }

    /// <summary>Time on processors; zero where the host has no control groups.</summary>
    public TimeSpan Cpu { get; init; }

    /// <summary>Whom it tried to reach over a network that is not there, the first 8; <c>DNS</c> for names. As far as it was seen.</summary>
    public IReadOnlyList<string> Destinations { get; init; } = [];

    /// <summary>Bytes that it wrote to standard output and standard error.</summary>
    public long StreamBytes { get; init; }

    /// <summary>The files that the run names, in its order, in its output folder.</summary>
    public IReadOnlyList<OutputFile> Outputs { get; init; } = [];

    /// <summary>End of standard output, at most 32 KiB; bytes that are no UTF-8 are replaced.</summary>
    public string OutputTail { get; init; } = "";

    /// <summary>End of standard error, at most 32 KiB; bytes that are no UTF-8 are replaced.</summary>
    public string ErrorTail { get; init; } = "";
}
