// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using PeerCompute.Base.Errors;

namespace PeerCompute.Cli.Tests.Commands;

/// <summary>The simulator through its door.</summary>
public sealed class SimVerbTests
{
    private static readonly string Pair = Tool.Sample("scenarios", "pair.yaml");

    [Test]
    public async Task Two_processes_with_one_seed_have_one_trace_and_another_seed_has_another()
    {
        using var tool = new Tool();
        var first = await tool.RunAsync("sim", "run", Pair, "--seed", "7", "--json");
        var second = await tool.RunAsync("sim", "run", Pair, "--seed", "7", "-o", Path.Combine(tool.Home, "out"), "--json");
        var other = await tool.RunAsync("sim", "run", Pair, "--seed", "8", "--json");
        Assert.That((first.ExitCode, second.ExitCode, other.ExitCode), Is.EqualTo((0, 0, 0)), first.Error);
        Assert.That((string?)second.Json["traceHash"], Is.EqualTo((string?)first.Json["traceHash"]));
        Assert.That((string?)other.Json["traceHash"], Is.Not.EqualTo((string?)first.Json["traceHash"]));
        Assert.That(File.Exists(Path.Combine(tool.Home, "out", "manifest.json")), Is.True);
    }

    [TestCase(null, "DOTNET_TieredPGO=1")]
    [TestCase("4000000", "DOTNET_GCgen0size=4000000")]
    public async Task A_run_has_the_runtime_settings_of_simulations_unless_others_are_given(string? given, string setting)
    {
        using var tool = new Tool();
        var scenario = Tool.Sample("scenarios", "discovery.yaml");
        using var run = tool.Start(start => start.Environment["DOTNET_GCgen0size"] = given, "sim", "run", scenario, "--leash");
        for (var waited = Stopwatch.StartNew(); !File.ReadAllText($"/proc/{run.Id}/environ").Split('\0').Contains(setting); await Task.Delay(20))
            Assert.That(waited.Elapsed, Is.LessThan(TimeSpan.FromSeconds(60)));
        run.StandardInput.Close();
        Assert.That((await Tool.EndOfAsync(run)).ExitCode, Is.Not.Zero, "the same process still obeys its leash");
    }

    [TestCase("--lanes", "3")]
    [TestCase("--lanes=3")]
    [TestCase("--lanes:3")]
    public async Task A_run_keeps_an_environment_that_is_no_text_and_has_a_heap_for_each_lane(params string[] lanes)
    {
        using var tool = new Tool();
        var start = new ProcessStartInfo("sh") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        string[] line = ["-c", "ODD=$(printf 'a\\377b') exec \"$@\"", "sh", Tool.Program, "sim", "run", Tool.Sample("scenarios", "discovery.yaml"), "--leash"];
        foreach (var argument in (string[])[.. line, .. lanes]) start.ArgumentList.Add(argument);
        start.WorkingDirectory = tool.Home;
        start.Environment.Remove("DOTNET_GCgen0size");
        using var run = Process.Start(start)!;
        var heaps = "DOTNET_GCHeapCount=3"u8.ToArray();
        byte[] environment;
        for (var waited = Stopwatch.StartNew(); (environment = File.ReadAllBytes($"/proc/{run.Id}/environ")).AsSpan().IndexOf(heaps) < 0; await Task.Delay(20))
            Assert.That(waited.Elapsed, Is.LessThan(TimeSpan.FromSeconds(60)));
        byte[] odd = [.. "ODD=a"u8, 0xff, .. "b\0"u8];
        Assert.That(environment.AsSpan().IndexOf(odd), Is.Not.Negative);
        run.StandardInput.Close();
        await Tool.EndOfAsync(run);
    }

    [Test]
    public async Task A_broken_rule_prints_the_command_that_repeats_it_and_the_one_of_a_smaller_scenario()
    {
        const string Poor = """
            parameters: { ceiling: 10000 }
            duration: 30s
            settle: 150s
            liveness: 1
            nodes:
              - { class: worker, count: 6 }
              - { class: client, role: client, count: 2 }
            jobs: { count: 3, tasks: 4, cost: 500ms, ceiling: "${ceiling}", deadline: 20s }
            """;
        using var tool = new Tool();
        var file = Path.Combine(tool.Home, "poor.yaml");
        await File.WriteAllTextAsync(file, Poor);
        Assert.That((await tool.RunAsync("sim", "run", file)).ExitCode, Is.Zero);
        var nowhere = await tool.RunAsync("sim", "run", file, "--shrink");
        Assert.That(nowhere.ExitCode, Is.EqualTo((int)ErrorCode.Usage));
        Assert.That(nowhere.Error, Does.Contain("name a folder with -o"));

        var into = Path.Combine(tool.Home, "out");
        var broken = await tool.RunAsync("sim", "run", file, "--seed", "5", "--set", "ceiling=10", "--shrink", "-o", into, "--json");
        Assert.That(broken.ExitCode, Is.EqualTo((int)ErrorCode.Internal));
        Assert.That((string?)broken.Json["repeat"], Does.EndWith($"sim run {file} --seed 5 --set ceiling=10"));
        Assert.That(broken.Error, Does.Contain("to repeat it:").And.Contain((string?)broken.Json["repeat"]));
        var shrunk = broken.Json["shrunk"]!;
        Assert.That(((int)shrunk["nodes"]!, (string?)shrunk["rule"]), Is.EqualTo((2, "liveness")));
        var again = await tool.RunAsync("sim", "run", Path.Combine(into, "shrunk", "poor.yaml"), "--seed", "5", "--json");
        Assert.That((string?)again.Json["violations"]![0]!["rule"], Is.EqualTo("liveness"));
    }

    [Test]
    public async Task A_scenario_that_does_not_exist_is_not_found()
    {
        using var tool = new Tool();
        Assert.That((await tool.RunAsync("sim", "run", "none.yaml")).ExitCode, Is.EqualTo((int)ErrorCode.NotFound));
    }
}
