// SPDX-License-Identifier: Apache-2.0
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

    [Test]
    public async Task A_scenario_that_does_not_exist_is_not_found()
    {
        using var tool = new Tool();
        Assert.That((await tool.RunAsync("sim", "run", "none.yaml")).ExitCode, Is.EqualTo((int)ErrorCode.NotFound));
    }
}
