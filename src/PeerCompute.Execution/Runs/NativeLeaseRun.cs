// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Execution.Checkpoints;
using PeerCompute.Execution.Devices;
using PeerCompute.Execution.Gpu;
using PeerCompute.Execution.Native;

namespace PeerCompute.Execution.Runs;

/// <summary>
/// The tasks of a lease of a native program, one after another: each in processes, a root and a work folder of its own, of which nothing is left.
/// </summary>
internal sealed class NativeLeaseRun : ILeaseRun
{
    private readonly LeaseRunSpec _spec;
    private readonly NativeExecutor _executor;
    private readonly GpuExecutor _gpu;
    private readonly string _outputs;
    private readonly SemaphoreSlim _oneTask = new(1, 1);
    private readonly CancellationTokenSource _end = new();
    private readonly TaskCompletionSource<TimeSpan> _ease = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _disposed;

    /// <summary>A run; nothing is started before the first task.</summary>
    public NativeLeaseRun(LeaseRunSpec spec, NativeExecutor executor, GpuExecutor gpu)
    {
        SpecCheck.Lease(spec);
        (_spec, _executor, _gpu, _outputs) = (spec, executor, gpu, Path.Combine(spec.WorkRoot, "outputs"));
    }

    /// <inheritdoc/>
    public async ValueTask<TaskReport> RunTaskAsync(TaskSpec task, IProgress<TaskProgress>? progress, CancellationToken cancellation)
    {
        SpecCheck.Task(task);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _end.Token);
        await _oneTask.WaitAsync(stop.Token).ConfigureAwait(false);
        try
        {
            Debris.Remove(_outputs);
            Directory.CreateDirectory(_outputs);
            return Report(task, _spec.Native!.System switch
            {
                { Device: { } device } => await RunAsync(task, device, stop.Token).ConfigureAwait(false),
                { Card: { } card } => await _gpu.RunGrantedAsync(Describe(task, progress), card, stop.Token).ConfigureAwait(false),
                _ => await _executor.RunAsync(Describe(task, progress), stop.Token).ConfigureAwait(false),
            });
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return Report(task, NativeReports.HostFault(fault.Message));
        }
        finally
        {
            _oneTask.Release();
        }
    }

    /// <summary>Asks the program to end; no task after it has a result.</summary>
    /// <param name="grace">How long it may take.</param>
    /// <returns>False for a GPU program, which cannot be asked.</returns>
    public ValueTask<bool> EaseAsync(TimeSpan grace)
    {
        if (_spec.Native!.System.Device is not null) return ValueTask.FromResult(false);
        _ease.TrySetResult(grace);
        return ValueTask.FromResult(true);
    }

    /// <summary>Ends what runs and deletes its outputs.</summary>
    /// <returns>When nothing of it is left.</returns>
    public async ValueTask DisposeAsync()
    {
        if (_disposed) return;
        _disposed = true;
        await _end.CancelAsync().ConfigureAwait(false);
        await _oneTask.WaitAsync().ConfigureAwait(false);
        Debris.Remove(_outputs);
        _oneTask.Dispose();
        _end.Dispose();
    }

    /// <summary>A GPU task: its one argument names the input that is its program, and what that writes is what the job must name.</summary>
    private async Task<NativeReport> RunAsync(TaskSpec task, Device device, CancellationToken cancellation)
    {
        NativeLease native = _spec.Native!;
        if (task.Arguments is not [var name] || _spec.Inputs.FirstOrDefault(input => input.Key == name).Value is not { } program)
            return GpuReports.BadProgram("the one argument of a GPU job is the name of the input that has the GPU program");
        NativeReport report = await _gpu.RunAsync(
            new GpuRunSpec
            {
                ProgramPath = program,
                Device = device,
                Task = (uint)task.Index,
                Inputs = [.. _spec.Inputs.Where(input => input.Key != name)],
                OutputFolder = _outputs,
                DeviceBytes = _spec.MemoryBytes,
                MemoryBytes = _spec.MemoryBytes,
                WorkBytes = native.WorkBytes,
                OutputBytes = _spec.OutputBytes,
                Isolation = native.Isolation,
                Wall = _spec.WallPerTask,
            },
            cancellation).ConfigureAwait(false);
        return GpuReports.Named(report, task.OutputNames);
    }

    private NativeRunSpec Describe(TaskSpec task, IProgress<TaskProgress>? progress)
    {
        NativeLease native = _spec.Native!;
        return native.System.Apply(new NativeRunSpec
        {
            Arguments = task.Arguments,
            Environment = task.Resume is null ? task.Environment
                : [.. task.Environment, $"{CheckpointPlan.ResumeVariable}={NativePlan.WorkFolder}/{CheckpointPlan.ResumeFolder}"],
            Isolation = native.Isolation,
            Inputs = task.Resume is { } resume ? [.. _spec.Inputs, new(CheckpointPlan.ResumeFolder, resume)] : _spec.Inputs,
            Checkpoint = task.Checkpoint,
            Ease = _ease.Task,
            OutputNames = task.OutputNames,
            OutputFolder = _outputs,
            MemoryBytes = _spec.MemoryBytes,
            WorkBytes = native.WorkBytes,
            OutputBytes = _spec.OutputBytes,
            Processes = native.Processes,
            CpuMillis = native.CpuMillis,
            Wall = _spec.WallPerTask,
            Live = progress is null ? null : live => progress.Report(new TaskProgress(task.Index, 0) { Live = live }),
        });
    }

    private TaskReport Report(TaskSpec task, NativeReport report)
    {
        long written = report.StreamBytes + report.Outputs.Sum(static output => output.Size);
        if (report.Fault == FaultKind.None && written > _spec.OutputBytes) report = NativeReports.TooMuchOutput(report, written, _spec.OutputBytes);
        return new TaskReport
        {
            Index = task.Index,
            Outcome = report.Outcome,
            Fault = report.Fault,
            Text = report.Text,
            Hint = report.Hint,
            ExitCode = report.ExitCode,
            PeakMemoryBytes = report.PeakMemoryBytes,
            Cpu = report.Cpu,
            Wall = report.Wall,
            Outputs = report.Outputs,
            OutputTail = report.OutputTail,
            ErrorTail = report.ErrorTail,
        };
    }
}
