// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Identity;
using PeerCompute.Core.Events;
using PeerCompute.Core.Journal;
using PeerCompute.Core.Tests.Kit;
using PeerCompute.Core.Views;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Leases;
using PeerCompute.Wire.Messages;

namespace PeerCompute.Core.Tests;

/// <summary>Drawn workers confirm each other; the client executes nothing.</summary>
public class ReplicasTest
{
    [Test]
    public void EveryTaskIsDoneByTwoWorkersAndTheClientRunsNothing()
    {
        var (bench, client, workers) = Nodes(5);
        var job = Submit(client, 12, 2, workers);
        Assert.That(bench.RunUntil(() => client.Job(job).Ended, 120), Is.True);
        var view = client.Job(job);
        Assert.That(view.State, Is.EqualTo(JobState.Accepted), view.Cause);
        Assert.That(client.Ran, Is.Empty);
        for (uint task = 0; task < 12; task++)
            Assert.That(workers.Count(w => w.Ran.Any(r => r.Task == task)), Is.EqualTo(2), $"task {task}");
        Assert.That(view.TotalMicro, Is.EqualTo(2 * 12 * 1000), "each of the two is paid");
        Assert.That(view.Leases.Where(l => l.Slot > 0).All(l => view.Leases.Any(f => f.LeaseId == l.DrawnFrom && f.Worker != l.Worker)), Is.True);
        Assert.That(client.Receipts, Contains.Key(job), "and its receipt holds: the bench checks it");
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    [TestCase(4)]
    public void ALiarIsFoundWhereverItStandsAndIsNotPaidForTheLie(int liar)
    {
        var (bench, client, workers) = Nodes(5);
        workers[liar].Lie = static (run, r) => r with { OutputHash = Hash32.Of([9, 9]), Blob = r.Blob! with { Plain = Hash32.Of([9, 9]) } };
        var job = Submit(client, 12, 1, workers);
        Assert.That(bench.RunUntil(() => client.Job(job).Ended, 120), Is.True);
        var view = client.Job(job);
        Assert.That(view.State, Is.EqualTo(JobState.Accepted), view.Cause);
        var rejected = view.Leases.Where(static l => l.Rejected > 0).ToList();
        Assert.That(rejected.Select(static l => l.Worker).Distinct(), Is.EqualTo(new[] { workers[liar].Id }));
        Assert.That(rejected.All(static l => l.DueMicro == 0), Is.True);
        Assert.That(view.Tasks.Any(t => t.Worker == workers[liar].Id), Is.False, "no task counts by its output");
        Assert.That(client.Receipts, Contains.Key(job));
    }

    [Test]
    public void ThreeReplicasNeedFourWorkers()
    {
        var (bench, client, workers) = Nodes(3);
        var job = Submit(client, 4, 1, workers, replicas: 3);
        Assert.That(bench.RunUntil(() => client.Job(job).Ended, 120), Is.True);
        Assert.That(client.Job(job).State, Is.EqualTo(JobState.Failed));
        Assert.That(client.Job(job).Cause, Does.Contain("need 4 workers that bid, 3 have"));
    }

    [Test]
    public void ADeadWorkersTasksGoToAnother()
    {
        var (bench, client, workers) = Nodes(5);
        var job = Submit(client, 20, 1, workers);
        workers[2].Handled = e =>
        {
            if (e is TaskRan && workers[2].Alive) bench.After(0, workers[2].Kill);
        };
        Assert.That(bench.RunUntil(() => client.Job(job).Ended, 300), Is.True);
        Assert.That(client.Job(job).State, Is.EqualTo(JobState.Accepted), client.Job(job).Cause);
    }

    [TestCase(20)]
    [TestCase(35)]
    [TestCase(50)]
    [TestCase(65)]
    [TestCase(74)]
    public void AClientThatDiesGoesOnWhereItWas(int events)
    {
        var (bench, client, workers) = Nodes(4);
        var job = Submit(client, 10, 2, workers);
        var seen = 0;
        client.Handled = _ =>
        {
            if (++seen != events) return;
            bench.After(0, client.Kill);
            bench.After(2_000_000, client.Start);
        };
        Assert.That(bench.RunUntil(() => seen > events && client.Alive && client.Job(job).Ended, 300), Is.True, $"after {seen} events");
        Assert.That(client.Job(job).State, Is.EqualTo(JobState.Accepted), client.Job(job).Cause);
        for (uint task = 0; task < 10; task++)
            Assert.That(workers.Count(w => w.Ran.Any(r => r.Task == task)), Is.InRange(2, 3), $"task {task}: kept results are not made again");
    }

    [TestCase(long.MaxValue, 500)]
    [TestCase(580_000_000, 500)]
    [TestCase(500, 500)]
    public void TheNextWhoGaveTheOutputIsAskedForIt(long slow, long others)
    {
        var (bench, client, workers) = Nodes(4);
        client.FetchMicros = fetch => fetch.From == workers[1].Id ? slow : others;
        client.FetchFault = fetch => fetch.From == workers[1].Id ? new BlobsFailed(fetch.Fetch, false, "it is slow") : null;
        var job = Submit(client, 8, 1, workers);
        Assert.That(bench.RunUntil(() => client.Job(job).Ended, 600), Is.True);
        var view = client.Job(job);
        Assert.That(view.State, Is.EqualTo(JobState.Accepted), view.Cause);
        Assert.That(view.EndedMs - view.SubmittedMs, Is.LessThan(300_000));
        Assert.That(view.TotalMicro, Is.EqualTo(2 * 8 * 1000), "who gave the equal output is paid, whoever it came from");
        Assert.That(client.Fetching, Is.Empty);
    }

    [Test]
    public void AnOutputThatIsLargerThanAnyCanBeIsNotFetched()
    {
        var (bench, client, workers) = Nodes(4);
        workers[1].Lie = static (_, r) => r with { Size = 1UL << 29 };
        var asked = new List<ulong>();
        client.FetchMicros = fetch =>
        {
            asked.AddRange(fetch.Blobs.Select(static blob => blob.Size));
            return 500;
        };
        var job = Submit(client, 8, 1, workers);
        Assert.That(bench.RunUntil(() => client.Job(job).Ended, 120), Is.True);
        Assert.That(client.Job(job).State, Is.EqualTo(JobState.Accepted), client.Job(job).Cause);
        Assert.That(client.Job(job).Leases.Any(lease => lease.Worker == workers[1].Id && lease.Phase == LeasePhase.Cancelled));
        Assert.That(asked.Max(), Is.LessThan(1000));
    }

    [Test]
    public void AFaultOfTheProgramIsAgreedOnAndEndsTheJobAsFailed()
    {
        var (bench, client, workers) = Nodes(4);
        client.Faults = static task => task == 3 ? "the program ended with exit code 1" : "";
        var job = Submit(client, 6, 1, workers);
        Assert.That(bench.RunUntil(() => client.Job(job).Ended, 120), Is.True);
        Assert.That(client.Job(job).State, Is.EqualTo(JobState.Failed));
        Assert.That(client.Job(job).Cause, Is.EqualTo("task 3: the program ended with exit code 1"));
    }

    [TestCase(false)]
    [TestCase(true)]
    public void WhoWithholdsItsOpeningOnceItCanKnowTheDrawGetsNoOtherDraw(bool restarts)
    {
        var (bench, client, workers) = Nodes(4);
        bench.Loses = (from, message) => from == workers[0].Id && Opens(message);
        var job = Submit(client, 40, 1, workers);
        Assert.That(bench.RunUntil(() => Expired(client) >= 0, 300), Is.True);
        var given = Expired(client);
        if (restarts)
        {
            client.Kill();
            client.Start();
        }

        Assert.That(bench.RunUntil(() => client.Job(job).Ended, 600), Is.True);
        Assert.That(client.Job(job).State, Is.EqualTo(JobState.Accepted), client.Job(job).Cause);
        Assert.That(Awarded(client.Journal.Take(given)), Does.Contain(workers[0].Id));
        Assert.That(Awarded(client.Journal.Skip(given)), Does.Not.Contain(workers[0].Id).And.Not.Empty);
    }

    [Test]
    public void TooFewOthersForAPoolAreNoReasonToEndAFirstLeaseThatIsSlowToOpen()
    {
        var (bench, client, workers) = Nodes(3);
        bench.Loses = (_, message) => bench.Micros < 90_000_000 && Opens(message);
        var job = Submit(client, 1, 1, workers);
        Assert.That(bench.RunUntil(() => client.Job(job).Ended, 600), Is.True);
        Assert.That(client.Job(job).State, Is.EqualTo(JobState.Accepted), client.Job(job).Cause);
        Assert.That(client.Job(job).Leases.Select(static l => l.Phase), Has.None.EqualTo(LeasePhase.Cancelled).And.Exactly(2).Items);
    }

    [Test]
    public void WhoIsNotInTheDrawIsNoReasonToEndAReplicaThatIsSlowToOpen()
    {
        var (bench, client, workers) = Nodes(4);
        var late = workers[3];
        bench.Reachable = (_, other) => other != late || bench.Micros > 10_000_000;
        bench.Loses = (from, message) => bench.Micros < 90_000_000 && Opens(message)
            && client.Jobs[0].Leases.Any(l => l.Worker == from && l.Slot > 0);
        var job = Submit(client, 1, 1, workers);
        Assert.That(bench.RunUntil(() => client.Job(job).Leases.Any(static l => l.Slot == 1 && l.Phase == LeasePhase.Revealed), 60), Is.True);
        workers[..3].Single(w => client.Job(job).Leases.All(l => l.Worker != w.Id)).Kill();
        Assert.That(bench.RunUntil(() => client.Job(job).Ended, 600), Is.True);
        Assert.That(client.Job(job).State, Is.EqualTo(JobState.Accepted), client.Job(job).Cause);
        Assert.That(client.Peers, Does.Contain(late.Id));
        Assert.That(client.Job(job).Leases.Select(static l => l.Phase), Has.None.EqualTo(LeasePhase.Cancelled).And.Exactly(2).Items);
    }

    private static bool Opens(PeerMessage message)
        => message is EntriesMessage entries && entries.Items.Any(static item => item.Entry.Body is Opening);

    private static int Expired(BenchNode client)
        => client.Journal.FindIndex(static e => e is EntryKept { Kept.Entry.Body: Cancel { Reason: CancelReason.Expired } });

    private static List<PeerId> Awarded(IEnumerable<JournalEntry> entries)
        => [.. entries.OfType<EntryKept>().Select(static e => e.Kept.Entry.Body).OfType<Award>().Select(static award => award.Lease.Worker)];

    private static (Bench Bench, BenchNode Client, BenchNode[] Workers) Nodes(int workers)
    {
        var bench = new Bench();
        var client = bench.Add(1, new NodeSettings { TakesWork = false });
        return (bench, client, [.. Enumerable.Range(0, workers).Select(i => bench.Add((byte)(10 + i), new NodeSettings { Slots = 1 }))]);
    }

    private static Hash32 Submit(BenchNode client, uint tasks, uint perLease, BenchNode[] workers, uint replicas = 2)
    {
        var job = Bench.Job(tasks, perLease, 8, workers) with { Verification = VerificationTerms.Of(replicas) };
        client.Post(new SubmitJob(job));
        return job.IdFor(client.Id);
    }
}
