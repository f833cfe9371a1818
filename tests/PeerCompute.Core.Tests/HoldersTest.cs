// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Core.Effects;
using PeerCompute.Core.Events;
using PeerCompute.Core.Journal;
using PeerCompute.Core.Runs;
using PeerCompute.Core.Tests.Kit;
using PeerCompute.Core.Views;
using PeerCompute.Wire.Common;

namespace PeerCompute.Core.Tests;

/// <summary>Every worker whose equal output was accepted keeps it: what the client lost comes back from any of them.</summary>
public class HoldersTest
{
    private const ulong Hours = 4 * 3_600_000;

    [Test]
    public void EveryWorkerOfARangeKeepsItsOutputsUntilTheClientHasThem()
    {
        var (bench, client, workers, job) = Accepted();
        var keeping = Keeping(client, job);
        Assert.That(keeping, Has.Length.EqualTo(8), "four ranges, two workers each");
        Assert.That(keeping.All(lease => Kept(workers, lease)), Is.True);
        Assert.That(workers.SelectMany(static w => w.Work).Count(static lease => lease.Keeps), Is.EqualTo(8), "their owners see it too");
        client.Post(new ResultsCollected(job));
        Assert.That(bench.RunUntil(() => !Keeping(client, job).Any() && !keeping.Any(lease => Kept(workers, lease)), 10), Is.True);
        Assert.That(workers.SelectMany(static w => w.Work).Any(static lease => lease.Keeps), Is.False);
    }

    [TestCase(false)]
    [TestCase(true)]
    public void AWorkerThatIsBackLongAfterTheCollectionIsToldByTheClient(bool again)
    {
        var (bench, client, workers, job) = Accepted();
        var keeping = Keeping(client, job);
        var away = Of(workers, keeping[0].Worker);
        away.Kill();
        bench.RunUntil(static () => false, 1);
        client.Post(new ResultsCollected(job));
        bench.RunUntil(static () => false, 60);
        if (again)
        {
            client.Kill();
            client.Start();
        }

        bench.RunUntil(static () => false, 600);
        Assert.That(keeping.All(lease => Kept(workers, lease) == (lease.Worker == away.Id)), Is.True, "the others were told at once");
        away.Start();
        Assert.That(bench.RunUntil(() => !Kept(workers, keeping[0]), 2 * 3600), Is.True, "it listens, and dials nobody");
        Assert.That(keeping.Any(lease => Kept(workers, lease)), Is.False);
        bench.RunUntil(static () => false, 60);
        var dials = bench.Dials;
        Assert.That(bench.RunUntil(() => client.Job(job).Swept, 6 * 3600), Is.True);
        Assert.That(bench.Dials, Is.EqualTo(dials), "who was told is left alone");
    }

    [Test]
    public void WhatTheClientLostComesBackFromAnotherWhenItsWorkerHasDiedForGood()
    {
        var (bench, client, workers, job) = Accepted();
        var task = client.Job(job).Tasks[5];
        var dead = Of(workers, task.Worker);
        dead.Kill();
        client.Kill();
        client.Start();
        var asked = new List<FetchBlobs>();
        client.FetchFault = fetch =>
        {
            asked.Add(fetch);
            return null;
        };
        client.Post(new OutputsWanted(task.LeaseId));
        Assert.That(bench.RunUntil(() => !client.Job(job).Tasks[5].Copies.IsEmpty, 30), Is.True, string.Join('\n', client.Notes));
        var copy = client.Job(job).Tasks[5].Copies.Single();
        var from = Keeping(client, job).Single(lease => lease.LeaseId == asked.Single().Fetch.LeaseId);
        Assert.That((from.Worker == dead.Id, from.FirstTask <= 5 && 5 < from.FirstTask + from.TaskCount), Is.EqualTo((false, true)));
        Assert.That((copy.Plain, copy.Root != task.Output!.Root, asked[0].Blobs.Contains(copy)), Is.EqualTo((task.Output.Plain, true, true)));

        // It stays here, in later lives too, until its time is over.
        client.Kill();
        client.Start();
        Assert.That(client.Job(job).Tasks[5].Copies.Single().Root, Is.EqualTo(copy.Root));
        Assert.That(client.Pins.Has(copy.Root), Is.True);
        bench.RunUntil(() => client.Job(job).Swept, 30 * 3600);
        Assert.That(client.Dropped, Does.Contain(copy.Root));
        Assert.That(client.Pins.Has(copy.Root), Is.False);
    }

