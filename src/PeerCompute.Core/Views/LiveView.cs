// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Errors;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Core.Views;

/// <summary>What the task that a lease ran last has said of itself, as its worker told: printable, in this life only.</summary>
/// <param name="Task">The task.</param>
/// <param name="Done">Hundredths of a percent; 0 where it did not say.</param>
/// <param name="Message">Its last message, or empty.</param>
/// <param name="Metrics">The last value of each name.</param>
/// <param name="FirstLine">Number of the first of <paramref name="Lines"/>.</param>
/// <param name="Lines">The last lines of its standard error, without a gap; at most <see cref="LinesMost"/>.</param>
public sealed record LiveView(
    uint Task, uint Done, string Message, ImmutableArray<LiveMetric> Metrics, ulong FirstLine, ImmutableArray<string> Lines)
{
    /// <summary>Lines kept of a lease: with <see cref="LiveReport.TextMost"/> 30 KiB.</summary>
    public const int LinesMost = 64;

    /// <summary>The view after another report. Lines that are known are left out; where some are missing, those before the gap go.</summary>
    public static LiveView After(LiveView? before, uint task, LiveReport report)
    {
        if (before?.Task != task) before = null;
        var next = before is null ? report.FirstLine : before.FirstLine + (ulong)before.Lines.Length;
        var (first, lines) = before is null || report.FirstLine > next ? (report.FirstLine, []) : (before.FirstLine, before.Lines);
        var known = next > report.FirstLine ? next - report.FirstLine : 0;
        var added = ImmutableArray.CreateBuilder<string>();
        for (var i = known; i < (ulong)report.Lines.Length; i++) added.Add(Printable.Line(report.Lines[(int)i], LiveReport.TextMost));
        lines = lines.AddRange(added);
        var surplus = Math.Max(0, lines.Length - LinesMost);
        return new LiveView(
            task, report.Done, Printable.Line(report.Message, LiveReport.TextMost), report.Metrics, first + (ulong)surplus, lines.RemoveRange(0, surplus));
    }
}
