// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Text.Json.Nodes;
using PeerCompute.Base.Errors;

namespace PeerCompute.Cli.Tests.Commands;

/// <summary>An owner lends, pauses and takes back, with a daemon and without.</summary>
public sealed class LendVerbTests
{
    private Tool _tool = null!;

    [SetUp]
    public void MakeHome() => _tool = new Tool();

    [TearDown]
    public void RemoveHome() => _tool.Dispose();

    [Test]
    public async Task Terms_are_kept_without_a_daemon_and_hold_when_it_runs()
    {
        await _tool.RunAsync("init", "--home", Home("w"));
        var lent = await _tool.RunAsync("lend", "--home", Home("w"), "--hours", "22:00-08:00, 12:00-13:00", "--slots", "3", "--memory", "512MiB",
            "--price", "77", "--yes", "--json");
        Assert.That(lent.ExitCode, Is.Zero, lent.Error);
        Assert.That((bool)lent.Json["takesNow"]!, Is.False);
        Assert.That((string)lent.Json["whyNot"]!, Is.EqualTo("its daemon does not run"));
        await using var worker = await RunningDaemon.StartAsync(_tool, "w");
        var status = (await _tool.RunAsync("lend", "--status", "--home", Home("w"), "--json")).Json;
        Assert.Multiple(() =>
        {
            Assert.That((bool)status["lends"]!, Is.True);
            Assert.That((int)status["slots"]!, Is.EqualTo(3));
            Assert.That((long)status["memoryBytes"]!, Is.EqualTo(512L << 20));
            Assert.That((int)status["perTaskMicro"]!, Is.EqualTo(77));
            Assert.That(status["hours"]!.AsArray().Select(static h => (string)h!), Is.EqualTo(new[] { "22:00-08:00", "12:00-13:00" }));
            Assert.That(status["devices"]!.AsArray(), Is.Not.Empty);
            Assert.That((string)status["risk"]!, Is.Not.Empty);
        });
    }

    [Test]
    public async Task Who_lends_is_shown_the_machine_the_risk_and_the_terms_and_nothing_changes_without_a_yes()
    {
        await _tool.RunAsync("init", "--home", Home("w"));
        var before = await File.ReadAllTextAsync(Path.Combine(Home("w"), "config.json"));
        var answer = await _tool.RunAsync("lend", "--home", Home("w"), "--share", "100%", "--programs", "blender");
        Assert.That(answer.ExitCode, Is.EqualTo((int)ErrorCode.Usage));
        foreach (var said in (string[])["cpu", "isolation", "at worst", "--yes", "while one of these runs: blender"])
            Assert.That(answer.Error, Does.Contain(said));
        Assert.That(await File.ReadAllTextAsync(Path.Combine(Home("w"), "config.json")), Is.EqualTo(before));
    }

    [Test]
    public async Task A_pause_begins_and_ends_and_outlives_the_daemon()
    {
        await using (await RunningDaemon.StartAsync(_tool, "w"))
        {
            var paused = await _tool.RunAsync("pause", "2h", "--home", Home("w"), "--json");
            Assert.That(paused.ExitCode, Is.Zero, paused.Error);
            Assert.That((bool)paused.Json["takesNow"]!, Is.False);
            Assert.That((string)paused.Json["whyNot"]!, Does.StartWith("paused by its owner until 2"));
        }

        var gone = (await _tool.RunAsync("lend", "--status", "--home", Home("w"), "--json")).Json;
        Assert.That((ulong)gone["pausedUntilMs"]!, Is.GreaterThan((ulong)DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()));
        var on = await _tool.RunAsync("pause", "--off", "--home", Home("w"), "--json");
        Assert.That((ulong)on.Json["pausedUntilMs"]!, Is.Zero);
    }

