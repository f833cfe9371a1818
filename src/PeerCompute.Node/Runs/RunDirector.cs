// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Text;
using PeerCompute.Base.Checks;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Core.Effects;
using PeerCompute.Core.Events;
using PeerCompute.Core.Runs;
using PeerCompute.Execution.Guests;
using PeerCompute.Execution.Native;
using PeerCompute.Execution.Runs;
using PeerCompute.Node.Blobs;
using PeerCompute.Node.Homes;
using PeerCompute.Node.Images;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Folders;
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
    private readonly NativeSystems _natives;
    private readonly string _work;
    private readonly SemaphoreSlim _slots;
    private readonly SemaphoreSlim _confirmSlots;
    private readonly Dictionary<RunKey, Task> _last = [];
    private int _working;

    /// <summary>A director.</summary>
    /// <param name="host">Has the children.</param>
    /// <param name="store">Module, inputs and outputs.</param>
    /// <param name="natives">What native programs run in.</param>
    /// <param name="work">Folder for plain files.</param>
    /// <param name="slots">Most leases that may ever run at a time; the machine keeps to what is lent now.</param>
    /// <param name="confirmSlots">Confirmations that run at a time.</param>
    public RunDirector(IRunHost host, BlobStore store, NativeSystems natives, string work, int slots, int confirmSlots)
    {
        (_host, _store, _natives, _work) = (host, store, natives, work);
        (_slots, _confirmSlots) = (new SemaphoreSlim(slots, slots), new SemaphoreSlim(confirmSlots, confirmSlots));
    }

    /// <summary>Runs of others' leases of which something is left: a child, or files.</summary>
    public int Working => Volatile.Read(ref _working);

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
                if (_last[run.Run] == over.Task) _last.Remove(run.Run);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _slots.Dispose();
        _confirmSlots.Dispose();
    }

    /// <summary>What the guest takes for randomness starts from the spec: worker and confirmer see the same.</summary>
    internal static ulong Seed(JobSpec spec)
        => BinaryPrimitives.ReadUInt64BigEndian(new HashBuilder("peercompute/1/guest-seed").Add(spec.Hash()).Hash().ToArray());

    /// <summary>
    /// What a task produced, in the form that is hashed and compared. A fault of the program is an outcome like any other; of a program
    /// that was stopped only the fault's name counts, since what it had written by then depends on when it was stopped.
    /// </summary>
    internal static async Task<TaskBundle> BundleAsync(TaskReport report, CancellationToken stop)
    {
        if (FaultName(report.Fault) is { Length: > 0 } fault) return new TaskBundle(0, fault, [], default);
        var files = new List<Wire.Leases.OutputFile>();
        foreach (var output in report.Outputs) files.Add(new(output.Name, await File.ReadAllBytesAsync(output.Path, stop).ConfigureAwait(false)));
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
        if (others) Interlocked.Increment(ref _working);
        try
        {
            await RunTasksAsync(run, post, stop).ConfigureAwait(false);
        }
        finally
        {
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
            await using var lease = await _host.ClaimAsync(key, stop).ConfigureAwait(false) ?? await StartAsync(key, run.Spec, stop).ConfigureAwait(false);
            foreach (var next in run.Tasks)
            {
                task = next;
                FaultPoint.Hit("run.task.before");
                await post(new TaskBegan(run.Run, task)).ConfigureAwait(false);
                var report = await lease.RunTaskAsync(Describe(run, task), null, stop).ConfigureAwait(false);
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
                : e is PeerComputeException { Code: ErrorCode.BadInput } ? FailKind.Spec // ErrorCode.Refused: what the program needs is gone from this host
                : FailKind.Host;
            await post(new RunBroke(run.Run, kind, task, e.Message)).ConfigureAwait(false);
        }
    }

    private async Task<ILeaseRun> StartAsync(string key, JobSpec spec, CancellationToken stop)
    {
        var folder = Path.Combine(_work, key[..16] + Path.GetRandomFileName()[..8]);
        try
        {
            Disk.MakeFolder(folder);
            return await _host.StartAsync(key, folder, await PrepareAsync(spec, folder, stop).ConfigureAwait(false), stop).ConfigureAwait(false);
        }
        catch
        {
            if (!_host.HasLeft) Debris.Remove(folder); // what is left goes at the next start
            throw;
        }
    }

    /// <summary>Lays out the plain files of a run.</summary>
    private async Task<LeaseRunSpec> PrepareAsync(JobSpec spec, string folder, CancellationToken stop)
    {
        var native = spec.Native is { } semantics ? Native(spec.Limits, spec.Isolation, _natives.Find(semantics)) : null;
        var module = spec.Module is { } blob ? await OpenAsync("module", blob, Path.Combine(folder, "module.wasm"), stop).ConfigureAwait(false) : null;
        var inputs = new List<KeyValuePair<string, string>>(spec.Inputs.Length);
        foreach (var input in spec.Inputs)
        {
            var path = Path.Combine(folder, "input-" + inputs.Count.ToString(System.Globalization.CultureInfo.InvariantCulture));
            inputs.Add(new(input.Name, await OpenAsync($"input {input.Name}", input.Blob, path, stop).ConfigureAwait(false)));
            if (!FolderNames.IsFolder(input.Name)) continue;
            if (native is not null)
                throw new PeerComputeException(ErrorCode.BadInput, $"input {input.Name} is a folder, which native programs do not get yet.");
            CheckFolder(input.Name, path);
        }

        var root = Path.Combine(folder, "run");
        Disk.MakeFolder(root);
        return new LeaseRunSpec
        {
            ModulePath = module,
            Native = native,
            Inputs = inputs,
            MemoryBytes = (long)spec.Limits.MemoryBytes,
            FuelPerTask = (long)spec.Limits.Fuel,
            WallPerTask = TimeSpan.FromMilliseconds(spec.Limits.WallMs),
            OutputBytes = (long)spec.Limits.OutputBytes,
            WorkRoot = root,
            Seed = Seed(spec),
        };
    }

    private NativeLease Native(TaskLimits limits, string isolation, NativeSystem system) => new()
    {
        System = system,
        WorkBytes = (long)limits.WorkBytes,
        Processes = (int)limits.Processes,
        CpuMillis = (int)limits.Cores * 1000,
        Isolation = isolation == NativeIsolation.Strict.Name() ? NativeIsolation.Strict : _natives.Isolation, // never below what was advertised
    };

    /// <summary>A packed folder is looked through before anything is started: the sandbox gets none that breaks a rule.</summary>
    private static void CheckFolder(string name, string path)
    {
        try
        {
            PackedInput.Open(path).Check();
        }
        catch (WireException e)
        {
            throw new PeerComputeException(ErrorCode.BadInput, $"input {name} cannot be used as a folder: {e.Message}.", e);
        }
    }

    private async Task<string> OpenAsync(string what, BlobRef blob, string path, CancellationToken stop)
    {
        using var file = Disk.Create(path);
        try
        {
            await Disk.GuardAsync(path, async () =>
            {
                await _store.OpenAsync(blob, file, stop).ConfigureAwait(false);
                return true;
            }).ConfigureAwait(false);
            return path;
        }
        catch (PeerComputeException e) when (e.Code is ErrorCode.NotAuthentic or ErrorCode.NotFound)
        {
            throw new PeerComputeException(e.Code, $"{what}: {e.Message}", e);
        }
    }

    private async Task<TaskResult> KeepAsync(StartRun run, uint task, TaskReport report, CancellationToken stop)
    {
        var bundle = await BundleAsync(report, stop).ConfigureAwait(false);
        var bytes = bundle.Encode();
        BlobRef? blob = null;
        if (run.Run.Role == RunRole.Work)
        {
            using var plain = new MemoryStream(bytes, writable: false);
            blob = await _store.PutAsync(plain, StartRun.ContentKey(run.OutputKey.Span, task), TaskBundle.MaxBytes, stop).ConfigureAwait(false);
        }

        var fault = bundle.Succeeded ? "" : WithoutSecrets(Words(report), run.Secrets);
        return new TaskResult(task, Hash32.Of(bytes), blob, (ulong)bytes.Length, (ulong)report.Fuel, (ulong)report.Wall.TotalMilliseconds, fault);
    }
}
