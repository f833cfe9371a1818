// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using PeerCompute.Cli.Demo;
using PeerCompute.Cli.Output;
using PeerCompute.Simulator;
using PeerCompute.Simulator.Reality;
using PeerCompute.Wire.Common;

namespace PeerCompute.Cli.Reality;

/// <summary>A scenario as real processes, in real time: from the first daemon to the last job. Nothing of it is left behind.</summary>
internal sealed class RealRun(RealPlan plan, Terminal terminal)
{
    /// <summary>Daemons that start side by side: each takes a processor for a while.</summary>
    private const int StartsAtOnce = 4;

    /// <summary>How long leases may be settled after the last job.</summary>
    private const long CalmMicros = 5_000_000;

    private readonly List<RealSample> _samples = [];
    private readonly List<Task> _doing = [];
    private readonly Stopwatch _clock = new();
    private RealProcess[] _nodes = [];
    private RealJobs _jobs = null!;
    private long _zeroMs;

    /// <summary>Times that a node was killed.</summary>
    public int Crashes { get; private set; }

    /// <summary>Moments of the run.</summary>
    public IReadOnlyList<RealSample> Samples => _samples;

    /// <summary>What came of the jobs.</summary>
    public IReadOnlyList<JobRow> Jobs => _jobs.Rows(_zeroMs);

    private long Micros => _clock.ElapsedTicks * 1_000_000 / Stopwatch.Frequency;

    /// <summary>Runs it.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        using var folder = DemoFolder.Make(null);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var places = new RealPlaces(plan, Environment.ProcessId);
        var network = NetworkId.Of(RandomNumberGenerator.GetBytes(NetworkId.Bytes));
        _nodes = [.. plan.Nodes.Select(node => new RealProcess(node, HomeOf(folder, node), folder))];
        _jobs = new RealJobs(places, _nodes, folder);
        try
        {
            foreach (var node in plan.Nodes) places.Settle(node, HomeOf(folder, node), network);
            await BeginAsync(end.Token);
            _clock.Start();
            _zeroMs = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
            await FollowAsync(end.Token);
        }
        finally
        {
            await end.CancelAsync();
            await ((Task)Task.WhenAll(_doing)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await Task.WhenAll(_nodes.Select(static node => node.DisposeAsync().AsTask()));
            terminal.Progress("");
        }
    }

    private static string HomeOf(DemoFolder folder, RealNode node) => Path.Combine(folder.Nodes, node.Index.ToString(CultureInfo.InvariantCulture));

    /// <summary>Starts who is up at the beginning: those that others begin with one after the other.</summary>
    private async Task BeginAsync(CancellationToken cancel)
    {
        var started = 0;
        foreach (var few in plan.First.Where(node => node < plan.Bootstrap).Select(static node => new[] { node })
            .Concat(plan.First.Where(node => node >= plan.Bootstrap).Chunk(StartsAtOnce)))
        {
            terminal.Progress($"{started} of {plan.First.Length} daemons run");
            await Task.WhenAll(few.Select(node => _nodes[node].StartAsync(cancel)));
            started += few.Length;
        }
    }

    /// <summary>Does all at its time, until every job has ended or the time is over.</summary>
    private async Task FollowAsync(CancellationToken cancel)
    {
        var (changes, jobs) = (new Queue<RealChange>(plan.Changes), new Queue<RealJob>(plan.Jobs));
        var (sample, calm) = (0L, long.MaxValue);
        while (Micros < Math.Min(plan.EndMicros, calm))
        {
            while (changes.TryPeek(out var change) && change.AtMicros <= Micros) Begin(ChangeAsync(changes.Dequeue(), cancel));
            while (jobs.TryPeek(out var job) && job.AtMicros <= Micros) Begin(_jobs.SubmitAsync(jobs.Dequeue(), cancel));
            if (sample <= Micros)
            {
                await SampleAsync(cancel);
                sample = (Micros / plan.SampleMicros * plan.SampleMicros) + plan.SampleMicros;
                if (calm == long.MaxValue && _samples[^1].JobsEnded == plan.Jobs.Length) calm = Micros + CalmMicros;
            }

            foreach (var task in _doing.Where(static task => task.IsFaulted)) await task;
            _doing.RemoveAll(static task => task.IsCompleted);
            var next = Math.Min(Math.Min(changes.TryPeek(out var c) ? c.AtMicros : long.MaxValue, jobs.TryPeek(out var j) ? j.AtMicros : long.MaxValue),
                Math.Min(sample, Math.Min(plan.EndMicros, calm)));
            var wait = next - Micros;
            if (wait > 0) await Task.Delay(TimeSpan.FromMicroseconds(wait), cancel);
        }

        await SampleAsync(cancel);
    }

    private void Begin(Task task) => _doing.Add(task);

    private async Task ChangeAsync(RealChange change, CancellationToken cancel)
    {
        var node = _nodes[change.Node];
        if (change.Up)
        {
            await node.StartAsync(cancel);
            return;
        }

        Crashes += node.Up ? 1 : 0;
        await node.KillAsync(cancel);
    }

    private async Task SampleAsync(CancellationToken cancel)
    {
        var at = Micros;
        await Task.WhenAll(_nodes.Select(node => node.AskAsync(cancel)));
        await _jobs.LookAsync(cancel);
        var rows = Jobs;
        var (sent, links) = (default(RealTraffic), 0);
        foreach (var node in _nodes) (sent, links) = (sent.Plus(node.Sent), links + node.Links);
        var ended = rows.Count(static row => row.EndedMs >= 0);
        _samples.Add(new RealSample(
            at, _nodes.Count(static node => node.Up), links / 2, rows.Count, ended, rows.Sum(static row => row.TasksAccepted),
            rows.Sum(static row => row.Leases), sent));
        terminal.Progress(string.Create(
            CultureInfo.InvariantCulture,
            $"{at / 1_000_000} of at most {plan.EndMicros / 1_000_000} seconds, {_samples[^1].NodesUp} daemons, {ended} of {plan.Jobs.Length} jobs"));
    }
}
