// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Core.Events;
using PeerCompute.Core.Runs;
using PeerCompute.Core.Tests.Kit;
using PeerCompute.Core.Views;
using PeerCompute.Market.Bids;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Leases;
using PeerCompute.Wire.Offers;

namespace PeerCompute.Core.Tests;

/// <summary>Jobs of native programs: who bids, who does not and why, and what an owner's word changes.</summary>
public class NativeJobTest
{
    private static readonly NativeSemantics Image = NativeSemantics.Of("x64", "sha256:" + new string('a', 64))!;

    [Test]
    public void ANativeJobGoesFromOfferToReceiptOnThoseWhoHaveItsRoot()
    {
        var (bench, client) = Client();
        var workers = Enumerable.Range(2, 3).Select(i => bench.Add((byte)i, Has(NativeLeave.Allowed))).ToArray();
        var without = bench.Add(9, Has());
        var job = OneJobTest.Submit(client, Job([without, .. workers]));
        Assert.That(bench.RunUntil(() => client.Job(job).Ended, 120), Is.True, client.Job(job).Cause);
        Assert.That(client.Job(job).State, Is.EqualTo(JobState.Accepted), client.Job(job).Cause);
        Assert.That(client.Receipts, Contains.Key(job), "its receipt holds: the bench checks it");
        Assert.That(without.Ran, Is.Empty);
        var decline = bench.Wire.Select(static m => m.Message).OfType<Decline>().First();
        Assert.That(decline.Reason, Is.EqualTo(DeclineReason.Semantics));
        Assert.That(decline.Detail, Is.EqualTo($"this worker does not have image {Image.Root}: its owner can import and allow it"));
    }

    [Test]
    public void AJobThatNobodyMayRunFailsWithTheReason()
    {
        var (bench, client) = Client();
        var job = OneJobTest.Submit(client, Job([bench.Add(2, Has(NativeLeave.Refused))]));
        Assert.That(bench.RunUntil(() => client.Job(job).Ended, 120), Is.True);
        Assert.That(client.Job(job).Cause, Does.Contain("declined (policy): its owner has not allowed image sha256:"));
    }

    [Test]
    public void AnOwnerIsAskedOnceAndTheJobGoesOnWhenTheAnswerIsYes()
    {
        var (bench, client) = Client();
        BenchNode[] workers = [bench.Add(2, Has(NativeLeave.Ask)), bench.Add(3, Has(NativeLeave.Allowed)), bench.Add(4, Has(NativeLeave.Allowed))];
        var job = OneJobTest.Submit(client, Job(workers));
        const string asked = "declined (busy): its owner is asked whether image";
        Assert.That(bench.RunUntil(() => client.Job(job).Cause.Contains(asked, StringComparison.Ordinal), 30), Is.True);
        bench.RunUntil(static () => false, 20);
        Assert.That(workers[0].Notes.Count(static note => note.Contains("peercompute image allow sha256:", StringComparison.Ordinal)), Is.EqualTo(1));
        workers[0].Post(new NativesChanged([new(Image, NativeLeave.Allowed)]));
        Assert.That(bench.RunUntil(() => client.Job(job).Ended, 60), Is.True);
        Assert.That(client.Job(job).State, Is.EqualTo(JobState.Accepted), client.Job(job).Cause);
    }

    [Test]
    public void ABidIsTakenBackWhenTheOwnerWithdrawsTheImage()
    {
        var (bench, client) = Client();
        var worker = bench.Add(2, Has(NativeLeave.Allowed));
        var job = OneJobTest.Submit(client, Job([worker])); // one of three that a pool needs
        Assert.That(bench.RunUntil(() => client.Job(job).Cause.Contains("1 have", StringComparison.Ordinal), 30), Is.True, client.Job(job).Cause);
        worker.Post(new NativesChanged([]));
        Assert.That(bench.RunUntil(() => client.Job(job).Ended, 5), Is.True);
        Assert.That(client.Job(job).Cause, Does.Contain("declined (semantics): this worker does not have image"));
    }

