// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Core.Events;
using PeerCompute.Core.Runs;
using PeerCompute.Core.Tests.Kit;
using PeerCompute.Core.Views;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Core.Tests;

/// <summary>What running tasks say reaches the issuer's view, and nothing else: no journal, no decision.</summary>
public class LiveTest
{
    [Test]
    public void WhatATaskSaysIsSeenByTheIssuerAndKeptByNobody()
    {
        var (bench, client, worker, job) = Running();
        var (entries, kept) = (client.Journal.Count, worker.Journal.Count);
        worker.Post(Said(worker, Report(4250, "epoch 3", 0, "one", "two") with { Metrics = [new LiveMetric("loss", "0.5", 3)] }));
        Assert.That(bench.RunUntil(() => client.Job(job).Leases[0].Live is not null, 5), Is.True);
        var live = client.Job(job).Leases[0].Live!;
        Assert.That((live.Task, live.Done, live.Message, live.Metrics.Single().Value), Is.EqualTo((0u, 4250u, "epoch 3", "0.5")));
        Assert.That(live.Lines, Is.EqualTo(new[] { "one", "two" }));
        Assert.That((client.Journal.Count, worker.Journal.Count), Is.EqualTo((entries, kept)), "nothing is journalled");
        Assert.That(bench.RunUntil(() => client.Job(job).Ended, 60), Is.True);
        Assert.That(client.Job(job).State, Is.EqualTo(JobState.Accepted));
        Assert.That(client.Job(job).Leases[0].Live!.Lines, Has.Length.EqualTo(2), "the tail can be read behind the end");
    }

    [Test]
    public void BothSidesBoundHowOftenALeaseSpeaks()
    {
        var (bench, client, worker, job) = Running();
        for (ulong i = 0; i < 100; i++) worker.Post(Said(worker, Report(1, "", i, $"line {i}")));
        Assert.That(bench.Wire.Count(static w => w.Message is LiveMessage), Is.InRange(1, 4), "the worker's");
        var lease = client.Job(job).Leases[0].LeaseId;
        for (ulong i = 0; i < 100; i++) client.Post(new LiveCame(worker.Id, new LiveMessage(lease, 0, Report(1, "", i, $"line {i}"))));
        var lines = client.Job(job).Leases[0].Live!.Lines;
        Assert.That(lines, Has.Length.InRange(1, 4), "the issuer's, whatever a worker does");
    }

    [Test]
    public void OthersWordsOfOthersLeasesAndOtherTasksAreNotHeard()
    {
        var (_, client, worker, job) = Running();
        var lease = client.Job(job).Leases[0].LeaseId;
        client.Post(new LiveCame(client.Id, new LiveMessage(lease, 0, Report(1, "not its worker", 0))));
        client.Post(new LiveCame(worker.Id, new LiveMessage(lease, 8, Report(1, "another task", 0))));
        client.Post(new LiveCame(worker.Id, new LiveMessage(job, 0, Report(1, "no lease", 0))));
        Assert.That(client.Job(job).Leases[0].Live, Is.Null);
        client.Post(new LiveCame(worker.Id, new LiveMessage(lease, 7, Report(1, "\u001b[2Jclear\u202e", 0, "\u0007bell"))));
        var live = client.Job(job).Leases[0].Live!;
        Assert.That((live.Message, live.Lines.Single()), Is.EqualTo(("\uFFFD[2Jclear\uFFFD", "\uFFFDbell")), "printable, whoever said it");
    }

    [Test]
    public void LinesStandInOrderWithoutGapsAndOnlyTheLastStay()
    {
        var live = LiveView.After(null, 1, Report(1, "", 5, "5", "6"));
        live = LiveView.After(live, 1, Report(1, "", 6, "6", "7"));
        Assert.That((live.FirstLine, string.Join(' ', live.Lines)), Is.EqualTo((5UL, "5 6 7")), "what is known is not said twice");
        live = LiveView.After(live, 1, Report(1, "", 0, "0"));
        Assert.That(string.Join(' ', live.Lines), Is.EqualTo("5 6 7"), "numbers do not go back");
        live = LiveView.After(live, 1, Report(1, "", 100, "100"));
        Assert.That((live.FirstLine, string.Join(' ', live.Lines)), Is.EqualTo((100UL, "100")), "lines before a gap go");
        for (ulong i = 101; i < 300; i++) live = LiveView.After(live, 1, Report(1, "", i, $"{i}"));
        Assert.That((live.FirstLine, live.Lines.Length, live.Lines[^1]), Is.EqualTo((300UL - LiveView.LinesMost, LiveView.LinesMost, "299")));
        live = LiveView.After(live, 2, Report(1, "", 0, "next task"));
        Assert.That((live.Task, live.FirstLine, live.Lines.Single()), Is.EqualTo((2u, 0UL, "next task")));
    }

    private static (Bench Bench, BenchNode Client, BenchNode Worker, Base.Crypto.Hash32 Job) Running()
    {
        var (bench, client, worker) = OneJobTest.TwoNodes();
        var job = OneJobTest.Submit(client, Bench.Job(8, 8, 1, worker));
        Assert.That(bench.RunUntil(() => worker.Given.Count > 0 && client.Job(job).Leases is [{ Phase: LeasePhase.Running }], 60), Is.True);
        return (bench, client, worker, job);
    }

    private static TaskSaid Said(BenchNode worker, LiveReport report) => new(new RunKey(worker.Work[0].LeaseId, RunRole.Work), 0, report);

    private static LiveReport Report(uint done, string message, ulong first, params string[] lines) => new(done, message, [], first, [.. lines]);
}
