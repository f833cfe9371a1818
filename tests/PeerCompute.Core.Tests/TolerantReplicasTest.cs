// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Core.Events;
using PeerCompute.Core.Runs;
using PeerCompute.Core.Tests.Kit;
using PeerCompute.Core.Views;
using PeerCompute.Market.Bids;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Core.Tests;

/// <summary>Replicas whose outputs are never equal: what is alike counts, by the output that most are alike to.</summary>
public class TolerantReplicasTest
{
    private static readonly NativeSemantics Image = NativeSemantics.Of("x64", "sha256:" + new string('a', 64))!;

    /// <summary>How far from the truth each worker's outputs are; outputs at most 10 apart are alike.</summary>
    private readonly Dictionary<Hash32, int> _offsets = [];

    [Test]
    public void OutputsThatAreAlikeConfirmEachOtherAndBothWorkersArePaid()
    {
        var (bench, client, workers) = Nodes(0, 7, 3);
        var job = Submit(client, 6, 2, workers);
        Assert.That(bench.RunUntil(() => client.Job(job).Ended, 120), Is.True);
        var view = client.Job(job);
        Assert.That(view.State, Is.EqualTo(JobState.Accepted), view.Cause);
        Assert.That(view.TotalMicro, Is.EqualTo(2 * 6 * 1000));
        Assert.That(view.Leases.All(static lease => lease.Rejected == 0));
        Assert.That(client.Receipts, Contains.Key(job), "and its receipt holds: the bench checks it");
        Assert.That(client.Ran, Is.Empty);
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public void WhoIsFarOffIsRejectedWhereverItStandsAndIsNotPaid(int far)
    {
        int[] offsets = [1, 2, 3, 4];
        offsets[far] = 500;
        var (bench, client, workers) = Nodes(offsets);
        var job = Submit(client, 8, 1, workers);
        Assert.That(bench.RunUntil(() => client.Job(job).Ended, 120), Is.True);
        var view = client.Job(job);
        Assert.That(view.State, Is.EqualTo(JobState.Accepted), view.Cause);
        var rejected = view.Leases.Where(static lease => lease.Rejected > 0).ToList();
        Assert.That(rejected.Select(static lease => lease.Worker).Distinct(), Is.EqualTo(new[] { workers[far].Id }));
        Assert.That(rejected.All(static lease => lease.DueMicro == 0), Is.True);
        Assert.That(view.Tasks.Any(task => task.Worker == workers[far].Id), Is.False, "no task counts by its output");
        Assert.That(client.Receipts, Contains.Key(job));
    }

    [Test]
    public void OfOutputsThatAreTooFarFromEachOtherTheOneCountsThatBothAreAlikeTo()
    {
        var (bench, client, workers) = Nodes(0, 8, 16, 8);
        var job = Submit(client, 12, 1, workers, replicas: 3);
        Assert.That(bench.RunUntil(() => client.Job(job).Ended, 120), Is.True);
        var view = client.Job(job);
        Assert.That(view.State, Is.EqualTo(JobState.Accepted), view.Cause);
        var ends = new[] { workers[0].Id, workers[2].Id };
        bool Paid(Base.Identity.PeerId worker, uint task) => view.Leases.Any(lease => lease.Worker == worker && lease.FirstTask == task && lease.DueMicro > 0);
        var wide = view.Tasks.Where(task => ends.All(end => Paid(end, task.Task))).ToList();
        Assert.That(wide, Is.Not.Empty);
        Assert.That(wide.Any(task => ends.Contains(task.Worker)), Is.False);
        Assert.That(client.Receipts, Contains.Key(job));
    }

    [Test]
    public void WorkersThatAllDifferEndTheJobWithTheDifference()
    {
        var (bench, client, workers) = Nodes(0, 50, 100);
        var job = Submit(client, 1, 1, workers);
        Assert.That(bench.RunUntil(() => client.Job(job).Ended, 600), Is.True);
        Assert.That(client.Job(job).State, Is.EqualTo(JobState.Failed));
        Assert.That(client.Job(job).Cause, Does.Contain("3 workers gave no 2 alike outputs and nobody else can be drawn; task 0: 50 apart")
            .Or.Contain("3 workers gave no 2 alike outputs and nobody else can be drawn; task 0: 100 apart"));
    }

    [Test]
    public void AWorkerThatDoesNotGiveItsOutputsIsNotWaitedForForEver()
    {
        var (bench, client, workers) = Nodes(0, 1, 2, 3);
        client.FetchFault = fetch => fetch.From == workers[1].Id ? new BlobsFailed(fetch.Fetch, false, "it is slow") : null;
        var job = Submit(client, 6, 1, workers);
        Assert.That(bench.RunUntil(() => client.Job(job).Ended, 300), Is.True);
        var view = client.Job(job);
        Assert.That(view.State, Is.EqualTo(JobState.Accepted), view.Cause);
        Assert.That(view.Leases.Where(lease => lease.Worker == workers[1].Id).All(static lease => lease.DueMicro == 0), Is.True);
        Assert.That(client.Receipts, Contains.Key(job));
    }

    [TestCase(long.MaxValue, 3600)]
    [TestCase(550_000_000, 3600)]
    [TestCase(long.MaxValue, 60)]
    public void OutputsThatComeTooSlowlyHoldNobodyUpThatDecidesWithoutThem(long micros, int seconds)
    {
        var (bench, client, workers) = Nodes(0, 1, 2, 3);
        client.FetchMicros = fetch => fetch.From == workers[1].Id ? micros : 500;
        var job = Submit(client, 6, 1, workers, seconds: seconds);
        Assert.That(bench.RunUntil(() => client.Job(job).Ended, 600), Is.True);
        var view = client.Job(job);
        Assert.That(view.State, Is.EqualTo(JobState.Accepted), view.Cause);
        Assert.That(view.EndedMs - view.SubmittedMs, Is.LessThan(150_000), "a minute for each range that the slow one has a part in, side by side");
        var slow = view.Leases.Where(lease => lease.Worker == workers[1].Id).ToList();
        Assert.That(slow, Is.Not.Empty);
        Assert.That(slow.All(static lease => lease.DueMicro == 0 && lease.Rejected == 0), Is.True);
        Assert.That(client.Fetching, Is.Empty, "a decided range fetches no more");
        Assert.That(client.Receipts, Contains.Key(job));
    }

    [Test]
    public void OutputsThatComeLateCountWhereNobodyElseCanBeDrawn()
    {
        var (bench, client, workers) = Nodes(0, 1, 2);
        client.FetchMicros = fetch => fetch.From == workers[0].Id ? 500 : 200_000_000;
        var job = Submit(client, 1, 1, workers);
        Assert.That(bench.RunUntil(() => client.Job(job).Ended, 600), Is.True);
        Assert.That(client.Job(job).State, Is.EqualTo(JobState.Accepted), client.Job(job).Cause);
        Assert.That(client.Job(job).Leases, Has.Length.EqualTo(3));
    }

    [Test]
    public void AnOutputThatGotLostHereIsAskedForAgainAndItsWorkerPaid()
    {
        var (bench, client, workers) = Nodes(0, 1, 2);
        var (find, lost) = (client.Find, 0);
        client.Find = pair => lost++ < 3 ? Unread(pair, pair.A) : find(pair);
        var job = Submit(client, 1, 1, workers);
        Assert.That(bench.RunUntil(() => client.Job(job).Ended, 120), Is.True);
        var view = client.Job(job);
        Assert.That(view.State, Is.EqualTo(JobState.Accepted), view.Cause);
        Assert.That(lost, Is.GreaterThan(3));
        Assert.That(view.TotalMicro, Is.EqualTo(2 * 1000), "both");
        Assert.That(view.Leases, Has.Length.EqualTo(2), "nobody else is drawn");
        Assert.That(client.Receipts, Contains.Key(job));
    }

    [TestCase(true)]
    [TestCase(false)]
    public void WhatThisNodeCannotReadOrCompareRejectsNobody(bool isLost)
    {
        var (bench, client, workers) = Nodes(0, 1, 2, 3);
        var find = client.Find;
        bool Bad(BlobRef blob) => _offsets[blob.Plain] == 1;
        client.Find = pair => !Bad(pair.A) && !Bad(pair.B) ? find(pair)
            : isLost ? Unread(pair, Bad(pair.A) ? pair.A : pair.B)
            : new PairFound(pair, PairLikeness.Unclear, "a mistake");
        var job = Submit(client, 6, 1, workers);
        Assert.That(bench.RunUntil(() => client.Job(job).Ended, 600), Is.True);
        var view = client.Job(job);
        Assert.That(view.State, Is.EqualTo(JobState.Accepted), view.Cause);
        Assert.That(view.Leases.Any(lease => lease.Worker == workers[1].Id && lease.Phase == LeasePhase.Settled));
        Assert.That(view.Leases.All(static lease => lease.Rejected == 0));
        Assert.That(client.Receipts, Contains.Key(job));
    }

    [Test]
    public void WhatIsJudgedIsNotComparedAgainAfterARestart()
    {
        var (bench, client, workers) = Nodes(0, 4, 8);
        var job = Submit(client, 6, 1, workers);
        bool Some() => client.Job(job).Tasks.Count(static task => task.State == TaskState.Accepted) is > 1 and < 6;
        Assert.That(bench.RunUntil(Some, 120), Is.True);
        var done = client.Job(job).Tasks.Where(static task => task.State == TaskState.Accepted).Select(static task => task.Task).ToList();
        client.Kill();
        client.Start();
        Assert.That(bench.RunUntil(() => client.Job(job).Ended, 120), Is.True);
        Assert.That(client.Job(job).State, Is.EqualTo(JobState.Accepted), client.Job(job).Cause);
        Assert.That(client.Compared, Is.Not.Empty);
        Assert.That(client.Compared.Where(pair => done.Contains(pair.Task)), Is.Empty);
    }

    [TestCase(15)]
    [TestCase(25)]
    [TestCase(35)]
    [TestCase(45)]
    [TestCase(55)]
    [TestCase(65)]
    public void AClientThatDiesComparesAgainAndFindsTheSame(int events)
    {
        var (bench, client, workers) = Nodes(0, 4, 8, 500);
        var job = Submit(client, 6, 2, workers);
        var seen = 0;
        client.Handled = _ =>
        {
            if (++seen != events) return;
            bench.After(0, client.Kill);
            bench.After(2_000_000, client.Start);
        };
        Assert.That(bench.RunUntil(() => seen > events && client.Alive && client.Job(job).Ended, 300), Is.True, $"after {seen} events");
        Assert.That(client.Job(job).State, Is.EqualTo(JobState.Accepted), client.Job(job).Cause);
        Assert.That(client.Receipts, Contains.Key(job));
    }

    private static PairFound Unread(OutputPair pair, BlobRef blob) => new(pair, PairLikeness.Unclear, "its disk is worn") { Lost = [blob.Root] };

    private (Bench Bench, BenchNode Client, BenchNode[] Workers) Nodes(params int[] offsets)
    {
        var bench = new Bench();
        var client = bench.Add(1, new NodeSettings { TakesWork = false, Isolation = "test" });
        client.Differ = pair => Math.Abs(_offsets[pair.A.Plain] - _offsets[pair.B.Plain]) is var apart && apart <= 10 ? "" : $"{apart} apart";
        return (bench, client, [.. offsets.Select((offset, i) => Worker(bench, (byte)(10 + i), offset))]);
    }

    private BenchNode Worker(Bench bench, byte seed, int offset)
    {
        var settings = new NodeSettings { Slots = 1, Isolation = "test", NativeIsolation = "native-strict", Natives = [new(Image, NativeLeave.Allowed)] };
        var worker = bench.Add(seed, settings);
        worker.Lie = (_, result) =>
        {
            var output = new HashBuilder("offset").Add(result.OutputHash).Add((ulong)offset).Hash();
            _offsets[output] = offset;
            return result with { OutputHash = output, Blob = result.Blob! with { Plain = output } };
        };
        return worker;
    }

    private static Hash32 Submit(BenchNode client, uint tasks, uint perLease, BenchNode[] workers, uint replicas = 2, int seconds = 3600)
    {
        var job = Bench.Job(tasks, perLease, 8, workers);
        job = job with
        {
            Spec = job.Spec with
            {
                Module = null,
                Native = Image,
                Limits = new TaskLimits(64 << 20, 0, 10_000, 1 << 20) { WorkBytes = 1 << 20, Processes = 8, Cores = 1 },
                Comparators = [new Comparator("tile.ppm", Comparator.Psnr) { Least = 400 }],
            },
            Verification = VerificationTerms.Of(replicas) with { Tolerant = true },
            DeadlineMs = job.DeadlineMs - 3_600_000 + (ulong)(1000 * seconds),
        };
        client.Post(new SubmitJob(job));
        return job.IdFor(client.Id);
    }
}
