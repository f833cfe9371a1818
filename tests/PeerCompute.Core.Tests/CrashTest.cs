// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Core.Journal;
using PeerCompute.Core.Runs;
using PeerCompute.Core.Tests.Kit;
using PeerCompute.Core.Views;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Core.Tests;

/// <summary>A node dies after each event of a job, comes back from its journal, or from an older one: the job still ends well.</summary>
public class CrashTest
{
    [TestCase(true)]
    [TestCase(false)]
    public void ANodeThatDiesAfterAnyEventComesBackAndTheJobIsAccepted(bool client) => EachEvent(client, static (_, _) => { });

    [TestCase(true)]
    [TestCase(false)]
    [Category("Slow")]
    public void ANodeSetBackToAnOlderHomeGoesOnFromTheOtherSidesHead(bool client)
        => EachEvent(client, static (node, random) => node.SetBack(random.Next(Oldest(node), node.Journal.Count + 1)));

    [Test]
    [Category("Slow")]
    public void AWorkersCopyBesideTheOriginalLeavesNoProofOfEquivocation()
    {
        for (var at = 1; at < 60; at += 3)
        {
            var (bench, client, worker) = OneJobTest.TwoNodes();
            var job = OneJobTest.Submit(client, Bench.Job(8, 2, 2, worker));
            var count = 0;
            bench.RunUntil(() => count++ >= at * 2, 60);
            var copy = bench.AddCopy(worker);
            bench.Connect(client, copy);
            Assert.That(bench.RunUntil(() => client.Job(job).Ended, 1800), Is.True, $"copied after {at}: {Describe(client, worker, job)}");
            Assert.That(client.Job(job).State, Is.EqualTo(JobState.Accepted), $"copied after {at}: {client.Job(job).Cause}");
            Check(client, worker, job, $"copied after {at}", retries: true);
        }
    }

    private static int Oldest(BenchNode node)
    {
        // A client's own job is in its journal from the moment the client was told its id: older than that is another home.
        var added = node.Journal.FindIndex(static e => e is JobAdded);
        return added + 1;
    }

    private static void EachEvent(bool killClient, Action<BenchNode, Random> meanwhile)
    {
        for (var at = 1; ; at++)
        {
            var (bench, client, worker) = OneJobTest.TwoNodes();
            var victim = killClient ? client : worker;
            var events = 0;
            var killed = false;
            victim.Handled = _ =>
            {
                if (++events != at || killed || (killClient && client.Jobs.Count == 0)) return;
                killed = true;
                bench.After(0, () =>
                {
                    victim.Kill();
                    meanwhile(victim, new Random(at));
                    bench.After(700_000, victim.Start);
                });
            };
            var job = OneJobTest.Submit(client, Bench.Job(6, 2, 2, worker));
            Assert.That(bench.RunUntil(() => client.Alive && client.Job(job).Ended, 1800), Is.True,
                $"killed after event {at}: {Describe(client, worker, job)}");
            Assert.That(client.Job(job).State, Is.EqualTo(JobState.Accepted), $"killed after event {at}: {client.Job(job).Cause}");
            bench.RunUntil(() => worker.Work.All(static l => l.Phase is LeasePhase.Settled or LeasePhase.Cancelled), 60);
            Check(client, worker, job, $"killed after event {at}", retries: false);
            if (!killed && at > 5) return;
        }
    }

    private static void Check(BenchNode client, BenchNode worker, Hash32 job, string when, bool retries)
    {
        foreach (var node in new[] { client, worker }) Assert.That(node.Journal.OfType<EquivocationSeen>(), Is.Empty, when);
        var verdicts = client.Job(job).Leases.Where(static l => l.Phase is LeasePhase.Settled or LeasePhase.Closed).Sum(static l => l.TaskCount);
        Assert.That(verdicts, Is.EqualTo(client.Job(job).Tasks.Length), when + ": each task has one verdict");
        if (retries) return;
        foreach (var lease in client.Job(job).Leases.Where(static l => l.Phase == LeasePhase.Settled))
        {
            Assert.That(worker.Work.Single(l => l.LeaseId == lease.LeaseId).Head, Is.EqualTo(lease.Head), when);
        }
    }

    private static string Describe(BenchNode client, BenchNode worker, Hash32 job)
        => string.Join(" ", client.Job(job).Leases.Select(static l => $"[{l.LeaseId.Short()} {l.Phase}]")) + " worker "
            + string.Join(" ", worker.Work.Select(static l => $"[{l.LeaseId.Short()} {l.Phase}]")) + " "
            + string.Join("; ", client.Notes.Concat(worker.Notes).Take(6)) + " ran " + worker.Ran.Count(static r => r.Run.Role == RunRole.Work);
}
