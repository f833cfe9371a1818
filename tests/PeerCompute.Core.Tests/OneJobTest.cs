// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Core.Events;
using PeerCompute.Core.Journal;
using PeerCompute.Core.Runs;
using PeerCompute.Core.Tests.Kit;
using PeerCompute.Core.Views;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Core.Tests;

/// <summary>One job between two machines, without a shell.</summary>
public class OneJobTest
{
    [Test]
    public void AJobOfFourLeasesIsAcceptedAndBothSidesHoldTheSame()
    {
        var (bench, client, worker) = TwoNodes();
        var job = Submit(client, Bench.Job(24, 6, 2, worker));
        Assert.That(bench.RunUntil(() => client.Job(job).Ended, 60), Is.True);
        var view = client.Job(job);
        Assert.That(view.State, Is.EqualTo(JobState.Accepted), view.Cause);
        Assert.That(view.Tasks.All(t => t.State == TaskState.Accepted && t.Worker == worker.Id), Is.True);
        Assert.That(view.Leases, Has.Length.EqualTo(4));
        Assert.That(view.TotalMicro, Is.EqualTo(24 * 1000));
        Assert.That(client.Receipts, Contains.Key(job));
        Assert.That(worker.Work.Select(l => (l.LeaseId, l.Phase, l.Head)), Is.EqualTo(view.Leases.Select(l => (l.LeaseId, LeasePhase.Settled, l.Head))));
        Assert.That(worker.Ran, Has.Count.EqualTo(24));
        Assert.That(client.Ran, Has.Count.EqualTo(24));
    }

    [Test]
    public void NoMoreLeasesLiveThanThePlacementAllows()
    {
        var (bench, client, worker) = TwoNodes();
        var most = 0;
        worker.Handled = _ => most = Math.Max(most, worker.Work.Count(l => l.Phase is LeasePhase.Accepted or LeasePhase.Running));
        var job = Submit(client, Bench.Job(24, 3, 2, worker));
        Assert.That(bench.RunUntil(() => client.Job(job).Ended, 60), Is.True);
        Assert.That(most, Is.EqualTo(2));
    }

    [Test]
    public void TheReExecutionOfOneLeaseOverlapsTheRunOfTheNext()
    {
        var (bench, client, worker) = TwoNodes();
        var job = Submit(client, Bench.Job(24, 3, 2, worker));
        Assert.That(bench.RunUntil(() => client.Ran.Count > 0, 60), Is.True);
        Assert.That(worker.Ran, Has.Count.LessThan(24), "the client re-executes while the worker still has tasks to run");
        Assert.That(bench.RunUntil(() => client.Job(job).Ended, 60), Is.True);
    }

    [Test]
    public void AWorkerFreesOutputsWithEachLeaseAndInputsWithTheLast()
    {
        var (bench, client, worker) = TwoNodes();
        var request = Bench.Job(6, 2, 2, worker);
        var job = Submit(client, request);
        Assert.That(bench.RunUntil(() => worker.Work.Any(static l => l.Phase == LeasePhase.Settled), 60), Is.True);
        Assert.That(worker.Dropped, Does.Not.Contain(request.Spec.Module!.Root), "another lease of the job lives");
        Assert.That(worker.Shares.Has(request.Spec.Module!.Root), "and other workers of the job may fetch here");
        Assert.That(bench.RunUntil(() => client.Job(job).Ended, 60), Is.True);
        var outputs = client.Job(job).Tasks.Select(static t => t.Output!.Root);
        Assert.That(worker.Dropped, Is.EquivalentTo([.. outputs, request.Spec.Module!.Root, request.Spec.Inputs[0].Blob.Root]));
        Hash32[] inputs = [request.Spec.Module!.Root, request.Spec.Inputs[0].Blob.Root];
        Assert.That(client.Dropped, Is.EquivalentTo(inputs), "the client keeps what it paid for, and no inputs of a job that has ended");
        Assert.That(worker.Pins.Count, Is.Zero, "no lease is left that needs anything");
        Assert.That(outputs.All(client.Pins.Has) && client.Pins.Count == 6, "the client pins its results");
        Assert.That(inputs.Any(client.Shares.Has) || inputs.Concat(outputs).Any(worker.Shares.Has), Is.False, "nothing of what has ended is served");
    }

    [Test]
    public void AnInputOfTwoJobsStaysUntilTheWorkerNeedsItForNeither()
    {
        var (bench, client, worker) = TwoNodes();
        var request = Bench.Job(2, 2, 1, worker);
        var longer = Bench.Job(40, 2, 1, worker);
        longer = longer with { Spec = longer.Spec with { Name = "longer", Module = request.Spec.Module } };
        var (first, second) = (Submit(client, request), Submit(client, longer));
        Assert.That(bench.RunUntil(() => client.Job(first).Ended && worker.Work.Any(static l => l.Phase == LeasePhase.Settled), 60), Is.True);
        Assert.That(client.Job(second).Ended, Is.False);
        Assert.That(worker.Dropped, Does.Not.Contain(request.Spec.Module!.Root), "the longer job's lease needs it");
        Assert.That(client.Shares.Has(request.Spec.Module!.Root), Is.True);
        Assert.That(bench.RunUntil(() => client.Job(second).Ended, 60), Is.True);
        Assert.That(worker.Dropped, Does.Contain(request.Spec.Module!.Root));
        Assert.That(client.Shares.Has(request.Spec.Module!.Root), Is.False);
    }

