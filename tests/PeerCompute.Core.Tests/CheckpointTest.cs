// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Chance;
using PeerCompute.Base.Crypto;
using PeerCompute.Core.Effects;
using PeerCompute.Core.Events;
using PeerCompute.Core.Journal;
using PeerCompute.Core.Runs;
using PeerCompute.Core.Tests.Kit;
using PeerCompute.Core.Views;
using PeerCompute.Market.Bids;
using PeerCompute.Wire.Checkpoints;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Core.Tests;

/// <summary>What a task had saved is given to who runs it next, by crashes and stops of either side, and decides nothing about its result.</summary>
public class CheckpointTest
{
    private static readonly NativeSemantics Image = NativeSemantics.Of("x64", "sha256:" + new string('a', 64))!;

    [Test]
    public void AStoppedTaskGoesOnElsewhereFromWhatItsProgramSavedInItsGrace()
    {
        var (bench, client, workers) = Nodes(2);
        workers[0].Endless = static (_, _) => true;
        var last = Of(0, "last");
        workers[0].Saves = _ => last;
        var job = OneJobTest.Submit(client, Job(1, workers));
        var run = Begun(bench, workers[0]);
        workers[0].Save(run.Run, Of(0, "first"));
        Assert.That(bench.RunUntil(() => Kept(client) == 1, 60), Is.True, "the client has it while the task runs");
        workers[0].Post(new LendChanged(Away));
        workers[0].Post(new StopWork("its owner took the machine back"));
        Assert.That(bench.RunUntil(() => client.Job(job).Ended, 120), Is.True, client.Job(job).Cause);
        Assert.That(client.Job(job).State, Is.EqualTo(JobState.Accepted), client.Job(job).Cause);
        Assert.That(workers[0].Eased.Single().GraceMs, Is.EqualTo(5000));
        Assert.That(workers[1].Begun.Single().Resume!.Root, Is.EqualTo(last.Root), "the last one came before the lease ended");
        Assert.That(client.Begun.Single().Resume, Is.Null, "the client executes it from the beginning");
        Assert.That(client.Dropped, Is.SupersetOf(last.Roots), "nobody needs it any more");
        var award = client.Journal.OfType<EntryKept>().Select(static e => e.Kept.Entry.Body).OfType<Award>().Last().Lease;
        Assert.That((award.ResumeRoot, award.TaskCount), Is.EqualTo((last.Root, 1u)), "both sides signed what it goes on from");
    }

    [TestCase(true)]
    [TestCase(false)]
    public void BothSidesComeBackFromTheirJournalsAndTheTaskGoesOn(bool client)
    {
        var (bench, issuer, workers) = Nodes(1);
        var worker = workers[0];
        var saved = Of(0, "saved");
        worker.Endless = (_, _) => worker.Begun.Count < 2;
        issuer.Endless = (_, _) => false;
        var job = OneJobTest.Submit(issuer, Job(1, workers));
        var run = Begun(bench, worker);
        worker.Save(run.Run, saved);
        var victim = client ? issuer : worker;
        if (client) Assert.That(bench.RunUntil(() => Kept(issuer) == 1, 60), Is.True);
        victim.Kill();
        victim.Start();
        bench.RunUntil(() => worker.Begun.Count > 1, 30);
        if (client)
        {
            worker.Kill(); // of the issuer's life now: it knows from its journal what to give
            worker.SetBack(worker.Journal.FindIndex(static e => e is CheckpointKept));
            worker.Start();
        }

        Assert.That(bench.RunUntil(() => issuer.Job(job).Ended, 600), Is.True, issuer.Job(job).Cause);
        Assert.That(issuer.Job(job).State, Is.EqualTo(JobState.Accepted), issuer.Job(job).Cause);
        if (!client) Assert.That(worker.Begun[^1].Resume!.Root, Is.EqualTo(saved.Root), "it goes on from its own checkpoint in the same lease");
    }

    [Test]
    public void AWorkerThatDiesInTheMiddleOfItsUploadIsReplacedByWhatCameBefore()
    {
        var (bench, client, workers) = Nodes(2);
        workers[0].Endless = static (_, _) => true;
        var job = OneJobTest.Submit(client, Job(1, workers));
        var run = Begun(bench, workers[0]);
        workers[0].Save(run.Run, Of(0, "one"));
        Assert.That(bench.RunUntil(() => Kept(client) == 1, 60), Is.True);
        workers[0].Save(run.Run, Of(0, "two"));
        workers[0].Kill();
        Assert.That(bench.RunUntil(() => client.Job(job).Ended, 120), Is.True, client.Job(job).Cause);
        Assert.That(client.Job(job).State, Is.EqualTo(JobState.Accepted), client.Job(job).Cause);
        Assert.That(workers[1].Begun.Single().Resume!.Root, Is.EqualTo(Of(0, "one").Root));
    }

