// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Core.Events;
using PeerCompute.Core.Tests.Kit;
using PeerCompute.Core.Views;
using PeerCompute.Wire.Leases;
using PeerCompute.Wire.Offers;

namespace PeerCompute.Core.Tests;

/// <summary>An owner changes what is lent while jobs run.</summary>
public class LendingTest
{
    private static readonly LendTerms Lent = new(true, "", 2, 1UL << 30, 1UL << 40, 3_600_000, 1_000);

    [Test]
    public void WorkThatIsStoppedGoesOnElsewhereAndNobodyIsBlamed()
    {
        var (bench, client, worker) = OneJobTest.TwoNodes();
        var other = bench.Add(3, new NodeSettings { Slots = 2, Isolation = "test" });
        var job = OneJobTest.Submit(client, Bench.Job(24, 6, 2, worker, other));
        Assert.That(bench.RunUntil(() => Running(worker) > 0 && worker.Ran.Count > 0, 60), Is.True);
        worker.Post(new LendChanged(Lent with { TakesWork = false }));
        worker.Post(new StopWork("its owner took the machine back"));
        var ran = worker.Ran.Count;
        Assert.That(Running(worker), Is.Zero, "nothing runs from this moment on");
        Assert.That(bench.RunUntil(() => client.Job(job).Ended, 600), Is.True);
        var view = client.Job(job);
        Assert.Multiple(() =>
        {
            Assert.That(view.State, Is.EqualTo(JobState.Accepted), view.Cause);
            Assert.That(worker.Ran, Has.Count.EqualTo(ran));
            Assert.That(view.TotalMicro, Is.EqualTo(24 * 1000));
            Assert.That(view.Leases.Where(static l => l.Phase == LeasePhase.Cancelled).Select(static l => l.Text),
                Is.Not.Empty.And.All.EqualTo("its owner took the machine back"));
        });
    }

    [Test]
    public void OnlyLeasesThatHaveTheDeviceAreStoppedWhereItIsTaken()
    {
        var (bench, client, worker) = OneJobTest.TwoNodes();
        var job = OneJobTest.Submit(client, Bench.Job(24, 6, 2, worker));
        Assert.That(bench.RunUntil(() => Running(worker) > 0 && worker.Ran.Count > 0, 60), Is.True);
        worker.Post(new StopWork("its owner took the device back", DeviceOnly: true));
        Assert.That(Running(worker), Is.Not.Zero, "a lease of another runtime goes on");
        Assert.That(bench.RunUntil(() => client.Job(job).Ended, 600), Is.True);
        Assert.That(client.Job(job).Leases.Select(static l => l.Phase), Has.None.EqualTo(LeasePhase.Cancelled));
    }

    [Test]
    public void AJobOfOneWorkerWaitsForItsOwnerAndIsDoneThen()
    {
        var (bench, client, worker) = OneJobTest.TwoNodes();
        var job = OneJobTest.Submit(client, Bench.Job(24, 6, 2, worker));
        Assert.That(bench.RunUntil(() => worker.Ran.Count > 0, 60), Is.True);
        worker.Post(new LendChanged(Lent with { Away = "paused until 14:00" }));
        worker.Post(new StopWork("its owner took the machine back"));
        bench.RunUntil(static () => false, 300);
        Assert.That(client.Job(job).Ended, Is.False);
        Assert.That(client.Job(job).Cause, Does.Contain("declined (busy): paused until 14:00"));
        var before = bench.Micros;
        worker.Post(new LendChanged(Lent));
        Assert.That(bench.RunUntil(() => client.Job(job).Ended, 60), Is.True);
        Assert.That(client.Job(job).State, Is.EqualTo(JobState.Accepted), client.Job(job).Cause);
        Assert.That(bench.Micros - before, Is.LessThan(5_000_000), "the client is told at once, not asked for at its next try");
    }

