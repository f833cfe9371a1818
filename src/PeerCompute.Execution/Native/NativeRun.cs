// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Linux;
using PeerCompute.Execution.Checkpoints;
using PeerCompute.Execution.Groups;
using PeerCompute.Execution.Sandbox;

namespace PeerCompute.Execution.Native;

/// <summary>
/// One native program from its start to the end of everything that it started. A launcher builds the walls and then waits at a gate, until the
/// limits are set from outside and the work folder is held; the program begins behind the gate.
/// </summary>
internal sealed class NativeRun : IAsyncDisposable
{
    private static readonly TimeSpan PatienceForDeath = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan BetweenReports = TimeSpan.FromMilliseconds(500);
    private const int ReportsUntilAgain = 10;
    private static readonly TimeSpan LookAtFiles = TimeSpan.FromMilliseconds(100);
    private readonly INativeLauncher _launcher;
    private readonly NativeRunSpec _spec;
    private readonly ControlGroup? _group;
    private readonly StreamBudget _budget;
    private readonly StreamCapture _output = new(), _errors = new();
    private readonly NetworkWatch _network = new();
    private Spawned? _process;
    private OtherProcess? _first;
    private readonly List<HeldFolder> _counted = [];
    private HeldFolder? _work;

    private NativeRun(INativeLauncher launcher, NativeRunSpec spec, ControlGroup? group)
    {
        _launcher = launcher;
        _spec = spec;
        _group = group;
        _budget = new StreamBudget(spec.OutputBytes);
        if (spec.Live is not null) _errors.Live = new LiveLines();
    }

