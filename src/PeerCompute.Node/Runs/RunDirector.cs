// SPDX-License-Identifier: Apache-2.0
using System.Text;
using PeerCompute.Base.Checks;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Core.Effects;
using PeerCompute.Core.Events;
using PeerCompute.Core.Runs;
using PeerCompute.Execution.Runs;
using PeerCompute.Node.Blobs;
using PeerCompute.Node.Checkpoints;
using PeerCompute.Node.Homes;
using PeerCompute.Node.Images;
using PeerCompute.Trust.Forms;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Node.Runs;

/// <summary>
/// Runs the tasks of a lease in one sandboxed child. Plain bytes lie in the run's own folder only, and only while it runs; what a task
/// produced goes into the store, encrypted, before anybody is told of it. A run that an earlier process of the node began is taken over.
/// </summary>
internal sealed class RunDirector : IRunDirector, IDisposable
{
    private readonly IRunHost _host;
    private readonly BlobStore _store;
    private readonly RunFiles _files;
    private readonly string _work;
    private readonly SemaphoreSlim _slots;
    private readonly SemaphoreSlim _confirmSlots;
    private readonly Dictionary<RunKey, Task> _last = [];
    private readonly CheckpointedTask _checkpoints;
    private readonly EasedRuns _eased = new();
    private int _working, _onDevice;

    /// <summary>A director.</summary>
    /// <param name="host">Has the children.</param>
    /// <param name="store">Module, inputs and outputs.</param>
    /// <param name="natives">What native programs run in.</param>
    /// <param name="work">Folder for plain files.</param>
    /// <param name="slots">Most leases that may ever run at a time; the machine keeps to what is lent now.</param>
    /// <param name="confirmSlots">Confirmations that run at a time.</param>
    public RunDirector(IRunHost host, BlobStore store, NativeSystems natives, string work, int slots, int confirmSlots)
    {
        _checkpoints = new CheckpointedTask(store, line => Log(line));
        (_host, _store, _files, _work) = (host, store, new RunFiles(store, natives), work);
        (_slots, _confirmSlots) = (new SemaphoreSlim(slots, slots), new SemaphoreSlim(confirmSlots, confirmSlots));
    }

    /// <summary>Takes lines for the operator.</summary>
    public Action<string> Log { get; init; } = static _ => { };

    /// <summary>Runs of others' leases of which something is left: a child, or files.</summary>
    public int Working => Volatile.Read(ref _working);

    /// <summary>Runs, of own jobs too, of which something has the device.</summary>
    public int OnDevice => Volatile.Read(ref _onDevice);

    /// <summary>What a run is called where its child lives.</summary>
    public static string KeyOf(RunKey run) => $"{run.LeaseId}-{run.Role}".ToLowerInvariant();

    /// <inheritdoc/>
    public async Task RunAsync(StartRun run, Func<NodeEvent, ValueTask> post, CancellationToken stop)
    {
        var over = new TaskCompletionSource();
        Task before;
        lock (_last)
        {
            before = _last.GetValueOrDefault(run.Run, Task.CompletedTask);
            _last[run.Run] = over.Task;
        }

        try
        {
            await before.ConfigureAwait(false); // a run that was told to end is gone before its key lives again
            await TakeSlotAsync(run, post, stop).ConfigureAwait(false);
        }
        finally
        {
            over.SetResult();
            lock (_last)
            {
                if (_last[run.Run] == over.Task)
                {
                    _last.Remove(run.Run);
                    _eased.Forget(run.Run);
                }
            }
        }
    }

    /// <inheritdoc/>
    public void Ease(EaseRun ease) => _eased.Ask(ease);

    /// <inheritdoc/>
    public void Dispose()
    {
        _slots.Dispose();
        _confirmSlots.Dispose();
    }