    [TestCase("opencl@1", "", 1)]
    [TestCase("debian-12@12.11", "nvidia", 1)]
    [TestCase("debian-12@12.11", "", 2)]
    public void OneLeaseAtATimeHasTheDevice(string runtime, string card, int most)
    {
        var (bench, client) = Client();
        var root = NativeSemantics.Of("x64", runtime, card)!;
        var settings = Has() with { Slots = 3, Natives = [new NativeOffering(root, NativeLeave.Allowed)] };
        BenchNode[] workers = [.. Enumerable.Range(2, 3).Select(i => bench.Add((byte)i, settings))];
        var request = Job(workers);
        var job = OneJobTest.Submit(client, request with { Spec = request.Spec with { Native = root } });
        var seen = 0;
        Assert.That(bench.RunUntil(
            () =>
            {
                seen = Math.Max(seen, workers.Max(static w => w.Work.Count(static lease => lease.Phase is LeasePhase.Accepted or LeasePhase.Running)));
                return client.Job(job).Ended;
            },
            600), Is.True, client.Job(job).Cause);
        Assert.That(client.Job(job).State, Is.EqualTo(JobState.Accepted), client.Job(job).Cause);
        Assert.That(seen, most == 1 ? Is.EqualTo(1) : Is.GreaterThanOrEqualTo(most));
    }

    [Test]
    public void AnAwardForADeviceThatIsTakenMeanwhileIsGivenBack()
    {
        var (bench, client, workers, job) = DeviceJob(workers: 4, tasks: 1);
        var taken = default(BenchNode);
        Assert.That(bench.RunUntil(() => (taken = workers.FirstOrDefault(IsAwarded)) is not null, 60), Is.True);
        Assert.That(taken!.Work, Is.Empty, "the award is on its way");
        taken.Post(new NativesChanged([]));
        Assert.That(bench.RunUntil(() => client.Job(job).Ended, 600), Is.True, client.Job(job).Cause);
        Assert.That(client.Job(job).State, Is.EqualTo(JobState.Accepted), client.Job(job).Cause);
        Assert.That(taken.Ran, Is.Empty);
        Assert.That(taken.Work.Select(static lease => (lease.Phase, lease.Text)),
            Is.Not.Empty.And.All.EqualTo((LeasePhase.Cancelled, "the owner of this worker does not lend it at the moment")));

        bool IsAwarded(BenchNode worker) => bench.Wire.Any(m => m.To == worker.Id && m.Message is EntriesMessage);
    }

    [Test]
    public void WhatRunsOnADrainedDeviceEndsNormallyAndNothingThatWaitsForItBegins()
    {
        var (bench, client, workers, job) = DeviceJob(workers: 3, tasks: 8);
        var drained = default(BenchNode);
        Assert.That(bench.RunUntil(() => (drained = workers.FirstOrDefault(OneWaits)) is not null, 60), Is.True);
        var running = drained!.Work.Single(static lease => lease.Phase == LeasePhase.Running).LeaseId;
        drained.Post(new NativesChanged([]));
        bench.RunUntil(() => client.Job(job).Ended, 600);
        Assert.That(drained.Ran.Select(static ran => ran.Run.LeaseId).Distinct(), Is.EqualTo(new[] { running }));
        Assert.That(drained.Work.Single(lease => lease.LeaseId == running).Phase, Is.AnyOf(LeasePhase.Opened, LeasePhase.Closed, LeasePhase.Settled));

        static bool OneWaits(BenchNode worker) => Count(worker, LeasePhase.Running) == 1 && Count(worker, LeasePhase.Awarded) > 0;

        static int Count(BenchNode worker, LeasePhase phase) => worker.Work.Count(lease => lease.Phase == phase);
    }

    private static (Bench Bench, BenchNode Client, BenchNode[] Workers, Hash32 Job) DeviceJob(int workers, uint tasks)
    {
        var (bench, client) = Client();
        var root = NativeSemantics.Of("x64", NativeSemantics.OpenClRuntime)!;
        var settings = Has() with { Slots = 3, Natives = [new NativeOffering(root, NativeLeave.Allowed)] };
        BenchNode[] nodes = [.. Enumerable.Range(2, workers).Select(i => bench.Add((byte)i, settings))];
        var request = Job(nodes);
        var spec = request.Spec with { Native = root, Tasks = tasks };
        return (bench, client, nodes, OneJobTest.Submit(client, request with { Spec = spec, Placement = new PlacementTerms(1, 8, "") }));
    }

    private static (Bench Bench, BenchNode Client) Client()
    {
        var bench = new Bench();
        return (bench, bench.Add(1, new NodeSettings { TakesWork = false, Isolation = "test" }));
    }

    private static NodeSettings Has(params NativeLeave[] leaves) => new()
    {
        Isolation = "test",
        NativeIsolation = "native-strict",
        Natives = [.. leaves.Select(static leave => new NativeOffering(Image, leave))],
    };

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