    [Test]
    public void AWorkerThatDoesNotGiveItIsPassedOverAndAskedAgainInTheNextRound()
    {
        var (bench, client, _, job) = Accepted();
        var task = client.Job(job).Tasks[0];
        var asked = new List<RunKey>();
        client.FetchFault = fetch =>
        {
            asked.Add(fetch.Fetch);
            return asked.Count <= 3 ? new BlobsFailed(fetch.Fetch, false, "its disk failed") : null;
        };
        client.Post(new OutputsWanted(task.LeaseId));
        client.Post(new OutputsWanted(task.LeaseId));
        Assert.That(bench.RunUntil(() => asked.Count == 2, 5), Is.True);
        bench.RunUntil(static () => false, 5);
        Assert.That(asked.Distinct().Count(), Is.EqualTo(2), "both workers, each once");
        Assert.That(asked, Has.Count.EqualTo(2), "and nobody is asked for ever");
        Assert.That(client.Job(job).Tasks[0].Copies, Is.Empty);
        client.Post(new OutputsWanted(task.LeaseId));
        Assert.That(bench.RunUntil(() => asked.Count == 4 && !client.Job(job).Tasks[0].Copies.IsEmpty, 5), Is.True, "the client asks again");
    }

    [Test]
    public void ALiarsOutputsAreNotAskedFor()
    {
        var (bench, client, workers) = Nodes(5);
        foreach (var worker in workers[..1])
            worker.Lie = static (_, r) => r.Task == 1 ? r with { OutputHash = Hash32.Of([9]), Blob = r.Blob! with { Plain = Hash32.Of([9]) } } : r;
        var job = Submit(client, workers, perLease: 2);
        Assert.That(bench.RunUntil(() => client.Job(job).Ended, 120), Is.True);
        Assert.That(client.Job(job).State, Is.EqualTo(JobState.Accepted), client.Job(job).Cause);
        var asked = new List<FetchBlobs>();
        client.FetchFault = fetch =>
        {
            asked.Add(fetch);
            return new BlobsFailed(fetch.Fetch, false, "not today");
        };
        foreach (var lease in client.Job(job).Tasks.Select(static t => t.LeaseId).Distinct()) client.Post(new OutputsWanted(lease));
        bench.RunUntil(static () => false, 5);
        Assert.That(asked.SelectMany(static f => f.Blobs).Any(static b => b.Plain == Hash32.Of([9])), Is.False);
        Assert.That(asked.SelectMany(static f => f.Blobs).Select(static b => b.Plain).Distinct().Count(), Is.EqualTo(8), "but for every task somebody is");
    }

    [Test]
    public void TheTimeEndsWhileItIsFetched()
    {
        var (bench, client, _, job) = Accepted();
        var task = client.Job(job).Tasks[0];
        var left = (long)(client.Job(job).CollectBeforeMs - (ulong)bench.WallOffsetMs) * 1000;
        for (var at = -1000; at < 2500; at += 100) bench.After(left + at - bench.Micros, () => client.Post(new OutputsWanted(task.LeaseId)));
        var late = 0;
        client.FetchFault = fetch =>
        {
            late += client.Job(job).Swept ? 1 : 0;
            return new BlobsFailed(fetch.Fetch, false, "not today");
        };
        Assert.That(bench.RunUntil(() => client.Job(job).Swept, 30 * 3600), Is.True);
        bench.RunUntil(static () => false, 5);
        Assert.That((late, client.Pins.Count), Is.EqualTo((1, 0)), "one was on its way, and nobody else is asked");
    }

    private static (Bench Bench, BenchNode Client, BenchNode[] Workers, Hash32 Job) Accepted()
    {
        var (bench, client, workers) = Nodes(4);
        var job = Submit(client, workers, perLease: 2);
        Assert.That(bench.RunUntil(() => client.Job(job).Ended, 120), Is.True);
        Assert.That(client.Job(job).State, Is.EqualTo(JobState.Accepted), client.Job(job).Cause);
        return (bench, client, workers, job);
    }

    private static (Bench Bench, BenchNode Client, BenchNode[] Workers) Nodes(int workers)
    {
        var bench = new Bench();
        var client = bench.Add(1, new NodeSettings { TakesWork = false });
        return (bench, client, [.. Enumerable.Range(0, workers).Select(i => bench.Add((byte)(10 + i), new NodeSettings { Slots = 1 }))]);
    }

    private static Hash32 Submit(BenchNode client, BenchNode[] workers, uint perLease)
    {
        var request = Bench.Job(8, perLease, 8, workers) with { Verification = VerificationTerms.Of(2) };
        return OneJobTest.Submit(client, request with { Placement = request.Placement with { RetainMs = Hours } });
    }

    private static LeaseView[] Keeping(BenchNode client, Hash32 job) => [.. client.Job(job).Leases.Where(static lease => lease.Keeps)];

    private static BenchNode Of(BenchNode[] workers, Base.Identity.PeerId id) => workers.Single(worker => worker.Id == id);

    /// <summary>Whether the worker of a lease serves what it made for it.</summary>
    private static bool Kept(BenchNode[] workers, LeaseView lease)
    {
        var worker = Of(workers, lease.Worker);
        var made = worker.Journal.OfType<TaskKept>().Where(kept => kept.Run.LeaseId == lease.LeaseId).Select(static kept => kept.Result.Blob!.Root).ToList();
        return made.Count > 0 && made.All(worker.Shares.Has);
    }
}
