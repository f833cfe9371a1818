// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace PeerCompute.Cli.Tests.Commands;

/// <summary>
/// Tasks that save what they have done, between real processes: three workers are stopped one after another, and the result is that of a run that nobody
/// stopped. The client executes it again from the beginning, so what it accepts is that result anyway; the tests see that the work went on.
/// </summary>
[Platform("Linux")]
[Category("Slow")]
public sealed class CheckpointJobTests
{
    private const string Runtime = "debian-12@12.11", Python = "/usr/bin/python3", Torch = "/usr/lib/python3/dist-packages/torch";
    private const string Crash = "crash", Drain = "drain --now", LendOff = "lend --off --now";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly List<RunningDaemon> _workers = [];
    private Tool _tool = null!;
    private RunningDaemon _client = null!;

    [SetUp]
    public async Task StartAsync()
    {
        Need("/usr/bin/bwrap", "bubblewrap");
        _tool = new Tool();
        foreach (var name in (string[])["client", "worker0", "worker1", "worker2"])
        {
            var home = Path.Combine(_tool.Home, name);
            await DoneAsync("init", "--home", home);
            await DoneAsync("image", "offer", Runtime, "--home", home);
            if (name == "client") _client = await RunningDaemon.StartAsync(_tool, name);
            else _workers.Add(await RunningDaemon.StartAsync(_tool, name));
        }
    }

    [TearDown]
    public async Task StopAsync()
    {
        foreach (var worker in _workers) await worker.DisposeAsync();
        _workers.Clear();
        if (_client is not null) await _client.DisposeAsync();
        _tool?.Dispose();
    }

    [Test]
    public async Task A_task_whose_workers_are_lost_or_taken_back_goes_on_where_it_was()
    {
        _tool.File("count.sh", """
            n=0
            save() { mkdir -p state; cp log state/log.tmp; mv state/log.tmp state/log; }
            trap 'save; exit 0' TERM
            if [ -n "$PEERCOMPUTE_RESUME" ]; then cp "$PEERCOMPUTE_RESUME/log" log; n=$(wc -l <log); echo "::message goes on from step $n" >&2; fi
            while [ $n -lt 300 ]; do
              n=$((n+1)); echo "line $n" >>log; sleep 0.04
              [ $((n % 5)) = 0 ] && { save; echo "::progress $((n / 3))" >&2; }
            done
            cp log out
            """);
        var file = _tool.File("job.yaml", $$"""
            name: count
            runtime: {{Runtime}}
            args: [/bin/sh, count.sh]
            inputs: [count.sh]
            outputs: [out]
            tasks: 1
            limits: {wall: 20m}
            deadline: 40m
            checkpoint: {path: state, every: 1s, max: 64KiB, grace: 30s}
            """);
        await StoppedAsync(file, [Crash, LendOff]);
        var lines = Enumerable.Range(1, 300).Select(static n => $"line {n}\n");
        Assert.That(await File.ReadAllTextAsync(Path.Combine(_tool.Home, "out", "tasks", "0", "out")), Is.EqualTo(string.Concat(lines)));
    }

    [Test]
    public async Task A_training_that_is_stopped_on_three_workers_ends_with_the_loss_curve_of_the_one_that_was_not()
    {
        Need(Torch, "python3-torch");
        var program = Path.Combine(Tool.Sample("training"), "train.py");
        File.Copy(program, Path.Combine(_tool.Home, "train.py"));
        var file = _tool.File("job.yaml", await File.ReadAllTextAsync(Path.Combine(Tool.Sample("training"), "job.yaml")));
        await StoppedAsync(file, [Drain, LendOff, Drain]);
        var alone = Directory.CreateDirectory(Path.Combine(_tool.Home, "alone")).FullName;
        using var process = Process.Start(new ProcessStartInfo(Python, [program, "300", "5"]) { WorkingDirectory = alone, RedirectStandardError = true })!;
        var said = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.That(process.ExitCode, Is.Zero, said);
        var expected = await File.ReadAllBytesAsync(Path.Combine(alone, "loss.csv"));
        Assert.That(expected.Count(static b => b == '\n'), Is.EqualTo(300));
        Assert.That(await File.ReadAllBytesAsync(Path.Combine(_tool.Home, "out", "tasks", "0", "loss.csv")), Is.EqualTo(expected), "byte for byte");
    }

    /// <summary>Runs a job whose worker is stopped, one after another; who was stopped first may work again then.</summary>
    private async Task StoppedAsync(string file, string[] stops)
    {
        string[] to = [.. _workers.SelectMany(static worker => (string[])["--to", worker.Address])];
        var id = (string)(await DoneAsync(["job", "submit", file, "--home", _client.Home, "--json", .. to])).Json["jobId"]!;
        using var watch = _tool.Start("job", "watch", id, "--home", _client.Home, "--json");
        var (seen, steps) = (new HashSet<string>(), new List<int>());
        RunningDaemon? first = null;
        for (var stop = 0; stop <= stops.Length; stop++)
        {
            var lease = await LiveAsync(watch, seen);
            Assert.That(lease, Is.Not.Null, $"the job ended before stop {stop}: {(await DoneAsync("job", "show", id, "--home", _client.Home)).Output}");
            var said = (string?)lease!["live"]!["message"];
            if (said?.Split(' ') is ["goes", "on", "from", "step", var step]) steps.Add(int.Parse(step, CultureInfo.InvariantCulture));
            if (stop == stops.Length) break;
            var worker = _workers.Find(one => one.PeerId == (string)lease["worker"]!)!;
            if (stops[stop] == Crash) await worker.DisposeAsync();
            else await DoneAsync([.. stops[stop].Split(' '), "--home", worker.Home]);
            if (stop == 0) first = worker;
            if (stop == 2) await DoneAsync("drain", "--off", "--home", first!.Home); // nobody else is left
        }

        Assert.That(steps, Has.Count.GreaterThanOrEqualTo(stops.Count(static stop => stop != Crash)).And.Ordered, "each one goes on, none from the beginning");
        Assert.That((await Tool.EndOfAsync(watch, Patience)).ExitCode, Is.Zero);
        await DoneAsync("job", "show", id, "-o", "out", "--home", _client.Home);
    }

    /// <summary>The next lease of which its program says something, noted as seen; null where the job ends first.</summary>
    private static async Task<JsonNode?> LiveAsync(Process watch, HashSet<string> seen)
    {
        while (await watch.StandardOutput.ReadLineAsync().WaitAsync(Patience) is { } line)
        {
            var talks = JsonNode.Parse(line)!["leases"]!.AsArray().Where(static lease => lease!["live"] is not null);
            if (talks.FirstOrDefault(lease => !seen.Contains(Name(lease!))) is not { } next) continue;
            seen.Add(Name(next));
            return next;
        }

        return null;

        static string Name(JsonNode lease) => (string)lease["leaseId"]!;
    }

    private async Task<Tool.Answer> DoneAsync(params string[] args)
    {
        var answer = await _tool.RunAsync(args);
        Assert.That(answer.ExitCode, Is.Zero, answer.Error);
        return answer;
    }

    private static void Need(string path, string package)
    {
        if (Path.Exists(path)) return;
        var what = $"{path} is missing: install {package}";
        if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail(what);
        Assert.Ignore(what);
    }
}