    /// <summary>
    /// What a task produced, in the form that is hashed and compared. A fault of the program is an outcome like any other; of a program
    /// that was stopped only the fault's name counts, since what it had written by then depends on when it was stopped.
    /// </summary>
    internal static async Task<TaskBundle> BundleAsync(TaskReport report, IReadOnlyList<OutputForm> forms, CancellationToken stop)
    {
        if (FaultName(report.Fault) is { Length: > 0 } fault) return new TaskBundle(0, fault, [], default);
        var files = new List<Wire.Leases.OutputFile>();
        foreach (var output in report.Outputs)
        {
            var bytes = await File.ReadAllBytesAsync(output.Path, stop).ConfigureAwait(false);
            foreach (var form in forms.Where(form => form.Output == output.Name))
            {
                if (CanonicalForms.Apply(form.Form, bytes) is not { } canonical) return new TaskBundle(0, "form", [], default);
                bytes = canonical;
            }

            files.Add(new(output.Name, bytes));
        }

        files.Sort(static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        return new TaskBundle((uint)report.ExitCode, "", [.. files], Encoding.UTF8.GetBytes(report.OutputTail));
    }

    private static string FaultName(FaultKind fault) => fault switch
    {
        FaultKind.None or FaultKind.ExitCode => "",
        FaultKind.ModuleInvalid => "module",
        FaultKind.Trap => "trap",
        FaultKind.FuelExhausted => "fuel",
        FaultKind.MemoryLimit => "memory",
        FaultKind.OutputLimit => "output-limit",
        FaultKind.MissingOutput => "missing-output",
        FaultKind.MissingLibrary => "missing-library",
        FaultKind.MissingProgram => "missing-program",
        FaultKind.WorkFull => "work-full",
        FaultKind.ProcessLimit => "processes",
        FaultKind.NetworkRefused => "network",
        FaultKind.ForbiddenCall => "forbidden-call",
        FaultKind.KernelInvalid => "kernels",
        FaultKind.Device => "device",
        _ => throw Invariant.Unreachable($"{fault} is no outcome of a program"),
    };

    /// <summary>Whether a report says nothing about the program: another machine, or this one tomorrow, may see otherwise.</summary>
    private static FailKind? Breaks(TaskReport report, JobSpec spec) => report switch
    {
        { Fault: FaultKind.WallClock } => FailKind.WallTime,
        { Fault: FaultKind.MissingLibrary or FaultKind.MissingProgram } when spec.Native is { IsImage: false } => FailKind.Host,
        { Outcome: TaskOutcome.HostFault } or { Fault: FaultKind.Host } => FailKind.Host,
        _ => null,
    };

    /// <summary>Cause and remedy in one line.</summary>
    private static string Words(TaskReport report) => report.Hint.Length == 0 ? report.Text : $"{report.Text}; {report.Hint}";

    /// <summary>Words about a task, with what the program may have said of its secrets taken out: they are journalled, sent and logged.</summary>
    internal static string WithoutSecrets(string words, JobSecrets secrets)
    {
        foreach (var secret in secrets.Items.OrderByDescending(static s => s.Value.Length))
        {
            if (secret.Value.Length > 0) words = words.Replace(secret.Value, $"[secret {secret.Name}]", StringComparison.Ordinal);
        }

        return words;
    }

    private static TaskSpec Describe(StartRun run, uint task) => new()
    {
        Index = task,
        Arguments = run.Spec.ArgsOf(task),
        Environment = [.. run.Spec.Env, .. run.Secrets.Items.Select(static secret => secret.Name + "=" + secret.Value)],
        OutputNames = run.Spec.Outputs,
    };

    private async Task TakeSlotAsync(StartRun run, Func<NodeEvent, ValueTask> post, CancellationToken stop)
    {
        var others = run.Run.Role == RunRole.Work;
        var slots = others ? _slots : _confirmSlots;
        await slots.WaitAsync(stop).ConfigureAwait(false);
        var device = run.Spec.Native is { UsesDevice: true };
        if (others) Interlocked.Increment(ref _working);
        if (device) Interlocked.Increment(ref _onDevice);
        try
        {
            await RunTasksAsync(run, post, stop).ConfigureAwait(false);
        }
        finally
        {
            if (device) Interlocked.Decrement(ref _onDevice);
            if (others) Interlocked.Decrement(ref _working);
            slots.Release();
        }
    }

    private async Task RunTasksAsync(StartRun run, Func<NodeEvent, ValueTask> post, CancellationToken stop)
    {
        var task = run.Tasks.IsEmpty ? 0 : run.Tasks[0];
        try
        {
            var key = KeyOf(run.Run);
            var claimed = await _host.ClaimAsync(key, stop).ConfigureAwait(false);
            await using var lease = claimed ?? await StartAsync(run, stop).ConfigureAwait(false);
            using var easing = _eased.Enter(run.Run, lease);
            foreach (var next in run.Tasks)
            {
                task = next;
                FaultPoint.Hit("run.task.before");
                await post(new TaskBegan(run.Run, task)).ConfigureAwait(false);
                var said = run.Run.Role == RunRole.Work ? new LiveTeller(run, task, post) : null;
                var report = await _checkpoints.RunAsync(lease, run, Describe(run, task), said, claimed is not null, post, stop).ConfigureAwait(false);
                if (Breaks(report, run.Spec) is { } kind)
                {
                    await post(new RunBroke(run.Run, kind, task, WithoutSecrets(Words(report), run.Secrets))).ConfigureAwait(false);
                    return;
                }

                var result = await KeepAsync(run, task, report, stop).ConfigureAwait(false);
                FaultPoint.Hit("run.task.after");
                await post(new TaskRan(run.Run, result)).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is PeerComputeException or IOException or UnauthorizedAccessException)
        {
            var kind = e is PeerComputeException { Code: ErrorCode.NotAuthentic or ErrorCode.NotFound } ? FailKind.Input
                : e is PeerComputeException { Code: ErrorCode.BadInput } ? FailKind.Spec
                : e is PeerComputeException { Code: ErrorCode.Unavailable } ? FailKind.Owner // ErrorCode.Refused: what the program needs is gone from this host
                : FailKind.Host;
            await post(new RunBroke(run.Run, kind, task, e.Message)).ConfigureAwait(false);
        }
    }

    private async Task<ILeaseRun> StartAsync(StartRun run, CancellationToken stop)
    {
        var key = KeyOf(run.Run);
        var folder = Path.Combine(_work, key[..16] + Path.GetRandomFileName()[..8]);
        try
        {
            Disk.MakeFolder(folder);
            var laid = await _files.LayOutAsync(run.Spec, folder, run.Run.Role == RunRole.Work, stop).ConfigureAwait(false);
            return await _host.StartAsync(key, folder, laid, stop).ConfigureAwait(false);
        }
        catch
        {
            if (!_host.HasLeft) Debris.Remove(folder); // what is left goes at the next start
            throw;
        }
    }

    private async Task<TaskResult> KeepAsync(StartRun run, uint task, TaskReport report, CancellationToken stop)
    {
        var bundle = await BundleAsync(report, run.Spec.Forms, stop).ConfigureAwait(false);
        var bytes = bundle.Encode();
        BlobRef? blob = null;
        if (run.Run.Role == RunRole.Work)
        {
            using var plain = new MemoryStream(bytes, writable: false);
            blob = await _store.PutAsync(plain, StartRun.ContentKey(run.OutputKey.Span, task), TaskBundle.MaxBytes, stop).ConfigureAwait(false);
        }

        var fault = bundle.Succeeded ? "" : WithoutSecrets(report.Fault == FaultKind.None ? bundle.FaultInWords : Words(report), run.Secrets);
        return new TaskResult(task, Hash32.Of(bytes), blob, (ulong)bytes.Length, (ulong)report.Fuel, (ulong)report.Wall.TotalMilliseconds, fault)
        {
            CpuMs = Math.Min((ulong)report.Cpu.TotalMilliseconds, WireLimits.CpuMs),
            PeakMemoryBytes = Math.Min((ulong)report.PeakMemoryBytes, WireLimits.PeakMemoryBytes),
        };
    }
}