    /// <summary>Runs a program.</summary>
    /// <param name="launcher">Builds the walls; disposed of at the end.</param>
    /// <param name="spec">What it is given, and its bounds.</param>
    /// <param name="options">How long a start may take.</param>
    /// <param name="group">The control group that everything runs in; removed at the end.</param>
    /// <param name="cancellation">Kills it.</param>
    public static async Task<NativeReport> RunAsync(
        INativeLauncher launcher, NativeRunSpec spec, SandboxOptions options, ControlGroup? group, CancellationToken cancellation)
    {
        var run = new NativeRun(launcher, spec, group);
        await using (run.ConfigureAwait(false))
        {
            await run.StartAsync(options.StartTimeout, cancellation).ConfigureAwait(false);
            return await run.FollowAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await EndAllAsync().ConfigureAwait(false);
        _work?.Dispose();
        foreach (HeldFolder folder in _counted) folder.Dispose();
        _first?.Dispose();
        _output.Dispose();
        _errors.Dispose();
        await _launcher.DisposeAsync().ConfigureAwait(false);
        if (_group is not null) await _group.RemoveAsync().ConfigureAwait(false);
    }

    private async Task StartAsync(TimeSpan patience, CancellationToken cancellation)
    {
        int[] streams = [Libc.Open("/dev/null", 0x80000), _output.TakeWriter(), _errors.TakeWriter()];
        _process = await _launcher.StartAsync(streams, _group, _network).ConfigureAwait(false);
        _output.Begin(_budget);
        _errors.Begin(_budget);
        if (_launcher.OpenFolder is { } open)
        {
            _work = HeldFolder.Open(open);
            return;
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(patience);
        try
        {
            await WallInAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new PeerComputeException(ErrorCode.Host, $"the walls did not stand within {patience.TotalSeconds} s");
        }
    }

    private async Task WallInAsync(CancellationToken cancellation)
    {
        if (await _launcher.StandAsync(_process!, cancellation).ConfigureAwait(false) is not var (first, root))
            throw await UnstartedAsync(cancellation).ConfigureAwait(false);
        _first = first;
        _work = HeldFolder.Open(root + NativePlan.WorkFolder)
            ?? throw new PeerComputeException(ErrorCode.Host, "the work folder cannot be opened from outside");
        if (_group is null)
            _counted.AddRange(new[] { NativePlan.WorkFolder, "/tmp", "/dev/shm" }.Select(folder => HeldFolder.Open(root + folder)).OfType<HeldFolder>());
        if (ResourceLimits.Set(_first, _spec, _launcher.OwnThreads, _group is not null) is { } refused)
            throw new PeerComputeException(ErrorCode.Host, $"the kernel refuses the limit {refused}");
        _launcher.OpenGate();
    }

    private async Task<PeerComputeException> UnstartedAsync(CancellationToken cancellation)
    {
        _process!.Kill();
        int code = await _process.End.WaitAsync(cancellation).ConfigureAwait(false);
        await _errors.End.WaitAsync(cancellation).ConfigureAwait(false);
        return new PeerComputeException(ErrorCode.Host, $"the walls cannot be built, exit code {code}: {_errors.Tail().Trim().ReplaceLineEndings(" | ")}");
    }

    private async Task<NativeReport> FollowAsync(CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task clock = Task.Delay(_spec.Wall, over.Token);
        Task crowded = CrowdedAsync(over.Token);
        Task reports = ReportAsync(over.Token);
        CheckpointTaker? taker = _spec.Checkpoint is { } plan ? new CheckpointTaker(_work!, plan) : null;
        Task taking = taker is null ? Task.CompletedTask : Task.Run(() => taker.RunAsync(over.Token), CancellationToken.None);
        Task<Task> bound = Task.WhenAny(_process!.End, _budget.Exceeded, clock, crowded);
        await Task.WhenAny(bound, _spec.Ease).ConfigureAwait(false);
        bool eased = _spec.Ease.IsCompleted, yielded = eased && await EaseAsync(bound, cancellation).ConfigureAwait(false);
        Task? first = eased ? null : await bound.ConfigureAwait(false);
        TimeSpan wall = Stopwatch.GetElapsedTime(start);
        await over.CancelAsync().ConfigureAwait(false);
        await taking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await EndAllAsync().ConfigureAwait(false);
        if (yielded) taker?.TakeLast();
        cancellation.ThrowIfCancellationRequested();
        await Task.WhenAll(_output.End, _errors.End).WaitAsync(PatienceForDeath, CancellationToken.None).ConfigureAwait(false);
        await reports.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Report();
        int code = await _process.End.ConfigureAwait(false);
        GroupFacts? facts = _group?.Facts();
        var report = new NativeReport
        {
            PeakMemoryBytes = facts?.PeakMemoryBytes ?? 0,
            Cpu = facts?.Cpu ?? TimeSpan.Zero,
            Destinations = _network.Seen,
            ExitCode = first == _process.End ? code : 0,
            Wall = wall,
            StreamBytes = _budget.Used,
            OutputTail = _output.Tail(),
            ErrorTail = _errors.Tail(),
        };
        if (eased) return NativeReports.Eased(report);
        if (_budget.Exceeded.IsCompleted) return NativeReports.OutputLimit(report, _spec);
        if (first == crowded) return NativeReports.TooManyFiles(report);
        if (first != _process.End) return NativeReports.WallClock(report, _spec);
        return code != 0 ? NativeReports.Ended(report, _spec, facts, _work?.Free()) : Outputs.Collect(report, _spec, _work!);
    }

    /// <summary>Tells what is new, and some time after the last news once more: reports may get lost.</summary>
    private async Task ReportAsync(CancellationToken over)
    {
        for (int quiet = ReportsUntilAgain; _spec.Live is not null; quiet++)
        {
            await Task.Delay(BetweenReports, over).ConfigureAwait(false);
            if (Report()) quiet = 0;
            else if (quiet == ReportsUntilAgain - 1) Report(again: true);
        }
    }

    private bool Report(bool again = false)
    {
        if (_errors.Live?.Take(again) is not { } report) return false;
        _spec.Live!(report);
        return true;
    }

    /// <summary>Asks the program to end, and waits as long as it was given for that.</summary>
    /// <param name="bound">It has ended, or reached one of its bounds, which hold meanwhile.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>Whether it has ended by itself: by no signal, so that it was not in the middle of writing.</returns>
    private async Task<bool> EaseAsync(Task bound, CancellationToken cancellation)
    {
        // The first process of the namespace is the program, or bubblewrap's and the program its child. Bubblewrap's pays no heed.
        int first = _first?.Id ?? 0;
        _first?.Terminate();
        foreach (int child in first == 0 ? [] : ProcessTree.ChildrenOf(first))
        {
            using OtherProcess? program = OtherProcess.Open(child);
            if (ProcessTree.ParentOf(child) == first) program?.Terminate();
        }

        Task grace = Task.Delay(await _spec.Ease.ConfigureAwait(false), cancellation);
        await Task.WhenAny(bound, grace).ConfigureAwait(false);
        return _process!.End.IsCompleted && await _process.End.ConfigureAwait(false) < ExitWords.Signalled;
    }

    /// <summary>Ends when the program has made more files than it may.</summary>
    private async Task CrowdedAsync(CancellationToken over)
    {
        if (_counted.Count == 0) await Task.Delay(Timeout.Infinite, over).ConfigureAwait(false);
        while (_counted.Sum(folder => folder.Files()) <= NativePlan.MostFiles) await Task.Delay(LookAtFiles, over).ConfigureAwait(false);
    }

    /// <summary>Kills what is left. The first process of a namespace ends only when all others in it have ended.</summary>
    private async Task EndAllAsync()
    {
        _process?.Kill();
        _first?.Kill();
        if (_process is not null) await _process.End.ConfigureAwait(false);
        long start = Stopwatch.GetTimestamp();
        while (_first is { HasEnded: false } && Stopwatch.GetElapsedTime(start) < PatienceForDeath) await Task.Delay(1).ConfigureAwait(false);
    }
}
