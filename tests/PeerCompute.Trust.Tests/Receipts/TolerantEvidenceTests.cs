// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Trust.Receipts;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Trust.Tests.Receipts;

/// <summary>Receipts of jobs whose outputs need not be equal: by which output each verdict goes, and how many go by it.</summary>
internal sealed class TolerantEvidenceTests
{
    [Test]
    public void Outputs_that_are_accepted_by_another_count_and_the_one_they_go_by_is_the_tasks()
    {
        var scene = Scene(0, 1, 2);
        var report = ReceiptCheck.Verify(scene.Build());
        Assert.That(report.Problems, Is.Empty);
        Assert.That(report.TotalMicro, Is.EqualTo(2 * 7), "the first and the second worker are owed, the third is not");
        Assert.That(report.Receipt!.TaskList[0].OutputHash, Is.EqualTo(Output(1)), "although the first lease was accepted too");
        Assert.That(report.ConfirmedBy, Is.EqualTo("2 workers with outputs within the spec's tolerances, all but the first drawn from its pool"));
        Assert.That(report.Trusts, Has.Some.Contains("within the tolerances of the spec's comparators"));
        Assert.That(report.Proves, Has.None.Contains("equal outputs"));
    }

    [Test]
    public void A_verdict_by_an_output_that_nobody_opened_is_refused()
        => Assert.That(Fields(Besides(9, 9)), Has.Member("receipt.lease[2].verdict.tasks[0].recomputed_hash"));

    [Test]
    public void Two_verdicts_by_two_outputs_are_refused()
        => Assert.That(Fields(Besides(1, 0)), Has.Member("receipt.lease[3].verdict.tasks[0].recomputed_hash"));

    [Test]
    public void One_worker_that_goes_by_its_own_output_is_too_few()
    {
        var scene = Scene(1, 1);
        Assert.That(Fields(scene), Has.Member("receipt.lease[0].verdict.tasks[0].recomputed_hash"));
    }

    [Test]
    public void Exact_terms_accept_nothing_by_another_output()
    {
        var scene = new ReceiptScene(tasks: 1, replicas: 2, workers: 5);
        var first = scene.Open(scene.Workers[0], 0, 1, static _ => Output(0));
        var second = scene.OpenReplica(first, 0, static _ => Output(1));
        foreach (var chains in new[] { second, first }) scene.Judge(chains, static _ => (VerdictOutcome.Accepted, Output(1)));
        Assert.That(Fields(scene), Has.Some.EndsWith(".verdict"));
    }

    private static Hash32 Output(byte worker) => Hash32.Of([3, worker]);

    /// <summary>Workers that give outputs of their own for one task: two that are accepted by one output, and a third that is rejected.</summary>
    private static ReceiptScene Scene(byte firstGives, byte winner, byte third = 0)
    {
        var scene = new ReceiptScene(tasks: 1, replicas: 2, workers: 5, tolerant: true);
        var first = scene.Open(scene.Workers[0], 0, 1, _ => Output(firstGives));
        scene.Judge(first, _ => (VerdictOutcome.Accepted, Output(winner)));
        if (third == 0) return scene;
        scene.Judge(scene.OpenReplica(first, 0, static _ => Output(1)), _ => (VerdictOutcome.Accepted, Output(winner)));
        scene.Judge(scene.OpenReplica(first, 1, _ => Output(third)), _ => (VerdictOutcome.Rejected, Output(winner)));
        return scene;
    }

    /// <summary>A good pair, and another of workers that give outputs 0 and 1 and are accepted by others.</summary>
    private static ReceiptScene Besides(byte firstBy, byte secondBy)
    {
        var scene = new ReceiptScene(tasks: 1, replicas: 2, workers: 5, tolerant: true);
        scene.Agree(scene.Workers[4], 0, 1);
        var first = scene.Open(scene.Workers[0], 0, 1, static _ => Output(0));
        var second = scene.OpenReplica(first, 0, static _ => Output(1));
        scene.Judge(first, _ => (VerdictOutcome.Accepted, Output(firstBy)));
        scene.Judge(second, _ => (VerdictOutcome.Accepted, Output(secondBy)));
        return scene;
    }

    private static List<string> Fields(ReceiptScene scene) => [.. ReceiptCheck.Verify(scene.Build()).Problems.Select(static p => p.Field)];
}