    [Test]
    public void AResultThatGoesBackToAnothersCheckpointIsNeverHeldAgainstWhoFinishedIt()
    {
        var (bench, client, workers) = Nodes(2);
        workers[0].Endless = (_, _) => workers[0].Begun.Count < 2;
        workers[1].Lie = (run, result) =>
            workers[1].Begun.Find(b => b.Run == run)!.Resume is null ? result : result with { OutputHash = Hash32.Of("spoilt"u8) };
        var job = OneJobTest.Submit(client, Job(1, workers));
        workers[0].Save(Begun(bench, workers[0]).Run, Of(0, "poison"));
        Assert.That(bench.RunUntil(() => Kept(client) == 1, 60), Is.True);
        workers[0].Post(new LendChanged(Away));
        workers[0].Post(new StopWork("its owner took the machine back"));
        Assert.That(bench.RunUntil(() => client.Job(job).Ended, 120), Is.True, client.Job(job).Cause);
        var view = client.Job(job);
        Assert.That(view.State, Is.EqualTo(JobState.Accepted), view.Cause);
        Assert.That(workers[1].Begun.Select(static b => b.Resume is null), Is.EqualTo(new[] { false, true }), "the second time from the beginning");
        Assert.That(client.Journal.OfType<CheckpointsRejected>().Count(), Is.EqualTo(1));
        Assert.That(view.TotalMicro, Is.EqualTo(1000), "a wrong result is not paid, the right one is, once");
        Assert.That(view.Leases.Select(static l => l.Text), Has.Some.Contains("goes back to a checkpoint of another lease"));
    }

    [Test]
    public void WhoMadeACheckpointIsNotDrawnToConfirmWhatGoesBackToIt()
    {
        var (bench, client, workers) = Nodes(4);
        RunKey? first = null;
        foreach (var worker in workers) worker.Endless = (run, _) => (first ??= run) == run;
        var job = OneJobTest.Submit(client, Job(1, workers) with { Verification = VerificationTerms.Of(2) });
        Assert.That(bench.RunUntil(() => workers.Any(static w => w.Begun.Count > 0), 60), Is.True);
        var maker = workers.Single(static w => w.Begun.Count > 0);
        maker.Save(maker.Begun[0].Run, Of(0, "state"));
        Assert.That(bench.RunUntil(() => Kept(client) == 1, 60), Is.True);
        maker.Post(new StopWork("its owner took the machine back"));
        Assert.That(bench.RunUntil(() => client.Job(job).Ended, 300), Is.True, client.Job(job).Cause);
        Assert.That(client.Job(job).State, Is.EqualTo(JobState.Accepted), client.Job(job).Cause);
        var later = workers.SelectMany(static w => w.Begun.Select(b => (Worker: w, Run: b))).Where(x => x.Run != maker.Begun[0]).ToList();
        Assert.That(later.Select(static x => x.Run.Resume is null).Order(), Is.EqualTo(new[] { false, true }), "one goes on, a replica begins");
        Assert.That(later.Find(static x => x.Run.Resume is null).Worker, Is.Not.SameAs(maker));
    }

    [Test]
    public void WhatAReplicaSavesIsNotFetchedAndItsWorkerDoesNotWaitWithIt()
    {
        var (bench, client, workers) = Nodes(3);
        var replicas = 0;
        foreach (var worker in workers) worker.Endless = (_, _) => workers.Sum(static w => w.Begun.Count) == 2 && replicas++ >= 0;
        OneJobTest.Submit(client, Job(1, workers) with { Verification = VerificationTerms.Of(2) });
        Assert.That(bench.RunUntil(() => workers.Sum(static w => w.Begun.Count) == 2, 60), Is.True);
        var replica = workers.Single(w => w.Work.Any(static lease => lease.Slot > 0));
        replica.Save(replica.Begun[^1].Run, Of(0, "state"));
        replica.Post(new StopWork("its owner took the machine back"));
        Assert.That(bench.RunUntil(() => replica.Work.All(static lease => lease.Phase != LeasePhase.Running), 30), Is.True, "it does not wait a minute");
        Assert.That(Kept(client), Is.Zero);
    }

