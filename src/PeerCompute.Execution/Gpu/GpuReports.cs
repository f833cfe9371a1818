// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Execution.Devices;
using PeerCompute.Execution.Native;
using PeerCompute.Execution.Runs;

namespace PeerCompute.Execution.Gpu;

/// <summary>Makes every report of a GPU task's fault: cause, limit and remedy.</summary>
internal static class GpuReports
{
    public static NativeReport BadProgram(string why) => new()
    {
        Outcome = TaskOutcome.JobFault, Fault = FaultKind.ModuleInvalid, Text = why, Hint = "mend the gpu part of the job file",
    };

    /// <summary>The report of the child, in the words of a GPU task.</summary>
    public static NativeReport Of(NativeReport report, GpuRunSpec spec) => report.Fault != FaultKind.ExitCode ? report : (GpuFault)report.ExitCode switch
    {
        GpuFault.BadProgram => Words(report, FaultKind.ModuleInvalid, "mend the gpu part of the job file"),
        GpuFault.BadKernel => Words(report, FaultKind.KernelInvalid, "write OpenCL C 1.2, and compare arguments and work items with the source"),
        GpuFault.DeviceMemory => Words(report, FaultKind.MemoryLimit, "raise limits.memory in the job file, or let the buffers be smaller"),
        GpuFault.WrongCard => NativeReports.HostFault($"its device {spec.Device.Model} is not what the kernels are for: {Lines(report.ErrorTail.Trim())}") with
        {
            Hint = "the task may be run on another host, with a newer card or driver; or build the kernels for older ones",
        },
        GpuFault.KernelFailed => Words(report, FaultKind.Device, "most often a kernel reads or writes outside of its buffers, or runs for too long at a time"),
        GpuFault.NoDevice or GpuFault.Driver => Words(report, FaultKind.Device, $"look at the driver of {spec.Device.Model}"),
        _ => report with
        {
            Fault = FaultKind.Device,
            Text = $"the kernels or the driver of {spec.Device.Model} ended the process: {report.Text}",
            Hint = "most often a kernel reads or writes outside of its buffers",
        },
    };

    /// <summary>The device does not even run a task that is known to be good.</summary>
    public static NativeReport DeviceFault(NativeReport report, Device device, string canary) => report with
    {
        Outcome = TaskOutcome.HostFault,
        Fault = FaultKind.Host,
        Text = $"this host failed, not the job: its device {device.Model} no longer computes ({canary.ReplaceLineEndings(" ")})",
        Hint = "the task may be run on another host; here the driver must be looked after",
    };

    /// <summary>The outputs that a job names, in its order; what the program writes beside them is thrown away.</summary>
    public static NativeReport Named(NativeReport report, IReadOnlyList<string> names)
    {
        if (report.Fault != FaultKind.None) return report;
        foreach (string name in names)
        {
            if (!report.Outputs.Any(output => output.Name == name)) return NativeReports.MissingOutput(report, name);
        }

        return report with { Outputs = [.. names.Select(name => report.Outputs.First(output => output.Name == name))] };
    }

    private static NativeReport Words(NativeReport report, FaultKind kind, string hint)
        => report with { Fault = kind, Text = Lines(report.ErrorTail.Trim()), Hint = hint };

    /// <summary>A compiler's log is the job's word, and has lines.</summary>
    private static string Lines(string said) => string.Join('\n', said.Split('\n').Select(static line => Printable.Line(line)));
}