    [Test]
    public void WorkThatRunsEndsNormallyWhenTheOwnerLendsNoMore()
    {
        var (bench, client, worker) = OneJobTest.TwoNodes();
        var other = bench.Add(3, new NodeSettings { Slots = 2, Isolation = "test" });
        var job = OneJobTest.Submit(client, Bench.Job(24, 6, 4, worker, other));
        Assert.That(bench.RunUntil(() => Running(worker) == 2, 60), Is.True);
        var mine = worker.Work.Select(static l => l.LeaseId).ToList();
        worker.Post(new LendChanged(Lent with { TakesWork = false }));
        Assert.That(bench.RunUntil(() => client.Job(job).Ended, 600), Is.True);
        Assert.That(client.Job(job).State, Is.EqualTo(JobState.Accepted), client.Job(job).Cause);
        Assert.That(worker.Work.Where(l => l.Phase == LeasePhase.Settled).Select(static l => l.LeaseId), Is.EquivalentTo(mine));
    }

    [Test]
    public void AnAwardUnderWayIsGivenBackAtOnce()
    {
        var (bench, client, worker) = OneJobTest.TwoNodes();
        var other = bench.Add(3, new NodeSettings { Slots = 2, Isolation = "test" });
        var job = OneJobTest.Submit(client, Bench.Job(4, 1, 4, worker, other));
        Assert.That(bench.RunUntil(() => bench.Wire.Any(m => m.To == worker.Id && m.Message is EntriesMessage), 60), Is.True);
        Assert.That(worker.Work, Is.Empty, "the award is on its way");
        var start = bench.Micros;
        worker.Post(new LendChanged(Lent with { TakesWork = false }));
        Assert.That(bench.RunUntil(() => client.Job(job).Ended, 600), Is.True);
        Assert.That(client.Job(job).State, Is.EqualTo(JobState.Accepted), client.Job(job).Cause);
        Assert.That(bench.Micros - start, Is.LessThan(30_000_000), "nobody waits for the time within which an award must be signed");
        Assert.That(worker.Ran, Is.Empty);
    }

    [Test]
    public void AnotherPriceHoldsForNewLeasesOnly()
    {
        var (bench, client, worker) = OneJobTest.TwoNodes();
        var job = OneJobTest.Submit(client, Bench.Job(24, 6, 1, worker));
        Assert.That(bench.RunUntil(() => worker.Ran.Count > 0, 60), Is.True);
        worker.Post(new LendChanged(Lent with { PerTaskMicro = 2_000 }));
        Assert.That(bench.RunUntil(() => client.Job(job).Ended, 60), Is.True);
        Assert.That(client.Job(job).State, Is.EqualTo(JobState.Accepted), client.Job(job).Cause);
        Assert.That(client.Job(job).TotalMicro, Is.EqualTo((6 * 1000) + (18 * 2000)));
    }

    [Test]
    public void AnOwnerWhoTakesBackForEverIsBlamedInTheEnd()
    {
        var (bench, client, worker) = OneJobTest.TwoNodes();
        worker.Handled = e =>
        {
            if (e is EntriesCame && Running(worker) > 0) worker.Post(new StopWork("no"));
        };
        var job = OneJobTest.Submit(client, Bench.Job(2, 2, 1, worker));
        Assert.That(bench.RunUntil(() => client.Job(job).Ended, 600), Is.True);
        Assert.That(client.Job(job).Cause, Does.Contain("was leased").And.Contain("last: no"));
        Assert.That(client.Job(job).Leases, Has.Length.LessThanOrEqualTo(8 + 5));
    }

    [Test]
    public void ANodeThatLendsNothingSaysSoFinally()
    {
        var (bench, client, worker) = OneJobTest.TwoNodes();
        worker.Post(new LendChanged(Lent with { TakesWork = false }));
        var job = OneJobTest.Submit(client, Bench.Job(2, 1, 1, worker));
        Assert.That(bench.RunUntil(() => client.Job(job).Ended, 120), Is.True);
        Assert.That(client.Job(job).Cause, Does.Contain("declined (policy): this node takes no work from others"));
        Assert.That(bench.Wire.Select(static m => m.Message).OfType<Decline>().Count(), Is.EqualTo(1));
    }

    private static int Running(BenchNode node) => node.Work.Count(static l => l.Phase is LeasePhase.Accepted or LeasePhase.Running);
}
