// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;

namespace PeerCompute.Wire.Leases;

/// <summary>What a running task says of itself since its last report (docs/live.md): a stranger's words, bounded but not yet printable.</summary>
/// <param name="Done">Hundredths of a percent, 0 to <see cref="DoneMost"/>; 0 where the program did not say.</param>
/// <param name="Message">Its last message, at most <see cref="TextMost"/> characters; empty where there is none.</param>
/// <param name="Metrics">The last value of each name, at most <see cref="MetricsMost"/>, in order of first mention.</param>
/// <param name="FirstLine">Number of the first of <paramref name="Lines"/>, from 0 at the task's start; a gap to the last report is what was left out.</param>
/// <param name="Lines">Lines of its standard error, at most <see cref="LinesMost"/> of <see cref="TextMost"/> characters.</param>
public sealed record LiveReport(uint Done, string Message, ImmutableArray<LiveMetric> Metrics, ulong FirstLine, ImmutableArray<string> Lines)
{
    /// <summary>All is done.</summary>
    public const uint DoneMost = 10_000;

    /// <summary>Most characters of a message or line: what a wide terminal shows in one.</summary>
    public const int TextMost = 240;

    /// <summary>The same in UTF-8 bytes.</summary>
    public const int TextBytes = 3 * TextMost;

    /// <summary>Most names of metrics of one task; further ones are lines like others.</summary>
    public const int MetricsMost = 16;

    /// <summary>Most lines of one report; older ones are left out.</summary>
    public const int LinesMost = 32;

    /// <summary>Lines of one task that can be counted.</summary>
    public const ulong LineNumberMost = 1UL << 53;
}
