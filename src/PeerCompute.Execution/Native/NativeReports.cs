// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;
using PeerCompute.Execution.Groups;
using PeerCompute.Execution.Runs;
using PeerCompute.Wire.Folders;

namespace PeerCompute.Execution.Native;

/// <summary>
/// Makes every report of a fault in one place: cause, limit and remedy. What a program says of itself may pick the words, never whose fault it is.
/// </summary>
internal static partial class NativeReports
{
    private const long PageBytes = 4096;
    private const StringComparison AnyCase = StringComparison.OrdinalIgnoreCase;

    public static NativeReport HostFault(string reason) => Fault(
        new NativeReport(), FaultKind.Host, $"this host failed, not the job: {reason}", "the task may be run again, here or on another host");

    public static NativeReport Eased(NativeReport report) => Fault(
        report, FaultKind.Host, "this host asked the program to end", "the task may be run again, from its last checkpoint where it has one");

    public static NativeReport WallClock(NativeReport report, NativeRunSpec spec) => Fault(
        report, FaultKind.WallClock, $"the program ran longer than its wall-clock limit of {spec.Wall.TotalSeconds:0.###} s",
        "raise limits.wall in the job file, or cut the job into smaller tasks" + (report.Destinations.Count > 0 ? "; " + Network(report) : ""));

    public static NativeReport OutputLimit(NativeReport report, NativeRunSpec spec) => Fault(
        report, FaultKind.OutputLimit, $"the program wrote more than {spec.OutputBytes} bytes to standard output and standard error",
        "raise limits.output in the job file, or write less");

    public static NativeReport TooMuchOutput(NativeReport report, long written, long most) => Fault(
        report with { Outputs = [] }, FaultKind.OutputLimit,
        $"the program wrote {written} bytes, its output limit is {most} (files, standard output and standard error together)",
        "raise limits.output in the job file, or write less");

    public static NativeReport TooManyFiles(NativeReport report) => Fault(
        report, FaultKind.WorkFull, $"the program made more than {NativePlan.MostFiles} files in its work folder, /tmp and /dev/shm",
        "pack small files together, or ask for a host with control groups (native-strict), where their memory is the limit");

    public static NativeReport OutputsTooLarge(NativeReport report, NativeRunSpec spec) => Fault(
        report, FaultKind.OutputLimit, $"the named outputs are longer than the work folder, {spec.WorkBytes} bytes: one has holes",
        "write files without holes");

    public static NativeReport MissingOutput(NativeReport report, string name) => Fault(
        report, FaultKind.MissingOutput,
        $"the program ended well but left no {(FolderNames.IsFolder(name) ? "folder" : "regular file")} '{name}' that can be read",
        "check the names under outputs in the job file against what the program writes, relative to its folder; links are not followed");

    public static NativeReport BadFolder(NativeReport report, string name, string refusal) => Fault(
        report, FaultKind.MissingOutput, $"the program ended well but its folder '{name}' cannot be handed on: {refusal}",
        "leave plain files and folders there, within the limits of folders in docs/job-file.md");

    /// <summary>The fault that an exit code other than 0 amounts to.</summary>
    /// <param name="report">What the program said, and whom it tried to reach.</param>
    /// <param name="spec">Its limits.</param>
    /// <param name="facts">What the kernel counted; null where nothing did.</param>
    /// <param name="free">What is free in its work folder; null where that is not known.</param>
    public static NativeReport Ended(NativeReport report, NativeRunSpec spec, GroupFacts? facts, (long Bytes, long Files)? free)
    {
        string exit = ExitWords.Of(report.ExitCode), said = report.ErrorTail;
        if (facts is { Killed: > 0 })
        {
            return Fault(
                report, FaultKind.MemoryLimit,
                $"the kernel killed it for want of memory: it held {report.PeakMemoryBytes} bytes at most, with its files in the work folder, "
                + $"/tmp and /dev/shm; its limits are {spec.MemoryBytes} bytes of memory and {spec.WorkBytes} of work folder ({exit})",
                "raise limits.memory in the job file, or let the program use less");
        }

        if (report.ExitCode == ExitWords.BadCall)
        {
            return Fault(report, FaultKind.ForbiddenCall, $"the program made a system call of another processor or of the x32 kind ({exit})",
                "build it for x86-64 Linux; 32-bit programs do not run here");
        }

        if (Library().Match(said) is { Success: true } library)
        {
            return Fault(report, FaultKind.MissingLibrary, $"the program needs the library {library.Groups[1].Value}, which is not there ({exit})",
                "link it statically, or bring the library along in the job's own root folder");
        }

        if (Version().Match(said) is { Success: true } version)
        {
            return Fault(report, FaultKind.MissingLibrary, $"the program needs {version.Groups[1].Value}, which the C library here does not have ({exit})",
                "build it on an older system, link it statically, or bring the libraries along in the job's own root folder");
        }

        if (NoProgram().IsMatch(said))
        {
            return Fault(report, FaultKind.MissingProgram, $"there is no program {spec.Arguments[0]} that could be started ({exit})",
                "check the path, that the file is executable, and that its interpreter (first line, or loader) is there");
        }

        if (report.ExitCode == ExitWords.FileTooLarge || free is { Bytes: < PageBytes } or { Files: 0 } || said.Contains("No space left on device", AnyCase))
        {
            return Fault(
                report, FaultKind.WorkFull,
                $"the work folder was full: it has {spec.WorkBytes} bytes, /tmp and /dev/shm {NativePlan.ScratchBytes} each ({exit})",
                "raise limits.work in the job file, or let the program write less");
        }

        if (facts is { ProcessesRefused: > 0 } || said.Contains("Cannot fork", AnyCase) || said.Contains("Resource temporarily unavailable", AnyCase))
        {
            return Fault(report, FaultKind.ProcessLimit, $"the program reached its limit of {spec.Processes} processes and threads ({exit})",
                "raise limits.processes in the job file, or let the program start fewer");
        }

        if (report.Destinations.Count > 0)
        {
            return Fault(report, FaultKind.NetworkRefused, $"{Network(report)} ({exit})",
                "give the program everything it needs as inputs; jobs have no network");
        }

        return Fault(report, FaultKind.ExitCode, $"the program ended with {exit}", "look at the end of its standard error");
    }

    private static string Network(NativeReport report) =>
        $"the program tried to reach the network, and there is none: {string.Join(", ", report.Destinations)}";

    private static NativeReport Fault(NativeReport report, FaultKind kind, string text, string hint) =>
        report with { Outcome = kind == FaultKind.Host ? TaskOutcome.HostFault : TaskOutcome.JobFault, Fault = kind, Text = text, Hint = hint };

    // What the loader of the GNU C library says, and musl's.
    [GeneratedRegex(@"(?:loading shared libraries: |Error loading shared library )([A-Za-z0-9_.+-]{1,200}):")]
    private static partial Regex Library();

    [GeneratedRegex(@"version `([A-Za-z0-9_.]{1,60})' not found")]
    private static partial Regex Version();

    // What bubblewrap says, and runc.
    [GeneratedRegex(@"^bwrap: execvp |^time=.* level=error msg=""runc run failed: .*: exec: ", RegexOptions.Multiline)]
    private static partial Regex NoProgram();
}