    [Test]
    public void ACheckpointThatLeadsNowhereIsGivenUpAndItsUserIsNotBlamed()
    {
        var (bench, client, workers) = Nodes(2);
        workers[0].Endless = (_, _) => workers[0].Begun.Count < 2;
        var job = OneJobTest.Submit(client, Job(1, workers));
        workers[0].Save(Begun(bench, workers[0]).Run, Of(0, "broken"));
        Assert.That(bench.RunUntil(() => Kept(client) == 1, 60), Is.True);
        workers[1].Handled = e =>
        {
            if (e is BlobsFetched && workers[1].Begun is [{ Resume: not null } run])
                workers[1].Post(new RunBroke(run.Run, FailKind.Spec, 0, "bad entries[0].path"));
        };
        workers[0].Post(new LendChanged(Away));
        workers[0].Post(new StopWork("its owner took the machine back"));
        Assert.That(bench.RunUntil(() => client.Job(job).Ended, 120), Is.True, client.Job(job).Cause);
        Assert.That(client.Job(job).State, Is.EqualTo(JobState.Accepted), client.Job(job).Cause);
        Assert.That(workers[1].Begun.Select(static b => b.Resume is null), Is.EqualTo(new[] { false, true }));
    }

    [Test]
    public void WhatIsTooLargeTooOftenOrNotTheJobsIsNotFetched()
    {
        var (bench, client, workers) = Nodes(1);
        workers[0].Endless = static (_, _) => true;
        OneJobTest.Submit(client, Job(1, workers));
        var run = Begun(bench, workers[0]).Run;
        workers[0].Save(run, Of(0, "large") with { Size = 6 << 20 });
        workers[0].Save(run, Of(7, "other"));
        for (var i = 0; i < 30; i++) workers[0].Save(run, Of(0, $"number {i}"));
        bench.RunUntil(static () => false, 5);
        Assert.That(client.Notes, Has.Some.Contains("the job allows 1048576 (checkpoint.max)").And.Some.Contains("it is of another lease")
            .And.Some.Contains("it is number"));
        Assert.That(Kept(client), Is.LessThanOrEqualTo(10));
    }

    [Test]
    public void NumbersThatGoBackAndForthAreKeptOnce()
    {
        var (bench, client, workers) = Nodes(1);
        workers[0].Endless = static (_, _) => true;
        OneJobTest.Submit(client, Job(1, workers));
        var run = Begun(bench, workers[0]).Run;
        workers[0].Save(run, Of(0, "state"));
        Assert.That(bench.RunUntil(() => Kept(client) == 1, 60), Is.True);
        client.FetchMicros = static _ => 100_000;
        for (var i = 0; i < 10; i++)
        {
            Tell(5);
            Tell(4); // while the other one comes
            bench.RunUntil(static () => false, 1);
        }

        Assert.That(client.Journal.OfType<CheckpointKept>().Select(static kept => kept.Checkpoint.Number), Is.EqualTo(new[] { 1UL, 5UL }));

        void Tell(ulong number)
        {
            var told = Of(0, "state") with { Number = number };
            var box = SealedBox.Seal(new Secrets(new byte[32]), client.Key.SealingKey.Span, told.Encode(), Domains.SealedCheckpoint, run.LeaseId.ToArray());
            client.Post(new CheckpointCame(workers[0].Id, new CheckpointMessage(run.LeaseId, number, box)));
        }
    }

    [Test]
    public void WhoSavesAndFailsAgainAndAgainEndsTheJobNotTheDay()
    {
        var (bench, client, workers) = Nodes(1);
        workers[0].Endless = static (_, _) => true;
        workers[0].Handled = e =>
        {
            if (e is BlobsFetched) workers[0].Save(workers[0].Begun[^1].Run, Of(0, $"state {workers[0].Begun.Count}"));
            if (e is CheckpointCame) workers[0].Post(new RunBroke(workers[0].Begun[^1].Run, FailKind.Host, 0, "it fails"));
        };
        var job = OneJobTest.Submit(client, Job(1, workers));
        Assert.That(bench.RunUntil(() => client.Job(job).Ended || workers[0].Begun.Count > 50, 600), Is.True);
        Assert.That(client.Job(job).Cause, Does.Contain("without a result"), "checkpoints that are worth nothing buy no time without end");
        Assert.That(workers[0].Begun, Has.Count.GreaterThan(5));
    }

