// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Identity;
using PeerCompute.Trust.Receipts;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Leases;
using PeerCompute.Wire.Receipts;

namespace PeerCompute.Trust.Tests.Receipts;

/// <summary>Receipts by replicas: good ones hold; what issuer and workers sign together against the rules is refused by name.</summary>
internal sealed class ReplicaEvidenceTests
{
    [Test]
    public void A_job_by_replicas_holds_and_says_what_it_shows()
    {
        var (scene, file) = ReceiptScene.Replicated();
        var report = ReceiptCheck.Verify(file);
        Assert.That(report.Problems, Is.Empty);
        Assert.That((report.TotalMicro, report.Settled, report.Receipt!.Leases.Length), Is.EqualTo((42UL, 5, 5)));
        Assert.That(report.ConfirmedBy, Is.EqualTo("2 workers with equal outputs, all but the first drawn from its pool"));
        Assert.That(report.Receipt.TaskList.Select(static t => t.OutputHash), Is.EqualTo(Enumerable.Range(0, 3).Select(t => ReceiptScene.Truth((uint)t))));
        Assert.That(report.Proves, Has.Some.Contains("3 of the leases are replicas"));
        Assert.That(report.Trusts, Has.Some.Contains("passed over").And.Some.Contains("knows the nonce from the start").And.None.Contains("re-executed"));
        Assert.That(scene.Leases[3].Chains.Body<Close>()!.DueMicro, Is.Zero, "the liar earns nothing");
    }

    [TestCase(3u)]
    [TestCase(5u)]
    public void More_replicas_hold_as_well(uint replicas)
    {
        var scene = new ReceiptScene(tasks: 2, replicas, workers: 7);
        scene.Agree(scene.Workers[3], 0, 2, [true, .. new bool[replicas]]);
        Assert.That(ReceiptCheck.Verify(scene.Build()).Problems, Is.Empty);
        scene.Leases.RemoveAt(1);
        Assert.That(Fields(scene.Build()), Has.Member("receipt.lease[1].verdict.tasks[0].recomputed_hash"), "one output too few");
    }

    [Test]
    public void A_liars_lease_may_be_missing_and_a_referees_may_not()
    {
        var (scene, _) = ReceiptScene.Replicated();
        var all = scene.Leases.ToList();
        scene.Leases.RemoveAt(3);
        Assert.That(ReceiptCheck.Verify(scene.Build()).Problems, Is.Empty, "that such a lease may be missing is said under trusts");
        scene.Leases.Clear();
        scene.Leases.AddRange(all[..4]);
        Assert.That(Fields(scene.Build()), Has.Member("receipt.lease[2].verdict.tasks[0].recomputed_hash"));
        scene.Leases.Clear();
        scene.Leases.AddRange([.. all[..2], .. all[3..]]);
        Assert.That(Fields(scene.Build()), Has.Member("receipt.lease[2].issuer_chain[0].award.lease.drawn_from"), "nor may a first lease");
    }

    [Test]
    public void A_worker_whose_outputs_did_not_come_confirms_and_is_not_owed()
    {
        var scene = new ReceiptScene(tasks: 2, replicas: 2, workers: 5);
        var first = scene.Open(scene.Workers[0], 0, 2, ReceiptScene.Truth);
        var replica = scene.OpenReplica(first, 0, ReceiptScene.Truth);
        scene.Judge(first, static _ => (VerdictOutcome.Unavailable, default));
        scene.JudgeBy(replica, ReceiptScene.Truth);
        var report = ReceiptCheck.Verify(scene.Build());
        Assert.That(report.Problems, Is.Empty);
        Assert.That(report.TotalMicro, Is.EqualTo(14));
        Assert.That(report.Trusts, Has.Some.Contains("the outputs of 2 opened tasks did not come"));
    }

    [TestCaseSource(typeof(ReplicaForgeries), nameof(ReplicaForgeries.All))]
    public void What_all_sign_together_against_the_rules_is_refused_by_name(string field, Action<ReceiptScene> forge)
    {
        var scene = new ReceiptScene(tasks: 2, replicas: 2, workers: 5);
        forge(scene);
        Assert.That(Fields(scene.Build()), Has.Member("receipt." + field));
    }

    [Test]
    public void Who_confirmed_cannot_be_told_otherwise()
    {
        var (scene, file) = ReceiptScene.Replicated();
        var body = Receipt.Decode(SignedEnvelope.Decode(file, WireLimits.ReceiptBytes).Payload);
        foreach (var words in new[] { ReceiptCheck.ByTheClient, body.ConfirmedBy.Replace('2', '3'), "" })
        {
            var other = SignedEnvelope.Seal(scene.Client, Domains.Signature, Domains.Receipt, (body with { ConfirmedBy = words }).Encode());
            Assert.That(Fields(other.Bytes), Is.EqualTo(new[] { "receipt.confirmed_by" }));
        }
    }

    private static IEnumerable<string> Fields(ReadOnlyMemory<byte> file) => ReceiptCheck.Verify(file).Problems.Select(static p => p.Field);
}
