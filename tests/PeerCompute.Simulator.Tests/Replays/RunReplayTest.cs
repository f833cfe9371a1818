// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Simulator.Replays;

namespace PeerCompute.Simulator.Tests.Replays;

[TestFixture]
internal sealed class RunReplayTest
{
    [Test]
    public void A_node_is_shown_as_it_was_and_the_trace_is_compared()
    {
        using var folder = new TestFolder();
        var result = SimulatorRun.Run(Lab.Sample("pair"), 5, folder.Path, null);
        var (client, job) = (result.Jobs[0].Client, result.Jobs[0]);

        var before = Replay(folder, "0s", client.ToString());
        Assert.That((before.ComparedMicros, before.Jobs.Count, before.Handled.Count), Is.EqualTo((-1L, 0, 0)));
        var after = Replay(folder, "62s", client.ToString());
        Assert.That((after.AtMicros, after.ComparedMicros), Is.EqualTo((62_000_000L, 60_000_000L)));
        Assert.That((after.Jobs.Single().JobId.ToString(), after.Jobs.Single().State.ToString()), Is.EqualTo((job.JobId, "Accepted")));
        Assert.That((after.Up, after.JournalEntries), Is.EqualTo((true, after.JournalDurable)));
        Assert.That(after.JournalEntries, Is.Positive);
        Assert.That(after.Peers, Is.EqualTo((int[])[1 - client]));
        Assert.That(after.Handled, Has.Count.LessThanOrEqualTo(20));
        Assert.That(after.Handled.Select(static e => e.AtMicros), Is.Ordered.And.All.LessThanOrEqualTo(62_000_000));
        Assert.That(after.Handled.SelectMany(static e => e.Effects), Has.Some.EqualTo("Keep JobEnded"));
        Assert.That(after.Handled.Select(static e => e.What), Has.Some.StartsWith($"EntriesCame from=node {1 - client}"));

        var worker = Replay(folder, "4m", (1 - client).ToString());
        Assert.That(worker.Work.Select(static l => l.Phase.ToString()), Is.All.EqualTo("Settled").And.Not.Empty);
        Assert.That(Replay(folder, "4m", worker.PeerId).Node, Is.EqualTo(1 - client));
    }

    [Test]
    public void A_replay_that_goes_another_way_is_a_bug()
    {
        using var folder = new TestFolder();
        SimulatorRun.Run(Lab.Sample("pair"), 5, folder.Path, null);
        var metrics = File.ReadAllLines(folder.At("metrics.csv"));
        metrics[3] = metrics[3][..^1] + (metrics[3][^1] == '0' ? '1' : '0');
        File.WriteAllLines(folder.At("metrics.csv"), metrics);
        Assert.That(Replay(folder, "14s", "0").ComparedMicros, Is.EqualTo(10_000_000));
        Assert.That(Code(() => Replay(folder, "15s", "0")), Is.EqualTo(ErrorCode.Internal));
    }

    [TestCase("x", "0", "--at x")]
    [TestCase("5%", "0", "--at 5%")]
    [TestCase("-1s", "0", "--at -1s")]
    [TestCase("5m", "0", "ends at 240 s")]
    [TestCase("1s", "2", "nodes 0 to 1")]
    [TestCase("1s", "12D3", "peer id")]
    public void A_moment_or_a_node_that_is_none_is_told(string at, string node, string complaint)
    {
        using var folder = new TestFolder();
        SimulatorRun.Run(Lab.Sample("pair"), 5, folder.Path, null);
        var refused = Assert.Throws<PeerComputeException>(() => Replay(folder, at, node))!;
        Assert.That((refused.Code, refused.Message.Contains(complaint, StringComparison.Ordinal)), Is.EqualTo((ErrorCode.Usage, true)), refused.Message);
    }

    [Test]
    public void Another_version_or_another_scenario_is_refused_with_the_remedy()
    {
        using var folder = new TestFolder();
        var result = SimulatorRun.Run(Lab.Sample("pair"), 5, folder.Path, null);
        var scenario = folder.At("scenario", "pair.yaml");
        File.AppendAllText(scenario, "\n# changed\n");
        Assert.That(Code(() => Replay(folder, "1s", "0")), Is.EqualTo(ErrorCode.Refused));
        Assert.That(RunReplay.Of(folder.Path, "1s", "0", 5, Lab.Sample("pair"), static _ => { }).Up, Is.True);
        File.Delete(scenario);
        Assert.That(Code(() => Replay(folder, "1s", "0")), Is.EqualTo(ErrorCode.NotFound));
        var manifest = folder.At("manifest.json");
        File.WriteAllText(manifest, File.ReadAllText(manifest).Replace(result.CoreMvid.ToString(), Guid.Empty.ToString(), StringComparison.Ordinal));
        var refused = Assert.Throws<PeerComputeException>(() => Replay(folder, "1s", "0"))!;
        Assert.That(refused.Message, Does.Contain(Guid.Empty.ToString()).And.Contain(result.CoreMvid.ToString()).And.Contain("version that made it"));
    }

    private static NodeSnapshot Replay(TestFolder folder, string at, string node) => RunReplay.Of(folder.Path, at, node, 20, null, static _ => { });

    private static ErrorCode Code(Action act) => Assert.Throws<PeerComputeException>(act)!.Code;
}
