// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Core.Effects;
using PeerCompute.Core.Events;
using PeerCompute.Core.Runs;
using PeerCompute.Core.Tests.Kit;
using PeerCompute.Core.Views;
using PeerCompute.Market.Bids;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Offers;

namespace PeerCompute.Core.Tests;

/// <summary>Workers that get an image before they bid: what they say meanwhile, how long an issuer waits, who keeps it and serves it.</summary>
public class ImageSeekTest
{
    private static readonly NativeSemantics Image = NativeSemantics.Of("x64", "sha256:" + new string('a', 64))!;
    private static readonly NativesChanged Here = new([new(Image, NativeLeave.Allowed)], SeeksImages: true);

    [Test]
    public void AnIssuerWaitsForWorkersThatFetchAndTheyDoItsJob()
    {
        var (bench, client) = Client();
        BenchNode[] workers = [.. Enumerable.Range(2, 3).Select(i => bench.Add((byte)i, Seeks()))];
        var job = OneJobTest.Submit(client, Job(workers));
        Assert.That(client.Images[job], Is.EqualTo(new HoldImage(job, Image.Root, Serves: true)));
        bench.RunUntil(static () => false, 100); // longer than an issuer waits for a first bid
        Assert.That(client.Job(job).Ended, Is.False, client.Job(job).Cause);
        Assert.That(client.Job(job).Cause, Does.Contain("declined (fetching): it does not have image"));
        Assert.That(workers[0].Sought[0], Is.EqualTo(new SeekImage(workers[0].Sought[0].OfferId, client.Id, Image.Root)));
        foreach (var worker in workers) worker.Post(Here);
        Assert.That(bench.RunUntil(() => workers.Any(static worker => worker.Images.Values.Any(static hold => hold.Serves)), 60), Is.True);
        Assert.That(bench.RunUntil(() => client.Job(job).Ended, 120), Is.True);
        Assert.That(client.Job(job).State, Is.EqualTo(JobState.Accepted), client.Job(job).Cause);
        Assert.That(client.Images, Is.Empty);
        Assert.That(bench.RunUntil(() => workers.All(static worker => worker.Images.Count == 0), 120), Is.True);
    }

    [TestCase(DeclineReason.Policy)]
    [TestCase(DeclineReason.Semantics)]
    public void WhatIsNotToBeHadEndsTheWaiting(DeclineReason reason)
    {
        var (bench, client) = Client();
        var worker = bench.Add(2, Seeks());
        var job = OneJobTest.Submit(client, Job([worker]));
        Assert.That(bench.RunUntil(() => worker.Sought.Count > 0, 10), Is.True);
        worker.Post(new ImageDenied(worker.Sought[0].OfferId, worker.Sought[0].From, reason, "not this one"));
        Assert.That(bench.RunUntil(() => client.Job(job).Ended, 10), Is.True);
        Assert.That(client.Job(job).Cause, Does.Contain("not this one"));
    }

    [Test]
    public void NothingIsFetchedForAnOfferThatDoesNotFitOrWhereNothingIsSought()
    {
        var (bench, client) = Client();
        BenchNode[] workers = [bench.Add(2, Seeks() with { PerTaskMicro = 1UL << 40 }), bench.Add(3, Seeks() with { SeeksImages = false })];
        var job = OneJobTest.Submit(client, Job(workers));
        Assert.That(bench.RunUntil(() => client.Job(job).Ended, 120), Is.True);
        Assert.That(client.Job(job).Cause, Does.Contain("(price)").And.Contain("(semantics)"));
        Assert.That(workers.SelectMany(static worker => worker.Sought), Is.Empty);
    }

    private static (Bench Bench, BenchNode Client) Client()
    {
        var bench = new Bench();
        return (bench, bench.Add(1, new NodeSettings { TakesWork = false, Isolation = "test" }));
    }

    private static NodeSettings Seeks() => new() { Isolation = "test", NativeIsolation = "native-strict", SeeksImages = true };

    private static JobRequest Job(BenchNode[] workers)
    {
        var job = Bench.Job(4, 2, 2, workers);
        return job with
        {
            Spec = job.Spec with
            {
                Module = null,
                Native = Image,
                Limits = new TaskLimits(64 << 20, 0, 10_000, 1 << 20) { WorkBytes = 1 << 20, Processes = 8, Cores = 1 },
            },
            Verification = VerificationTerms.Of(2),
        };
    }
}
