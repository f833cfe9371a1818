// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Net.Sockets;
using PeerCompute.Base.Errors;
using PeerCompute.Execution.Groups;
using PeerCompute.Execution.Protocol;
using PeerCompute.Execution.Sandbox;
using PeerCompute.Wire.Folders;

namespace PeerCompute.Execution.Runs;

/// <summary>The child of one lease. Tasks run one after another; a child that died or was killed is replaced before the next task.</summary>
public sealed class LeaseRun : ILeaseRun
{
    /// <summary>What a child takes beside the guest's memory and its own heap: code, stacks, files it has written and the kernel holds.</summary>
    private const long GroupSlackBytes = 256L << 20;

    private const long MostFolderBytes = 1L << 40;

    private const int MostRefusal = 1024; // characters of the reason for which a module is refused

    private static readonly TimeSpan BetweenKills = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LookAtDisk = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan PauseOfFlood = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(200);

    private readonly LeaseRunSpec _spec;
    private readonly SandboxOptions _options;
    private readonly SandboxReport _sandbox;
    private readonly LeaseFolder _folder;
    private readonly SemaphoreSlim _oneTask = new(1, 1);
    private SandboxProcess? _child;
    private ControlGroup? _group;
    private string? _refusal;
    private bool _disposed;

    internal LeaseRun(LeaseRunSpec spec, SandboxOptions options, SandboxReport sandbox)
    {
        _spec = spec;
        _options = options;
        _sandbox = sandbox;
        _folder = new LeaseFolder(spec.WorkRoot);
    }

    /// <summary>How the child is walled in.</summary>
    public IsolationClass Isolation => _sandbox.Isolation;

    /// <summary>The process that was started for this lease, or 0 while there is none: for diagnostics and tests.</summary>
    internal int ChildId => _child is { End.IsCompleted: false } child ? child.Id : 0;

    /// <summary>Size of the folder in memory of a task: what it may write never fills it, so that a program meets its own limit first.</summary>
    private long FolderBytes => Math.Min(_spec.OutputBytes, MostFolderBytes) + LeaseFolder.SlackBytes;

