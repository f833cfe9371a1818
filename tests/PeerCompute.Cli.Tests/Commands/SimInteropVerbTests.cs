// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;

namespace PeerCompute.Cli.Tests.Commands;

/// <summary>Scripts of libp2p's gossipsub-interop, through the door.</summary>
public sealed class SimInteropVerbTests
{
    private const string Script = """{"script": [{"type": "connect", "connectTo": [1]}, {"type": "waitUntil", "elapsedSeconds": 2}]}""";

    [Test]
    public async Task A_run_takes_the_place_of_an_earlier_ones_lines_and_a_refused_one_leaves_them()
    {
        using var tool = new Tool();
        var (script, folder) = (Path.Combine(tool.Home, "params.json"), Path.Combine(tool.Home, "lines"));
        Directory.CreateDirectory(folder);
        var earlier = Path.Combine(folder, "node7.stdout");
        await File.WriteAllTextAsync(earlier, "earlier\n");
        await File.WriteAllTextAsync(script, """{"script": 5}""");
        var refused = await tool.RunAsync("sim", "gossipsub-interop", "--params", script, "-o", folder);
        Assert.That((refused.ExitCode, File.Exists(earlier)), Is.EqualTo(((int)ErrorCode.BadInput, true)), refused.Error);
        await File.WriteAllTextAsync(script, Script);
        var run = await tool.RunAsync("sim", "gossipsub-interop", "--params", script, "-o", folder);
        Assert.That(run.ExitCode, Is.Zero, run.Error);
        Assert.That(Directory.GetFiles(folder).Select(Path.GetFileName), Is.EquivalentTo(new[] { "node0.stdout", "node1.stdout" }));
    }
}
