// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using PeerCompute.Base.Crypto;
using PeerCompute.Core.Journal;
using PeerCompute.Core.Runs;

namespace PeerCompute.Cli.Tests.Durability;

/// <summary>
/// A job of one lease between real daemons, whose runs outlive the worker's. One of its tasks is held in its middle: so long the test may take.
/// </summary>
internal sealed class LongTask : IAsyncDisposable
{
    private const int Tasks = 2;
    private const int CountedTo = 150_000_000; // long enough to be caught in the middle of it

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly Pair _pair = new();
    private readonly List<DaemonProcess> _daemons = [];
    private readonly Stopwatch _clock = new();
    private Hash32 _job;

    private LongTask()
    {
    }

    /// <summary>The task's child.</summary>
    public HeldChild Child { get; private set; } = null!;

    /// <summary>The worker's home.</summary>
    public string Home => _pair.Worker.Home;

    /// <summary>What the worker's daemons said.</summary>
    public string Said => _pair.Worker.Said();

    /// <summary>Whether the first supervisor lives.</summary>
    public bool SupervisorLives => HeldChild.StartOf(Supervisor) == SupervisorStart;

    private int Supervisor { get; set; }

    private string? SupervisorStart { get; set; }

    /// <summary>Starts everything and holds the task.</summary>
    public static async Task<LongTask> BeginAsync(int outlive, bool hold = true)
    {
        var life = new LongTask();
        try
        {
            var listen = string.Create(CultureInfo.InvariantCulture, $"/ip4/127.0.0.1/tcp/{life._pair.Port}");
            life._pair.Worker = new DaemonProcess(life.Home, "--listen", listen, "--outlive", outlive.ToString(CultureInfo.InvariantCulture));
            await life._pair.StartAsync();
            var module = Path.Combine(life._pair.Folder, "count.wasm");
            await File.WriteAllBytesAsync(module, CountingModule.To(CountedTo));
            var finding = HeldChild.FindAsync(() => SupervisorOf(life.Home), Patience);
            life._job = await life._pair.SubmitAsync(Tasks, Tasks, module, fuel: "8G", wall: "5m");
            life.Child = await finding;
            if (hold) await life.HoldAsync();
            life.Supervisor = SupervisorOf(life.Home)!.Value;
            life.SupervisorStart = HeldChild.StartOf(life.Supervisor);
            return life;
        }
        catch
        {
            await life.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends the worker's daemon.</summary>
    public async Task EndDaemonAsync(string signal)
    {
        HeldChild.Signal(_pair.Worker.Pid, signal);
        Assert.That(await _pair.Worker.GoneAsync(Patience), "the daemon ends");
    }

    /// <summary>Starts the worker's daemon again.</summary>
    public async Task StartDaemonAsync() => Assert.That(await _pair.Worker.StartAsync(), Is.True, _pair.Worker.Said());

    /// <summary>Kills the supervisor.</summary>
    public async Task KillSupervisorAsync()
    {
        HeldChild.Signal(Supervisor, "KILL");
        await UntilAsync(() => !SupervisorLives, "the supervisor ends");
    }

    /// <summary>The issuer gives the job up.</summary>
    public Task CancelJobAsync() => _pair.Client.Client.CancelAsync(_job, CancellationToken.None);

    /// <summary>Waits until the job was accepted.</summary>
    public Task AcceptedAsync(string when) => _pair.AcceptedAsync(_job, when);

    /// <summary>Each task has one result; that of the held one spans the whole time of its hold, so it did not begin anew.</summary>
    public async Task RanOnceAsync()
    {
        await _pair.Worker.KillAsync();
        TaskKept[] kept = [.. JournalAudit.Read(Home).OfType<TaskKept>().Where(static ran => ran.Run.Role == RunRole.Work)];
        Assert.That(kept.Select(static ran => ran.Result.Task), Is.EqualTo(Enumerable.Range(0, Tasks)));
        Assert.That(kept.Max(static ran => ran.Result.RunMs), Is.GreaterThanOrEqualTo((ulong)HeldFor.TotalMilliseconds), "one of them was held");
    }

    /// <summary>How long the child was held.</summary>
    public TimeSpan HeldFor { get; private set; }

    /// <summary>Lets the child go on.</summary>
    public void Continue()
    {
        HeldFor = _clock.Elapsed;
        Child.Continue();
    }

    /// <summary>Folders of runs in the home.</summary>
    public string[] WorkFolders() => Directory.GetDirectories(Path.Combine(Home, "work"));

    /// <summary>Folders of tasks that have not ended.</summary>
    public string[] TaskFolders() => Child.TaskFolders();

    /// <summary>Waits for a condition.</summary>
    public async Task UntilAsync(Func<bool> holds, string what)
    {
        var clock = Stopwatch.StartNew();
        while (!holds())
        {
            Assert.That(clock.Elapsed, Is.LessThan(Patience), $"{what}\n{Said}");
            await Task.Delay(20);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _pair.Worker.DisposeAsync();
        File.Delete(Path.Combine(Home, "runs", "life"));
        if (Supervisor != 0) await UntilAsync(() => !SupervisorLives && SupervisorOf(Home) is null, "the supervisor ends without its lease of life");
        await _pair.DisposeAsync();
    }

    private async Task HoldAsync()
    {
        await UntilAsync(() => TaskFolders().Length > 0, "a task begins");
        Child.Hold();
        _clock.Start();
        await Task.Delay(200); // what the child said before is heard by now; if not, RanOnceAsync says so
        Assert.That(TaskFolders(), Has.Length.EqualTo(1), "a task is in its middle");
    }

    private static int? SupervisorOf(string home)
    {
        try
        {
            var pid = (int)JsonNode.Parse(File.ReadAllText(Path.Combine(home, "runs", "record")))!["Pid"]!;
            return HeldChild.StartOf(pid) is null ? null : pid;
        }
        catch (Exception e) when (e is IOException or System.Text.Json.JsonException)
        {
            return null;
        }
    }
}
