// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Core.Events;
using PeerCompute.Core.Journal;
using PeerCompute.Core.Runs;
using PeerCompute.Core.Tests.Kit;
using PeerCompute.Core.Views;

namespace PeerCompute.Core.Tests;

/// <summary>Accepted outputs stay with their worker until they are collected or their time is over.</summary>
public class RetentionTest
{
    private const ulong Hour = 3_600_000;

    [Test]
    public void OutputsStayAndAreServedUntilTheClientHasThem()
    {
        var (bench, client, worker, job) = Accepted();
        var outputs = Outputs(client, job);
        Assert.That(worker.Dropped.Intersect(outputs), Is.Empty);
        Assert.That(worker.Dropped, Does.Contain(client.Job(job).Request.Spec.Module!.Root), "inputs go at once");
        Assert.That(outputs.All(worker.Shares.Has), Is.True);
        Assert.That(client.Job(job).CollectBeforeMs, Is.EqualTo(client.Job(job).Request.DeadlineMs + Hour));
        client.Post(new ResultsCollected(job));
        Assert.That(bench.RunUntil(() => worker.Dropped.Intersect(outputs).Count() == outputs.Length, 5), Is.True);
        Assert.That(outputs.Any(worker.Shares.Has), Is.False);
        Assert.That(client.Job(job).Collected, Is.True);
        Assert.That(client.Dropped.Intersect(outputs), Is.Empty, "the client's own node keeps its copy until the time is over");
        Assert.That(worker.Journal.OfType<ResultsReleased>().Count(), Is.EqualTo(2), "once for each lease");
    }

    [Test]
    public void AWorkerThatWasAwayHearsOfTheCollectionWhenItIsBack()
    {
        var (bench, client, worker, job) = Accepted();
        var outputs = Outputs(client, job);
        worker.Kill();
        client.Post(new ResultsCollected(job));
        client.Kill();
        client.Start();
        worker.Start();
        Assert.That(client.Job(job).Collected, Is.True, "the journal knows");
        Assert.That(outputs.All(worker.Shares.Has), Is.True, "nobody has told the worker");
        bench.Connect(client, worker);
        Assert.That(bench.RunUntil(() => worker.Dropped.Intersect(outputs).Count() == outputs.Length, 30), Is.True);
        var told = worker.Journal.Count;
        worker.Kill();
        worker.Start();
        bench.RunUntil(static () => false, 5);
        Assert.That(outputs.Any(worker.Shares.Has), Is.False, "what was let go is not served by a later life");
        Assert.That(worker.Journal.Skip(told).OfType<ResultsReleased>(), Is.Empty);
    }

    [Test]
    public void WhatNobodyCollectsGoesFromBothSidesWhenItsTimeIsOverAndNotBefore()
    {
        var (bench, client, worker, job) = Accepted();
        var outputs = Outputs(client, job);
        var left = (int)((client.Job(job).CollectBeforeMs - (ulong)bench.Now.WallMs) / 1000);
        bench.RunUntil(static () => false, left - 5);
        Assert.That(worker.Dropped.Concat(client.Dropped).Intersect(outputs), Is.Empty);
        Assert.That(bench.RunUntil(() => worker.Dropped.Intersect(outputs).Any() && client.Job(job).Swept, 60), Is.True);
        Assert.That(outputs.Except(worker.Dropped), Is.Empty);
        Assert.That(outputs.Except(client.Dropped), Is.Empty);
        Assert.That(outputs.Any(worker.Shares.Has), Is.False);
    }

    [Test]
    public void ANodeThatWasOffWhenTheTimeWasOverLetsGoWhenItStarts()
    {
        var (bench, client, worker, job) = Accepted();
        var outputs = Outputs(client, job);
        worker.Kill();
        client.Kill();
        bench.After(30L * 3_600_000_000, static () => { });
        bench.RunUntil(static () => false, 40 * 3600);
        worker.Start();
        client.Start();
        Assert.That(outputs.Except(worker.Dropped), Is.Empty);
        Assert.That(outputs.Except(client.Dropped), Is.Empty);
        Assert.That(client.Job(job).Swept, Is.True);
    }

    [Test]
    public void OutputsThatGotLostAtTheClientComeBackFromTheWorker()
    {
        var (bench, client, worker, job) = Accepted();
        var lease = client.Job(job).Leases[0].LeaseId;
        var fetched = 0;
        client.FetchFault = fetch =>
        {
            if (fetch.Fetch == new RunKey(lease, RunRole.Confirm)) fetched++;
            return null;
        };
        client.Post(new OutputsWanted(lease));
        Assert.That(bench.RunUntil(() => fetched == 1, 5), Is.True);
        bench.Disconnect(worker);
        bench.RunUntil(static () => false, 1);
        client.Post(new OutputsWanted(lease));
        Assert.That(bench.RunUntil(() => fetched == 2, 30), Is.True, "it dials the worker first");
        Assert.That(client.Notes.Any(static n => n.Contains("did not come back", StringComparison.Ordinal)), Is.False, "the worker served them");
    }

    [Test]
    public void AWorkerThatWasNeverToldThatItsLeaseIsOverHoldsUpNothing()
    {
        var (bench, client, worker) = OneJobTest.TwoNodes();
        worker.Endless = static (_, _) => true;
        var request = Bench.Job(4, 2, 2, worker);
        var job = OneJobTest.Submit(client, request with { Placement = request.Placement with { RetainMs = 5000 } });
        Assert.That(bench.RunUntil(() => worker.Begun.Count > 0, 60), Is.True);
        worker.Kill();
        client.Post(new CancelJob(job));
        Assert.That(bench.RunUntil(() => client.Job(job).Swept, 7200), Is.True);
        Assert.That((ulong)bench.Now.WallMs, Is.InRange(client.Job(job).CollectBeforeMs, client.Job(job).CollectBeforeMs + 10_000));
    }

    [Test]
    public void WithoutATimeOutputsGoWithTheirLease()
    {
        var (_, client, worker, job) = Accepted(0);
        Assert.That(Outputs(client, job).Except(worker.Dropped), Is.Empty);
        Assert.That(worker.Journal.OfType<ResultsReleased>(), Is.Empty);
        Assert.That(client.Job(job).CollectBeforeMs, Is.Zero);
    }

    private static (Bench Bench, BenchNode Client, BenchNode Worker, Hash32 Job) Accepted(ulong retainMs = Hour)
    {
        var (bench, client, worker) = OneJobTest.TwoNodes();
        var request = Bench.Job(4, 2, 2, worker);
        request = request with { Placement = request.Placement with { RetainMs = retainMs } };
        var job = OneJobTest.Submit(client, request);
        Assert.That(bench.RunUntil(() => client.Job(job).Ended, 60), Is.True);
        Assert.That(client.Job(job).State, Is.EqualTo(JobState.Accepted), client.Job(job).Cause);
        return (bench, client, worker, job);
    }

    private static Hash32[] Outputs(BenchNode client, Hash32 job) => [.. client.Job(job).Tasks.Select(static t => t.Output!.Root)];
}
