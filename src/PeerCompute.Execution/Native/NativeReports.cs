// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Execution.Runs;

namespace PeerCompute.Execution.Native;

/// <summary>Makes every report of a fault in one place: cause, limit and remedy.</summary>
internal static class NativeReports
{
    public static NativeReport HostFault(string reason) => Fault(
        new NativeReport(), FaultKind.Host, $"this host failed, not the job: {reason}", "the task may be run again, here or on another host");

    public static NativeReport WallClock(NativeReport report, NativeRunSpec spec) => Fault(
        report, FaultKind.WallClock, $"the program ran longer than its wall-clock limit of {spec.Wall.TotalSeconds:0.###} s",
        "raise limits.wall in the job file, or cut the job into smaller tasks");

    public static NativeReport OutputLimit(NativeReport report, NativeRunSpec spec) => Fault(
        report, FaultKind.OutputLimit, $"the program wrote more than {spec.OutputBytes} bytes to standard output and standard error",
        "raise limits.output in the job file, or write less");

    public static NativeReport OutputsTooLarge(NativeReport report, NativeRunSpec spec) => Fault(
        report, FaultKind.OutputLimit, $"the named outputs are longer than the work folder, {spec.WorkBytes} bytes: one has holes",
        "write files without holes");

    public static NativeReport MissingOutput(NativeReport report, string name) => Fault(
        report, FaultKind.MissingOutput, $"the program ended well but left no regular file '{name}' that can be read",
        "check the names under outputs in the job file against what the program writes, relative to its folder; links are not followed");

    public static NativeReport ExitCode(NativeReport report) => Fault(
        report, FaultKind.ExitCode, $"the program ended with exit code {report.ExitCode}", "look at the end of its standard error");

    private static NativeReport Fault(NativeReport report, FaultKind kind, string text, string hint) =>
        report with { Outcome = kind == FaultKind.Host ? TaskOutcome.HostFault : TaskOutcome.JobFault, Fault = kind, Text = text, Hint = hint };
}
