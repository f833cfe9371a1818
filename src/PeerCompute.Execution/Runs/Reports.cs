// SPDX-License-Identifier: Apache-2.0
using System.Text;
using PeerCompute.Execution.Protocol;
using PeerCompute.Wire.Folders;

namespace PeerCompute.Execution.Runs;

/// <summary>Makes every report in one place: cause, limit and remedy of each kind of fault.</summary>
internal static class Reports
{
    public static TaskReport Ended(TaskSpec task, DoneMessage done, TimeSpan wall) => new()
    {
        Index = task.Index,
        ExitCode = done.ExitCode,
        Fuel = done.Fuel,
        PeakMemoryBytes = done.PeakMemoryBytes,
        Cpu = TimeSpan.FromMicroseconds(done.CpuMicros),
        CompileTime = TimeSpan.FromMicroseconds(done.CompileMicros),
        CodeBytes = done.CodeBytes,
        InterpretedFunctions = done.Interpreted,
        Wall = wall,
        OutputTail = Encoding.UTF8.GetString(done.Output),
        ErrorTail = Encoding.UTF8.GetString(done.Errors),
    };

    public static TaskReport ModuleInvalid(TaskSpec task, string reason) => Fault(
        new TaskReport { Index = task.Index }, FaultKind.ModuleInvalid, $"the module is refused: {reason}",
        "build it for wasm32-wasi (WASI preview 1) without SIMD, threads or other extensions; docs/wasm.md lists what is offered");

    public static TaskReport HostFault(TaskSpec task, string reason, long fuel, TimeSpan wall) => Fault(
        new TaskReport { Index = task.Index, Fuel = fuel, Wall = wall }, FaultKind.Host, $"this host failed, not the job: {reason}",
        "the task may be run again, here or on another host");

    public static TaskReport WallClock(TaskSpec task, LeaseRunSpec spec, long fuel, TimeSpan wall) => Fault(
        new TaskReport { Index = task.Index, Fuel = fuel, Wall = wall }, FaultKind.WallClock,
        $"the program ran longer than its wall-clock limit of {spec.WallPerTask.TotalSeconds:0.###} s",
        "raise limits.wall in the job file, or cut the job into smaller tasks");

    public static TaskReport OutputLimit(TaskSpec task, LeaseRunSpec spec, long fuel, TimeSpan wall, DoneMessage? done) => Fault(
        done is null ? new TaskReport { Index = task.Index, Fuel = fuel, Wall = wall } : Ended(task, done, wall), FaultKind.OutputLimit,
        $"the program wrote more than its output limit of {spec.OutputBytes} bytes (files, standard output and standard error together)",
        "raise limits.output in the job file, or write less");

    public static TaskReport MissingOutput(TaskSpec task, string name, DoneMessage done, TimeSpan wall, string refusal = "") => Fault(
        Ended(task, done, wall), FaultKind.MissingOutput,
        refusal.Length > 0 ? $"the program ended well but its folder '{name}' cannot be handed on: {refusal}"
            : $"the program ended well but wrote no {(FolderNames.IsFolder(name) ? "folder" : "file")} '{name}'",
        "check the names under outputs in the job file against what the program writes, relative to its folder");

    /// <summary>The fault that a program's own end amounts to, or null.</summary>
    public static TaskReport? GuestFault(TaskSpec task, LeaseRunSpec spec, DoneMessage done, TimeSpan wall)
    {
        TaskReport ended = Ended(task, done, wall);
        string memory = $"its memory limit of {spec.MemoryBytes} bytes";
        const string moreMemory = "raise limits.memory in the job file, or let the program use less";
        return done.End switch
        {
            GuestEnd.ChildFailed => HostFault(task, done.Detail, done.Fuel, wall),
            GuestEnd.Refused => ModuleInvalid(task, done.Detail),
            GuestEnd.OutOfFuel => Fault(
                ended, FaultKind.FuelExhausted, $"the program used all its fuel, {spec.FuelPerTask}",
                "raise limits.fuel in the job file, or cut the job into smaller tasks"),
            GuestEnd.TooMuchMemory => Fault(ended, FaultKind.MemoryLimit, $"the program needs more than {memory}", moreMemory),
            GuestEnd.Trapped when done.MemoryRefused =>
                Fault(ended, FaultKind.MemoryLimit, $"the program reached {memory} and then trapped: {done.Detail}", moreMemory),
            GuestEnd.Trapped =>
                Fault(ended, FaultKind.Trap, $"the program trapped: {done.Detail}", "run it on this input by itself and look at the end of its standard error"),
            _ when done.ExitCode == 0 => null,
            _ when done.MemoryRefused =>
                Fault(ended, FaultKind.MemoryLimit, $"the program reached {memory} and ended with exit code {done.ExitCode}", moreMemory),
            _ => Fault(ended, FaultKind.ExitCode, $"the program ended with exit code {done.ExitCode}", "look at the end of its standard error"),
        };
    }

    private static TaskReport Fault(TaskReport report, FaultKind kind, string text, string hint) =>
        report with { Outcome = kind == FaultKind.Host ? TaskOutcome.HostFault : TaskOutcome.JobFault, Fault = kind, Text = text, Hint = hint };
}
