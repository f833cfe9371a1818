// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Execution.Runs;
using PeerCompute.Execution.Supervising;
using PeerCompute.Execution.Tests.Sandbox;

namespace PeerCompute.Execution.Tests.Supervising;

/// <summary>Random lives of leases in one home: what happens to each is drawn, and what must come of it is known.</summary>
internal sealed class Lives : IAsyncDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(5);

    private readonly Random _random;
    private readonly string _root;
    private readonly string? _smallDisk;
    private readonly WasmExecutor _executor;
    private readonly SortedDictionary<string, int> _seen = new(StringComparer.Ordinal);
    private readonly HashSet<int> _makers = [Environment.ProcessId];
    private IRunHost? _host;
    private string _folder = "";
    private ILeaseRun? _run;
    private ulong _task;
    private int _lease;

    public Lives(string root, string script, string? smallDisk, int seed)
    {
        (_root, _smallDisk, _random) = (root, smallDisk, new Random(seed));
        _executor = new WasmExecutor(FastChild.Options(script));
        Directory.CreateDirectory(Work);
    }

    /// <summary>Folder of the runs.</summary>
    public string Work => Path.Combine(_root, "work");

    /// <summary>How often what happened.</summary>
    public string Seen => string.Join(", ", _seen.Select(what => $"{what.Key} {what.Value}"));

    /// <summary>Who made control groups.</summary>
    public IReadOnlyCollection<int> Makers => _makers;

    /// <summary>The supervisor that lives, or 0.</summary>
    public int Supervisor => Records.ReadRecord() is { Lives: true } supervisor ? supervisor.Pid : 0;

    private SupervisorFolder Records => new(Path.Combine(_root, "runs"));

    /// <summary>One life of a lease, from its start to its end.</summary>
    public async Task LiveAsync()
    {
        bool direct = _random.Next(4) == 0;
        IRunHost host = direct ? new DirectHost(_executor) : _host ??= await OpenAsync();
        if (await StartAsync(host, _random.Next(12) switch { 0 => "dies", 1 => "refused", _ => "fine" }))
        {
            for (int step = _random.Next(1, 4); step > 0 && _run is not null; step--) await StepAsync(direct);
            if (_run is not null) await _run.DisposeAsync();
            _run = null;
        }

        if (Supervisor is var supervisor and not 0) _makers.Add(supervisor);
    }

    /// <summary>The node ends while a task runs, and none comes after it.</summary>
    public async Task OrphanAsync()
    {
        await using SupervisedHost host = await SupervisedHost.OpenAsync(Options(TimeSpan.FromSeconds(2)), new DirectHost(_executor), default);
        try
        {
            await StartAsync(host, "fine");
        }
        catch (PeerComputeException e) when (e.Code == ErrorCode.Host)
        {
            if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
            Count($"orphan that did not start ({e.Message})"); // a machine so busy that two seconds are too short
            return;
        }

        _makers.Add(Supervisor);
        using var stop = new CancellationTokenSource();
        Task<TaskReport> task = TaskAsync("spin", stop.Token);
        host.Leave();
        await ((Task)task).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _run = null;
        Count("orphan");
    }

    /// <summary>Lets the node end; an idle supervisor goes with it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_host is not null) await _host.DisposeAsync();
        _host = null;
    }

    private async Task StepAsync(bool direct)
    {
        switch (_random.Next(direct ? 9 : 13))
        {
            case 0: await EndsAsync("quit", FaultKind.Host); break;
            case 1: await EndsAsync("garbage", FaultKind.Host); break;
            case 2: await EndsAsync("flood", FaultKind.OutputLimit); break;
            case 3: await EndsAsync("forks", FaultKind.None); break;
            case 4: await CancelAsync(); break;
            case 5: await DisposeInTheMiddleAsync(); break;
            case 6: await KillChildAsync(); break;
            case 7 when _smallDisk is not null: await EndsAsync("full", FaultKind.Host); break;
            case 9 or 10: await RestartAsync(); break;
            case 11: await RestartOverTheEndAsync(); break;
            case 12 when _random.Next(4) == 0: await KillSupervisorAsync(); break;
            default: await EndsAsync(_random.Next(2) == 0 ? "well" : "writes", FaultKind.None); break;
        }
    }

    private async Task<bool> StartAsync(IRunHost host, string how)
    {
        string key = $"lease-{_lease++}";
        bool small = _smallDisk is not null && _random.Next(3) == 0;
        _folder = Path.Combine(small ? _smallDisk! : Work, key);
        Directory.CreateDirectory(_folder);
        string module = Path.Combine(_folder, "module.wasm");
        await File.WriteAllTextAsync(module, how);
        var spec = new LeaseRunSpec { ModulePath = module, WorkRoot = Path.Combine(_folder, "run"), WallPerTask = Long, OutputBytes = 2 << 20 };
        try
        {
            _run = await host.StartAsync(key, _folder, spec, default);
        }
        catch (PeerComputeException e) when (e.Code == ErrorCode.Host && how == "dies")
        {
            Directory.Delete(_folder, recursive: true);
            Count(how);
            return false;
        }

        Assert.That(how, Is.Not.EqualTo("dies"));
        if (how != "refused") return true;
        Count(how);
        Assert.That((await TaskAsync("well", default)).Fault, Is.EqualTo(FaultKind.ModuleInvalid));
        await _run.DisposeAsync();
        return false;
    }

    private async Task<TaskReport> TaskAsync(string what, CancellationToken stop, IProgress<TaskProgress>? progress = null)
    {
        Count(what);
        string[] outputs = what is "writes" or "full" ? ["result.txt"] : [];
        return await _run!.RunTaskAsync(new TaskSpec { Index = _task++, Arguments = [what], OutputNames = outputs }, progress, stop);
    }

    private async Task EndsAsync(string what, FaultKind fault)
    {
        bool disk = _smallDisk is not null && _folder.StartsWith(_smallDisk, StringComparison.Ordinal);
        if (what == "full" && !disk) what = "well";
        fault = what is "well" or "writes" ? FaultKind.None : fault;
        TaskReport report = await TaskAsync(what, default);
        Assert.That(report.Fault, Is.EqualTo(fault), $"{what}: {report.Text}");
        if (what == "writes") Assert.That(await File.ReadAllTextAsync(report.Outputs.Single().Path), Is.EqualTo("result"));
    }

    private async Task CancelAsync()
    {
        using var stop = new CancellationTokenSource();
        Task<TaskReport> task = TaskAsync("spin", stop.Token);
        await Task.Delay(_random.Next(20));
        await stop.CancelAsync();
        Assert.That(async () => await task, Throws.InstanceOf<OperationCanceledException>());
        Count("cancelled");
        await _run!.DisposeAsync();
        _run = null;
    }

    private async Task DisposeInTheMiddleAsync()
    {
        Task<TaskReport> task = TaskAsync("spin", default);
        await Task.Delay(_random.Next(20));
        await _run!.DisposeAsync();
        await ((Task)task).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _run = null;
        Count("disposed of");
    }

    private async Task KillChildAsync()
    {
        var begun = new Begun();
        Task<TaskReport> task = TaskAsync("spin", default, begun);
        await Task.WhenAny(begun.Progress, task);
        ProcessIdentity.Of(Processes.With($"/app/{Path.GetFileName(_root)}.pl"))?.Kill();
        Assert.That((await task).Fault, Is.EqualTo(FaultKind.Host));
        Count("child killed");
    }

    private async Task KillSupervisorAsync()
    {
        Task<TaskReport> task = TaskAsync("spin", default);
        _makers.Add(Supervisor);
        Records.ReadRecord()!.Kill();
        Assert.That((await task).Fault, Is.EqualTo(FaultKind.Host));
        await _run!.DisposeAsync();
        _run = null;
        Count("supervisor killed");
    }

    /// <summary>The node's process ends in the middle of a task, and its next one claims the run and waits for the same task.</summary>
    private async Task RestartAsync()
    {
        Task<TaskReport> task = TaskAsync("slow", default);
        await Task.Delay(_random.Next(20));
        await ClaimAfterRestartAsync(task);
        _task--;
        Assert.That((await TaskAsync("slow", default)).Fault, Is.EqualTo(FaultKind.None));
        Count("restart");
    }

    /// <summary>The same, and the task ends while no process of the node is there.</summary>
    private async Task RestartOverTheEndAsync()
    {
        Task<TaskReport> task = TaskAsync("writes", default);
        await ClaimAfterRestartAsync(task);
        _task--;
        TaskReport report = await TaskAsync("writes", default);
        Assert.That(await File.ReadAllTextAsync(report.Outputs.Single().Path), Is.EqualTo("result"), report.Text);
        Count("restart over an end");
    }

    private async Task ClaimAfterRestartAsync(Task task)
    {
        ((SupervisedHost)_host!).Leave();
        await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _host.DisposeAsync();
        _host = await OpenAsync();
        string key = _host.Unclaimed.Single();
        _run = await _host.ClaimAsync(key, default);
        Assert.That(_run, Is.Not.Null, "the run goes on");
    }

    private async Task<IRunHost> OpenAsync() => await SupervisedHost.OpenAsync(Options(Long), new DirectHost(_executor), default);

    private SupervisorOptions Options(TimeSpan outlive) =>
        new() { Folder = Path.Combine(_root, "runs"), Outlive = outlive, Command = Children.Walled.Command, Log = TestContext.Progress.WriteLine };

    private void Count(string what) => _seen[what] = _seen.GetValueOrDefault(what) + 1;
}
