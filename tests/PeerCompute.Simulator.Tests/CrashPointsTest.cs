// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Simulator.Nodes;

namespace PeerCompute.Simulator.Tests;

/// <summary>Kills one node of a pair at every write of its journal.</summary>
[TestFixture]
internal sealed class CrashPointsTest
{
    private const int Worker = 0;
    private const int Client = 1;
    private const long Down = 3_000_000;

    [TestCase(Worker, false, 0)]
    [TestCase(Worker, true, 0)]
    [TestCase(Client, false, 0)]
    [TestCase(Client, true, 0)]
    [TestCase(Worker, true, 1)]
    [TestCase(Worker, true, 3)]
    [TestCase(Client, true, 1)]
    [TestCase(Client, true, 3)]
    public void A_node_killed_at_any_write_ends_its_job_accepted(int node, bool afterEffects, int torn)
    {
        var writes = Writes(node);
        Assert.That(writes, Is.GreaterThan(10));
        var bad = new List<string>();
        var first = node == Client ? torn + 2 : 1; // a disk that loses the job itself leaves nothing to end
        for (var write = torn == 0 ? 1 : first; write <= writes; write++)
        {
            var experiment = Pair();
            experiment.World.Nodes[node].CrashPlan = new CrashPlan(write, afterEffects, Down, torn);
            var result = experiment.Run();
            if (result.Violations.Length > 0 || result.Accepted != 1 || result.Crashes != 1) bad.Add($"write {write}: {Lab.Text(result)}");
        }

        Assert.That(bad, Is.Empty, string.Join("\n", bad));
    }

    [Test]
    [Category("Slow")]
    public void Both_nodes_killed_at_pairs_of_writes_end_the_job_accepted()
    {
        var (ours, theirs) = (Writes(Client), Writes(Worker));
        var bad = new List<string>();
        for (var a = 1; a <= ours; a += 2)
        {
            for (var b = 1; b <= theirs; b += 3)
            {
                var experiment = Pair();
                experiment.World.Nodes[Client].CrashPlan = new CrashPlan(a, true, Down);
                experiment.World.Nodes[Worker].CrashPlan = new CrashPlan(b, false, Down / 2);
                var result = experiment.Run();
                if (result.Violations.Length > 0 || result.Accepted != 1) bad.Add($"writes {a}, {b}: {Lab.Text(result)}");
            }
        }

        Assert.That(bad, Is.Empty, string.Join("\n", bad));
    }

    private static int Writes(int node)
    {
        var experiment = Pair();
        experiment.Run();
        return (int)experiment.World.Nodes[node].Disk.WritesEver;
    }

    private static Experiment Pair()
    {
        var experiment = Lab.Prepare(Lab.Read("pair") with { EncodeWire = false, FullCrypto = false }, 7);
        foreach (var node in experiment.World.Nodes) node.Disk.OneByOne = true;
        return experiment;
    }
}