    [Test]
    public void ACheckpointGoesWhenTheNextOneIsDurableNotBefore()
    {
        var (bench, client, workers) = Nodes(1);
        workers[0].Endless = static (_, _) => true;
        OneJobTest.Submit(client, Job(1, workers));
        var run = Begun(bench, workers[0]).Run;
        workers[0].Save(run, Of(0, "first"));
        workers[0].Save(run, Of(0, "second"));
        Assert.That(workers[0].Dropped, Is.EqualTo(Of(0, "first").Roots));
        Assert.That(workers[0].DroppedAtOnce, Is.Empty, "a life that forgets the second goes on from the first");
    }

    [Test]
    public void ADevicesOwnerWaitsASecondAtMost()
    {
        var card = NativeSemantics.Of("x64", Image.Root, "nvidia")!;
        var (bench, client, workers) = Nodes(1, card);
        workers[0].Endless = static (_, _) => true;
        var job = Job(1, workers);
        OneJobTest.Submit(client, job with { Spec = job.Spec with { Native = card } });
        Begun(bench, workers[0]);
        workers[0].Post(new StopWork("its owner took the device back", DeviceOnly: true));
        Assert.That(workers[0].Eased.Single().GraceMs, Is.EqualTo(1000));
    }

    [Test]
    public void AGpuProgramThatCannotBeAskedToEndIsEndedAtOnce()
    {
        var gpu = NativeSemantics.Of("x64", NativeSemantics.OpenClRuntime)!;
        var (bench, client, workers) = Nodes(1, gpu);
        workers[0].Endless = static (_, _) => true;
        var job = Job(1, workers);
        OneJobTest.Submit(client, job with { Spec = job.Spec with { Native = gpu } });
        Begun(bench, workers[0]);
        workers[0].Post(new StopWork("its owner took the device back", DeviceOnly: true));
        Assert.That((workers[0].Eased.Count, workers[0].Work[0].Phase), Is.EqualTo((0, LeasePhase.Failed)));
    }

    [TestCase(1_000_000UL, true)]
    [TestCase(3_000_000UL, false)]
    [TestCase(0UL, false)]
    public void ABidCountsTheUploadOverTheMeasuredLine(ulong uplink, bool declines)
    {
        var (bench, client, workers) = Nodes(1);
        workers[0].Post(new UplinkMeasured(uplink));
        var job = OneJobTest.Submit(client, Job(1, workers));
        Assert.That(bench.RunUntil(() => client.Job(job).Ended, 120), Is.True);
        Assert.That(client.Job(job).State, Is.EqualTo(declines ? JobState.Failed : JobState.Accepted), client.Job(job).Cause);
        if (declines) Assert.That(client.Job(job).Cause, Does.Contain("raise checkpoint.every, or lower checkpoint.max"));
    }

    private static LendTerms Away => new(true, "paused", 2, 1UL << 30, 1UL << 40, 3_600_000, 1_000);

    private static int Kept(BenchNode client) => client.Journal.OfType<CheckpointKept>().Count();

    private static StartRun Begun(Bench bench, BenchNode worker)
    {
        Assert.That(bench.RunUntil(() => worker.Begun.Count > 0, 60), Is.True);
        return worker.Begun[^1];
    }

    private static Checkpoint Of(uint task, string name) => new(
        task, 1, Hash32.Of(System.Text.Encoding.UTF8.GetBytes(name)), 1000, [Bench.Blob("pack " + name)]);

    private static (Bench Bench, BenchNode Client, BenchNode[] Workers) Nodes(int workers, NativeSemantics? also = null)
    {
        var bench = new Bench();
        var settings = new NodeSettings
        {
            Isolation = "test",
            NativeIsolation = "native-strict",
            Natives = [new NativeOffering(also ?? Image, NativeLeave.Allowed)],
        };
        var client = bench.Add(1, settings with { TakesWork = false });
        return (bench, client, [.. Enumerable.Range(2, workers).Select(i => bench.Add((byte)i, settings))]);
    }

    private static JobRequest Job(uint tasks, BenchNode[] workers)
    {
        var job = Bench.Job(tasks, tasks, 2, workers);
        return job with
        {
            Spec = job.Spec with
            {
                Module = null,
                Native = Image,
                Checkpoint = new CheckpointTerms("state", 1, 5000),
                Limits = new TaskLimits(64 << 20, 0, 3_600_000, 1 << 20)
                {
                    WorkBytes = 1 << 20, Processes = 8, Cores = 1, CheckpointBytes = 1 << 20, CheckpointEveryMs = 1000,
                },
            },
        };
    }
}
