// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using PeerCompute.Base.Errors;
using PeerCompute.Core.Journal;
using PeerCompute.Node.Homes;
using PeerCompute.Node.Journals;
using PeerCompute.Wire.Common;

namespace PeerCompute.Cli.Tests.Commands;

/// <summary>Replays of runs and of homes, through the door.</summary>
public sealed class SimReplayVerbTests
{
    [Test]
    public async Task A_node_of_a_run_is_shown_and_half_a_question_is_told()
    {
        using var tool = new Tool();
        Assert.That((await tool.RunAsync("sim", "run", Tool.Sample("scenarios", "pair.yaml"), "-o", "run")).ExitCode, Is.Zero);
        var shown = await tool.RunAsync("sim", "replay", "run", "--at", "1m", "--node", "1", "--last", "3", "--json");
        Assert.That(shown.ExitCode, Is.Zero, shown.Error);
        Assert.That(((long)shown.Json["comparedMicros"]!, shown.Json["handled"]!.AsArray().Count), Is.EqualTo((60_000_000L, 3)));
        var half = await tool.RunAsync("sim", "replay", "run", "--at", "1m");
        Assert.That((half.ExitCode, half.Error.Contains("--node K", StringComparison.Ordinal)), Is.EqualTo(((int)ErrorCode.Usage, true)));
    }

    /// <summary>Such a journal is left by a node that was killed: its last entries are in the log beside it.</summary>
    [Test]
    public async Task A_killed_nodes_journal_is_replayed_and_its_home_stays_as_it_is()
    {
        using var tool = new Tool();
        var home = Path.Combine(tool.Home, "node");
        NodeHome.Create(home, new HomeConfig());
        using (var journal = Journal.Open(Path.Combine(home, "journal.db")))
        {
            using var durable = new ManualResetEventSlim();
            journal.Start(
                n =>
                {
                    if (n == 3) durable.Set();
                },
                static e => throw e);
            for (var i = 1UL; i <= 3; i++) journal.Append(JournalCodec.Encode(new LifeBegan(new Incarnation(i, 7))));
            Assert.That(durable.Wait(TimeSpan.FromSeconds(60)), Is.True);
            Directory.CreateDirectory(home + "-killed");
            foreach (var name in Directory.GetFiles(home)) File.Copy(name, Path.Combine(home + "-killed", Path.GetFileName(name)));
        }

        var killed = home + "-killed";
        var before = State(killed);
        Assert.That(before, Has.Some.Contains("journal.db-wal"));
        var replay = await tool.RunAsync("sim", "replay", "--journal", killed, "--json");
        Assert.That(replay.ExitCode, Is.Zero, replay.Error);
        Assert.That(((long)replay.Json["entries"]!, (long)replay.Json["kinds"]!["LifeBegan"]!, (bool)replay.Json["bitForBit"]!), Is.EqualTo((3L, 3L, true)));
        Assert.That((long)(await tool.RunAsync("sim", "replay", "--journal", killed, "--entries", "2", "--json")).Json["entries"]!, Is.EqualTo(2));
        Assert.That(State(killed), Is.EqualTo(before));
    }

    [Test]
    public async Task A_running_nodes_home_and_one_that_is_none_are_refused()
    {
        using var tool = new Tool();
        var home = Path.Combine(tool.Home, "node");
        NodeHome.Create(home, new HomeConfig());
        Assert.That((await tool.RunAsync("sim", "replay", "--journal", home)).ExitCode, Is.EqualTo((int)ErrorCode.NotFound), "it never ran");
        using (var running = NodeHome.Open(home))
        {
            Journal.Open(running.Journal).Dispose();
            var locked = await tool.RunAsync("sim", "replay", "--journal", home);
            Assert.That(locked.ExitCode, Is.EqualTo((int)ErrorCode.Home), locked.Error);
            Assert.That(locked.Error, Does.Contain("running node"));
        }

        Assert.That((await tool.RunAsync("sim", "replay", "--journal", home)).ExitCode, Is.Zero);
        Assert.That((await tool.RunAsync("sim", "replay", "--journal", tool.Home)).ExitCode, Is.EqualTo((int)ErrorCode.Home));
    }

    private static List<string> State(string folder)
        => [.. Directory.GetFiles(folder).Order().Select(static file => $"{file} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)))}")];
}