    [Test]
    [CancelAfter(240_000)]
    public async Task Rules_of_the_owner_hold_at_once_and_stay(CancellationToken cancel)
    {
        await using var worker = await RunningDaemon.StartAsync(_tool, "w");
        const string Game = "a game with a long name"; // the kernel keeps 15 bytes of it
        File.Copy("/bin/sleep", Path.Combine(_tool.Home, Game));
        using var game = Process.Start(Path.Combine(_tool.Home, Game), "600");
        try
        {
            var lent = await _tool.RunAsync("lend", "--home", worker.Home, "--programs", "blender," + Game, "--idle", "off", "--max-load", "100%",
                "--max-heat", "150", "--max-watts", "10000", "--on-battery", "yes", "--yes", "--json");
            Assert.That(lent.ExitCode, Is.Zero, lent.Error);
            var status = lent.Json;
            while ((bool)status["takesNow"]!)
            {
                await Task.Delay(100, cancel);
                status = (await _tool.RunAsync("lend", "--status", "--home", worker.Home, "--json")).Json;
            }

            Assert.That((string)status["owner"]!, Does.StartWith("a game with a l runs"));
            const string Rules = """
                {"programs":["blender","a game with a long name"],"idleMinutes":0,"loadPercent":100,"celsius":150,"watts":10000,
                "onBattery":true,"sharesDevice":false}
                """;
            Assert.That(status["ownerRules"]!.ToJsonString(), Is.EqualTo(Rules.ReplaceLineEndings("")));
            var fewer = (await _tool.RunAsync("lend", "--home", worker.Home, "--programs", "off", "--yes", "--json")).Json["ownerRules"]!;
            Assert.That((fewer["programs"]!.AsArray().Count, (int)fewer["watts"]!), Is.EqualTo((0, 10_000)), "what is not named stays");
        }
        finally
        {
            game.Kill();
        }
    }

    [Test]
    public async Task A_light_node_cannot_lend_and_says_why()
    {
        await using var light = await RunningDaemon.StartAsync(_tool, "c", "--light");
        var answer = await _tool.RunAsync("lend", "--home", light.Home, "--yes", "--slots", "1");
        Assert.That(answer.ExitCode, Is.EqualTo((int)ErrorCode.Host));
        Assert.That(answer.Error, Does.Contain("light node"));
    }

    [TestCase("lend", "--now")]
    [TestCase("lend", "--off", "--slots", "2")]
    [TestCase("lend", "--off", "--status")]
    [TestCase("lend", "--yes", "--hours", "8-9")]
    [TestCase("lend", "--yes", "--hours", "")]
    [TestCase("lend", "--yes", "--share", "0%")]
    [TestCase("lend", "--yes", "--share", "101%")]
    [TestCase("lend", "--yes", "--share", "50")]
    [TestCase("lend", "--yes", "--slots", "0")]
    [TestCase("lend", "--yes", "--slots", "1025")]
    [TestCase("lend", "--yes", "--slots", "-1")]
    [TestCase("lend", "--yes", "--memory", "4")]
    [TestCase("lend", "--yes", "--memory", "1KiB")]
    [TestCase("lend", "--yes", "--price", "99999999999999999")]
    [TestCase("lend", "--yes", "--programs", "bin/blender")]
    [TestCase("lend", "--yes", "--max-heat", "151")]
    [TestCase("lend", "--yes", "--max-load", "0%")]
    [TestCase("lend", "--yes", "--on-battery", "maybe")]
    [TestCase("lend", "--json")]
    [TestCase("pause")]
    [TestCase("pause", "2")]
    [TestCase("pause", "0h")]
    [TestCase("pause", "367d")]
    [TestCase("pause", "1h", "--off")]
    public async Task What_cannot_be_meant_is_a_usage_error(params string[] args)
    {
        await _tool.RunAsync("init");
        var before = await File.ReadAllTextAsync(Path.Combine(_tool.DefaultNode, "config.json"));
        var answer = await _tool.RunAsync(args);
        Assert.That(answer.ExitCode, Is.EqualTo((int)ErrorCode.Usage), answer.Error);
        Assert.That(await File.ReadAllTextAsync(Path.Combine(_tool.DefaultNode, "config.json")), Is.EqualTo(before));
    }