    /// <inheritdoc/>
    public async ValueTask<TaskReport> RunTaskAsync(TaskSpec task, IProgress<TaskProgress>? progress, CancellationToken cancellation)
    {
        SpecCheck.Task(task);
        await _oneTask.WaitAsync(cancellation).ConfigureAwait(false);
        string? run = null;
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_child is not { End.IsCompleted: false } && _refusal is null) await StartChildAsync(cancellation).ConfigureAwait(false);
            if (_refusal is not null) return Reports.ModuleInvalid(task, _refusal);
            run = _folder.Begin();
            return await RunAsync(task, run, progress, cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            await EndChildAsync().ConfigureAwait(false);
            throw;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or SocketException or WireException
            || fault is PeerComputeException { Code: ErrorCode.Host })
        {
            await EndChildAsync().ConfigureAwait(false);
            return Reports.HostFault(task, fault.Message, 0, TimeSpan.Zero);
        }
        finally
        {
            try
            {
                if (run is not null && !_folder.TryEnd(run)) await EndWithDebrisAsync().ConfigureAwait(false);
            }
            finally
            {
                _oneTask.Release();
            }
        }
    }

    /// <summary>Ends the child and deletes the lease's folder, outputs included.</summary>
    /// <returns>When nothing of it is left.</returns>
    public async ValueTask DisposeAsync()
    {
        if (_disposed) return;
        do _child?.Kill(); // the child of a task that begins may just be started
        while (!await _oneTask.WaitAsync(BetweenKills).ConfigureAwait(false));
        _disposed = true;
        await EndChildAsync().ConfigureAwait(false);
        _folder.Remove();
        _oneTask.Release();
    }

    internal async Task StartChildAsync(CancellationToken cancellation)
    {
        await EndChildAsync().ConfigureAwait(false);
        var paths = new SandboxPaths(Path.GetFullPath(_spec.ModulePath!), [.. _spec.Inputs.Select(input => Path.GetFullPath(input.Value))], _folder.Writable)
        {
            OutputBytes = FolderBytes,
        };
        SandboxCommand command = _options.Command ?? SandboxCommand.ForThisProgram();
        LaunchPlan plan = LaunchPlan.Behind(_sandbox, command, paths);
        if (_sandbox.ControlGroups)
            _group = ControlGroup.TryMake(new GroupBounds(_spec.MemoryBytes + FolderBytes + LaunchPlan.HeapBytes + GroupSlackBytes, GroupBounds.OfChild));
        if (_group is not null) plan = plan.Within(_group);
        SandboxProcess child = _child = await SandboxProcess.StartAsync(plan).ConfigureAwait(false);
        var open = new OpenMessage
        {
            Module = plan.Inside.Module!,
            Outputs = plan.Inside.Outputs!,
            Inputs = [.. _spec.Inputs.Select((input, i) => (input.Key, plan.Inside.Inputs[i]))],
            MemoryBytes = _spec.MemoryBytes,
            Fuel = _spec.FuelPerTask,
            OutputBytes = _spec.OutputBytes,
            Seed = _spec.Seed,
            Parent = _sandbox.Bubblewrap is null ? Environment.ProcessId : 0,
            Filtered = _sandbox.Isolation >= IsolationClass.WasmSeccomp,
        };
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(_options.StartTimeout);
        string fault;
        try
        {
            await Frames.SendAsync(child.Control, FrameKind.Open, open.Encode(), limit.Token).ConfigureAwait(false);
            switch (await Frames.ReceiveAsync(child.Control, limit.Token).ConfigureAwait(false))
            {
                case (FrameKind.Ready, _) when !plan.HasFacts:
                    return;
                case (FrameKind.Ready, _) when child.Hold(LaunchPlan.OutputFolder) is { } outputs:
                    _folder.Hold(outputs);
                    return;
                case (FrameKind.Ready, _):
                    fault = "its folder for outputs cannot be opened from outside";
                    break;
                case (FrameKind.Refused, { } reason):
                    _refusal = Printable.Line(System.Text.Encoding.UTF8.GetString(reason), MostRefusal);
                    await EndChildAsync().ConfigureAwait(false);
                    return;
                case (var kind, _):
                    fault = $"it answered with {kind}";
                    break;
                default:
                    fault = $"it ended with exit code {await child.End.WaitAsync(limit.Token).ConfigureAwait(false)}: {child.ErrorTail()}";
                    break;
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            fault = $"no answer within {_options.StartTimeout.TotalSeconds} s";
        }
        catch (Exception broken) when (broken is SocketException or WireException)
        {
            fault = broken.Message;
        }

        await EndChildAsync().ConfigureAwait(false);
        throw new PeerComputeException(ErrorCode.Host, $"the sandboxed child did not start: {fault}");
    }

    private async Task<TaskReport> RunAsync(TaskSpec task, string run, IProgress<TaskProgress>? progress, CancellationToken cancellation)
    {
        SandboxProcess child = _child!;
        var message = new RunMessage { Index = task.Index, Arguments = task.Arguments, Environment = task.Environment, Folder = run,
            Outputs = task.OutputNames };
        var clock = Stopwatch.StartNew();
        await GiveAsync(child, message, cancellation).ConfigureAwait(false);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        long fuel = 0;
        TimeSpan nextReport = TimeSpan.Zero, nextLook = LookAtDisk;
        bool gone = false;
        Task<(FrameKind Kind, byte[] Message)?> frame = Frames.ReceiveAsync(child.Control, stop.Token);
        while (true)
        {
            TimeSpan left = _spec.WallPerTask - clock.Elapsed;
            TimeSpan pause = left < LookAtDisk ? left : LookAtDisk;
            if (pause > TimeSpan.Zero) await Task.WhenAny(frame, Task.Delay(pause, stop.Token)).ConfigureAwait(false);
            if (frame.IsCompleted)
            {
                switch (await frame.ConfigureAwait(false))
                {
                    case (FrameKind.Progress, { } used):
                        fuel = Math.Clamp(used.Length == sizeof(long) ? BitConverter.ToInt64(used) : 0, fuel, _spec.FuelPerTask);
                        if (clock.Elapsed >= nextReport)
                        {
                            progress?.Report(new TaskProgress(task.Index, fuel));
                            nextReport = clock.Elapsed + ProgressInterval;
                        }

                        else
                        {
                            await Task.Delay(PauseOfFlood, CancellationToken.None).ConfigureAwait(false); // an engine tells it five times a second
                        }

                        break;
                    case (FrameKind.Done, { } done):
                        return Conclude(task, run, Plausible(DoneMessage.Decode(done), clock.Elapsed), clock.Elapsed);
                    default:
                        return await ChildLostAsync(task, fuel, clock.Elapsed).ConfigureAwait(false);
                }

                frame = Frames.ReceiveAsync(child.Control, stop.Token);
            }

            // However much a child has to say, clock and disk are looked at.
            cancellation.ThrowIfCancellationRequested();
            bool late = clock.Elapsed >= _spec.WallPerTask;
            if (!late && clock.Elapsed < nextLook) continue;
            nextLook = clock.Elapsed + LookAtDisk;

            // Bubblewrap may be killed without what is in it; what the child said last was there to be read since the last look.
            if (gone) return await ChildLostAsync(task, fuel, clock.Elapsed).ConfigureAwait(false);
            gone = child.End.IsCompleted;
            if (!late && _folder.Size() <= _spec.OutputBytes) continue;

            // The reader of the dead child ends with it.
            await EndChildAsync().ConfigureAwait(false);
            await ((Task)frame).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return late ? Reports.WallClock(task, _spec, fuel, clock.Elapsed) : Reports.OutputLimit(task, _spec, fuel, clock.Elapsed, null);
        }
    }

    private async Task GiveAsync(SandboxProcess child, RunMessage task, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(_options.StartTimeout);
        try
        {
            await Frames.SendAsync(child.Control, FrameKind.Run, task.Encode(), limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new PeerComputeException(ErrorCode.Host, $"the sandboxed child took no task within {_options.StartTimeout.TotalSeconds} s");
        }
    }

    /// <summary>What a child says of a task, within what can be: it may have been taken over.</summary>
    private DoneMessage Plausible(DoneMessage done, TimeSpan wall) => done with
    {
        Fuel = Math.Clamp(done.Fuel, 0, _spec.FuelPerTask),
        PeakMemoryBytes = Math.Clamp(done.PeakMemoryBytes, 0, _spec.MemoryBytes),
        CompileMicros = Math.Clamp(done.CompileMicros, 0, (long)wall.TotalMicroseconds),
        CodeBytes = Math.Clamp(done.CodeBytes, 0, LaunchPlan.HeapBytes),
        Interpreted = Math.Max(done.Interpreted, 0),
        Detail = Printable.Line(done.Detail),
    };

    private TaskReport Conclude(TaskSpec task, string run, DoneMessage done, TimeSpan wall)
    {
        long written = _folder.Size();
        if (done.OutputRefused || written > _spec.OutputBytes) return Reports.OutputLimit(task, _spec, done.Fuel, wall, done);
        if (Reports.GuestFault(task, _spec, done, wall) is { } fault) return fault;
        var outputs = new List<OutputFile>(task.OutputNames.Count);
        int trees = 0;
        long left = _spec.OutputBytes; // a captured child may still be writing: all that is copied together has a bound
        for (int i = 0; i < task.OutputNames.Count; i++)
        {
            string name = task.OutputNames[i];
            if (FolderNames.IsFolder(name))
            {
                FolderTree tree = trees < done.Trees.Count ? done.Trees[trees++] : FolderTree.Missing;
                if (_folder.TakeFolder(run, tree, name, ref left, out string refusal) is not { } packed)
                    return Reports.MissingOutput(task, name, done, wall, refusal);
                outputs.Add(packed);
                continue;
            }

            if (i >= done.Files.Count || _folder.Take(run, done.Files[i], name, ref left) is not { } file) return Reports.MissingOutput(task, name, done, wall);
            outputs.Add(file);
        }

        if (outputs.Sum(static output => output.Size) > _spec.OutputBytes) return Reports.OutputLimit(task, _spec, done.Fuel, wall, done);
        return Reports.Ended(task, done, wall) with { Outputs = outputs };
    }

    private async Task<TaskReport> ChildLostAsync(TaskSpec task, long fuel, TimeSpan wall)
    {
        SandboxProcess child = _child!;
        child.Kill();
        int code = await child.End.ConfigureAwait(false);
        string said = child.ErrorTail();
        await EndChildAsync().ConfigureAwait(false);
        return Reports.HostFault(task, $"the sandboxed child ended with exit code {code}{(said.Length > 0 ? ": " + said : "")}", fuel, wall);
    }

    /// <summary>Ends a child that has left what an engine never leaves, so that the next task begins with a new one in an empty folder.</summary>
    private async Task EndWithDebrisAsync()
    {
        await EndChildAsync().ConfigureAwait(false);
        try
        {
            _folder.Clear();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // The disk itself fails: the next task will say so.
        }
    }

    private async Task EndChildAsync()
    {
        _folder.LetGo();
        if (_child is { } child)
        {
            _child = null;
            await child.DisposeAsync().ConfigureAwait(false);
        }

        if (_group is { } group)
        {
            _group = null;
            await group.RemoveAsync().ConfigureAwait(false);
        }
    }
}