    [Test]
    public void AStrangersOffersAreBounded()
    {
        var (bench, client, worker) = TwoNodes();
        var requests = Enumerable.Range(0, 70).Select(i => Bench.Job(1, 1, 1, worker)).Select((r, i) => r with { Spec = r.Spec with { Name = $"job {i}" } });
        var jobs = requests.Select(r => Submit(client, r)).ToList();
        worker.Handled = _ => Assert.That(worker.Journal.OfType<BidMade>().Count(), Is.LessThanOrEqualTo(64));
        Assert.That(bench.RunUntil(() => worker.Journal.OfType<BidMade>().Count() == 64, 60), Is.True);
        bench.RunUntil(static () => false, 30);
        Assert.That(jobs.Count(j => client.Job(j).State == JobState.Accepted), Is.EqualTo(64));
        Assert.That(jobs.Count(j => client.Job(j).Cause.Contains("64 offers of yours are open here", StringComparison.Ordinal)), Is.EqualTo(6));
    }

    [Test]
    public void AWrongResultIsRejectedUnpaidAndDoneAgainByAnother()
    {
        var (bench, client, liar) = TwoNodes();
        var honest = bench.Add(3, new NodeSettings { Slots = 2, Isolation = "test" });
        liar.Lie = (run, r) => run.Role == RunRole.Work && r.Task == 4 ? r with { OutputHash = r.Blob!.Root, Blob = r.Blob with { Plain = r.Blob.Root } } : r;
        var job = Submit(client, Bench.Job(12, 3, 2, liar, honest));
        Assert.That(bench.RunUntil(() => client.Job(job).Ended, 120), Is.True);
        var view = client.Job(job);
        Assert.That(view.State, Is.EqualTo(JobState.Accepted), view.Cause);
        Assert.That(view.Tasks[4].Worker, Is.EqualTo(honest.Id));
        Assert.That(view.TotalMicro, Is.EqualTo(12 * 1000));
    }

    [Test]
    public void AJobWithoutAnybodyElseEndsWithTheLiarNamed()
    {
        var (bench, client, liar) = TwoNodes();
        liar.Lie = (run, r) => run.Role == RunRole.Work ? r with { OutputHash = r.Blob!.Root } : r;
        var job = Submit(client, Bench.Job(2, 1, 1, liar));
        Assert.That(bench.RunUntil(() => client.Job(job).Ended, 120), Is.True);
        Assert.That(client.Job(job).State, Is.EqualTo(JobState.Failed));
        Assert.That(client.Job(job).Cause, Does.Contain("differs from the re-execution").And.Contain(liar.Id.Short()));
        Assert.That(client.Job(job).TotalMicro, Is.Zero);
    }

    [Test]
    public void AnUnreachableWorkerIsNamedWhenPatienceEnds()
    {
        var (bench, client, worker) = TwoNodes();
        worker.Kill();
        var job = Submit(client, Bench.Job(2, 1, 1, worker));
        Assert.That(bench.RunUntil(() => client.Job(job).Ended, 120), Is.True);
        Assert.That(client.Job(job).Cause, Does.Contain("cannot be reached: nobody listens there"));
    }

    [Test]
    public void ADeclineIsPassedOnInWords()
    {
        var bench = new Bench();
        var client = bench.Add(1, new NodeSettings { TakesWork = false });
        var worker = bench.Add(2, new NodeSettings { PerTaskMicro = 5_000 });
        var job = Submit(client, Bench.Job(2, 1, 1, worker));
        Assert.That(bench.RunUntil(() => client.Job(job).Ended, 120), Is.True);
        Assert.That(client.Job(job).Cause, Does.Contain("declined (price): a task costs 5000 micro-units here"));
    }

    [Test]
    public void AFailingProgramEndsTheJobWithItsFault()
    {
        var (bench, client, worker) = TwoNodes();
        foreach (var node in new[] { client, worker }) node.Lie = (_, r) => r.Task == 1 ? r with { Fault = "trap: unreachable" } : r;
        var job = Submit(client, Bench.Job(4, 2, 1, worker));
        Assert.That(bench.RunUntil(() => client.Job(job).Ended, 60), Is.True);
        Assert.That(client.Job(job).State, Is.EqualTo(JobState.Failed));
        Assert.That(client.Job(job).Cause, Is.EqualTo("task 1: trap: unreachable"));
    }

    [Test]
    public void ACancelledJobEndsItsLeasesOnBothSides()
    {
        var (bench, client, worker) = TwoNodes();
        var job = Submit(client, Bench.Job(24, 6, 2, worker));
        Assert.That(bench.RunUntil(() => worker.Ran.Count >= 3, 60), Is.True);
        client.Post(new CancelJob(job));
        Assert.That(bench.RunUntil(() => worker.Work.All(l => l.Phase == LeasePhase.Cancelled), 60), Is.True);
        Assert.That(client.Job(job).State, Is.EqualTo(JobState.Cancelled));
        var ran = worker.Ran.Count;
        bench.RunUntil(static () => false, 5);
        Assert.That(worker.Ran, Has.Count.EqualTo(ran), "nothing runs for a cancelled job");
    }

    internal static (Bench Bench, BenchNode Client, BenchNode Worker) TwoNodes()
    {
        var bench = new Bench();
        var client = bench.Add(1, new NodeSettings { TakesWork = false, ConfirmSlots = 1 });
        var worker = bench.Add(2, new NodeSettings { Slots = 2, Isolation = "test" });
        return (bench, client, worker);
    }

    internal static Base.Crypto.Hash32 Submit(BenchNode client, JobRequest request)
    {
        client.Post(new SubmitJob(request));
        return request.IdFor(client.Id);
    }
}