    [Test]
    public async Task Without_a_home_there_is_nothing_to_lend()
    {
        foreach (var verb in (string[][])[["lend", "--status"], ["pause", "1h"]])
            Assert.That((await _tool.RunAsync(verb)).ExitCode, Is.EqualTo((int)ErrorCode.Home));
    }

    [Test]
    [Category("Slow")]
    [CancelAfter(240_000)]
    public async Task Work_that_the_owner_ends_is_gone_at_once_and_goes_on_elsewhere(CancellationToken cancel)
    {
        await using var first = await RunningDaemon.StartAsync(_tool, "first");
        await using var second = await RunningDaemon.StartAsync(_tool, "second");
        await using var client = await RunningDaemon.StartAsync(_tool, "client", "--light");
        await _tool.RunAsync("pause", "1h", "--home", second.Home);
        var id = (string)(await _tool.RunAsync("job", "submit", Job(), "--home", client.Home, "--to", first.Address, "--to", second.Address, "--json"))
            .Json["jobId"]!;
        await UntilAsync(async () => (int)(await _tool.RunAsync("lend", "--status", "--home", first.Home, "--json")).Json["running"]! > 0, cancel);

        var off = await _tool.RunAsync("lend", "--off", "--now", "--home", first.Home, "--json");
        Assert.That(off.ExitCode, Is.Zero, off.Error);
        TestContext.Out.WriteLine($"lend --off --now took {off.Json["seconds"]} s");
        Assert.That((int)off.Json["running"]!, Is.Zero);
        Assert.That((double)off.Json["seconds"]!, Is.LessThan(10));
        Assert.That(Directory.GetDirectories(Path.Combine(first.Home, "work")), Is.Empty, "nothing of the run is left");
        var work = (await _tool.RunAsync("work", "--home", first.Home, "--json")).Json.AsArray();
        // A lease of which a task was done by then commits that task instead.
        string[] ends = ["its owner took the machine back", ""];
        Assert.That(work, Is.Not.Empty);
        Assert.That(work.Select(static w => (string)w!["text"]!), Is.All.AnyOf(ends));

        async Task<JsonNode> ShownAsync() => (await _tool.RunAsync("job", "show", id, "--home", client.Home, "--json")).Json;
        await UntilAsync(async () => (await ShownAsync())["leases"]!.AsArray().All(static l => (string)l!["state"]! == "ended"), cancel);
        Assert.That((int)(await ShownAsync())["counts"]!["pending"]!, Is.EqualTo(1), "the job waits");
        await _tool.RunAsync("pause", "--off", "--home", second.Home);
        await UntilAsync(async () => (string)(await ShownAsync())["state"]! is "accepted" or "failed" or "expired", cancel);
        var shown = await ShownAsync();
        Assert.That((string)shown["state"]!, Is.EqualTo("accepted"), shown.ToString());
        Assert.That(shown["tasks"]!.AsArray().Select(static t => (string)t!["worker"]!), Is.All.EqualTo(second.PeerId));
    }

    private static async Task UntilAsync(Func<Task<bool>> holds, CancellationToken cancel)
    {
        while (!await holds()) await Task.Delay(50, cancel);
    }

    private string Home(string name) => Path.Combine(_tool.Home, name);

    /// <summary>The sample picture, larger, in one task of some seconds.</summary>
    private string Job()
    {
        var folder = Tool.Sample("raytrace");
        var scene = File.ReadAllText(Path.Combine(folder, "scene.txt")).Replace("image    640 360", "image    1600 900", StringComparison.Ordinal);
        _tool.File("scene.txt", scene);
        var yaml = $$"""
            name: slow
            module: {{folder}}/raytrace.wasm
            args: [scene.txt, tile.ppm, --tile, "{index}", --of, "{count}"]
            inputs: [scene.txt]
            outputs: [tile.ppm]
            tasks: 1
            limits: {memory: 64MiB, fuel: 40G, wall: 200s, output: 16MiB}
            """;
        return _tool.File("slow.yaml", yaml);
    }
}
