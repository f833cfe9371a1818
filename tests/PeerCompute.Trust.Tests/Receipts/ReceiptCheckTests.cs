// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Identity;
using PeerCompute.Trust.Receipts;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Leases;
using PeerCompute.Wire.Receipts;
using PeerCompute.Wire.Tests;

namespace PeerCompute.Trust.Tests.Receipts;

internal sealed class ReceiptCheckTests
{
    [Test]
    public void A_real_receipt_holds_and_says_what_it_shows()
    {
        var (scene, file) = ReceiptScene.Finished();
        var report = ReceiptCheck.Verify(file);
        Assert.That(report.Problems, Is.Empty);
        Assert.That(report.Ok);
        Assert.That(report.JobId, Is.EqualTo(scene.JobId));
        Assert.That((report.JobName, report.Issuer, report.Tasks), Is.EqualTo(("sum", scene.Client.PeerId, 3u)));
        Assert.That((report.TotalMicro, report.TotalFuel, report.Settled), Is.EqualTo((21UL, 15UL, 2)));
        Assert.That(report.Unit, Is.EqualTo(scene.Offer.Offer.Price.Unit));
        Assert.That(report.ConfirmedBy, Is.EqualTo("the client itself"));
        Assert.That(report.Workers, Is.EqualTo(scene.Workers.Select(w => w.PeerId)));
        Assert.That(report.Receipt!.Shares,
            Is.EquivalentTo(new[] { new ReceiptShare(scene.Workers[0].PeerId, 14, "work"), new ReceiptShare(scene.Workers[1].PeerId, 7, "work") }));
        Assert.That(report.Proves, Has.Some.Contains("countersigned").And.Some.Contains(scene.JobId.ToString()));
        Assert.That(report.Trusts, Has.Some.Contains("no third party").And.Some.Contains("no escrow"));
    }

    [TestCase(0u, 2)]
    [TestCase(2u, 1)]
    [Category("Slow")]
    public void Every_changed_byte_is_refused_with_a_field_or_an_offset(uint replicas, int changesToAByte)
    {
        var scene = new ReceiptScene(tasks: 1, replicas, workers: 3);
        if (replicas == 0) scene.Run(scene.Workers[0], 0, 1);
        else scene.Agree(scene.Workers[0], 0, 1);
        var file = scene.Build();
        Assert.That(ReceiptCheck.Verify(file).Ok);
        var missed = new List<string>();
        Parallel.For(0, file.Length * changesToAByte, i =>
        {
            var changed = (byte[])file.Clone();
            changed[i / changesToAByte] ^= i % 2 == 0 ? (byte)1 : (byte)0x80;
            var report = ReceiptCheck.Verify(changed);
            if (!report.Ok && report.Problems.All(p => p.Field.Length > 0 && p.Text.Length > 0) && report.Proves.IsEmpty) return;
            lock (missed) missed.Add($"byte {i / changesToAByte}");
        });
        Assert.That(missed, Is.Empty);
    }

    [Test]
    public void A_file_cut_short_or_made_longer_is_refused()
    {
        var (_, file) = ReceiptScene.Finished();
        for (var length = 0; length < file.Length; length++) Assert.That(ReceiptCheck.Verify(file.AsMemory(0, length)).Ok, Is.False);
        Assert.That(ReceiptCheck.Verify((byte[])[.. file, 0]).Ok, Is.False);
        Assert.That(ReceiptCheck.Verify((byte[])[.. file, .. file]).Ok, Is.False);
    }

    [Test]
    public void Rubbish_signed_as_a_receipt_is_refused_and_never_throws()
    {
        var (scene, file) = ReceiptScene.Finished();
        var payload = SignedEnvelope.Decode(file, WireLimits.ReceiptBytes).Payload;
        for (ulong seed = 1; seed <= 500; seed++)
        {
            var make = new Samples(seed);
            Assert.That(ReceiptCheck.Verify(make.Bytes((int)make.Number(0, 500))).Ok, Is.False);
            var body = payload.ToArray();
            var at = (int)make.Number(0, (ulong)body.Length - 1);
            make.Bytes((int)Math.Min(make.Number(4, 8), (ulong)(body.Length - at))).CopyTo(body, at);
            if (!body.AsSpan().SequenceEqual(payload.Span)) Assert.That(() => ReceiptCheck.Verify(Sealed(scene, body)), Throws.Nothing);
        }
    }

    [Test]
    public void Where_the_encoding_breaks_is_named_with_its_offset_in_the_file()
    {
        var (scene, file) = ReceiptScene.Finished();
        var payload = SignedEnvelope.Decode(file, WireLimits.ReceiptBytes).Payload;
        var start = file.AsSpan().IndexOf(payload.Span);
        var unknown = ReceiptCheck.Verify(Sealed(scene, [.. payload.Span, 0xF8, 0x01, 1]));
        Assert.That(unknown.Problems[^1], Is.EqualTo(new ReceiptProblem("receipt.31", start + payload.Length, unknown.Problems[^1].Text)));
        var cut = ReceiptCheck.Verify(Sealed(scene, payload.ToArray()[..^1]));
        Assert.That(cut.Problems[^1].Text, Does.Contain("cut short"));
        Assert.That(cut.Problems[^1].Offset, Is.GreaterThan(start));
    }

    [Test]
    public void A_lease_that_its_worker_did_not_countersign_is_named_under_trusts()
    {
        var scene = new ReceiptScene();
        scene.Run(scene.Workers[0], 0, 2);
        scene.Run(scene.Workers[1], 2, 1, settle: false);
        var report = ReceiptCheck.Verify(scene.Build());
        Assert.That(report.Problems, Is.Empty);
        Assert.That(report.Settled, Is.EqualTo(1));
        Assert.That(report.Trusts, Has.Some.Contains($"lease[1]: {scene.Workers[1].PeerId} did not countersign"));
    }

    [Test]
    public void A_lease_whose_results_were_rejected_may_be_shown_and_earns_nothing()
    {
        var scene = new ReceiptScene();
        scene.Run(scene.Workers[1], 0, 2, VerdictOutcome.Rejected);
        scene.Run(scene.Workers[0], 0, 2);
        scene.Run(scene.Workers[0], 2, 1);
        var report = ReceiptCheck.Verify(scene.Build());
        Assert.That(report.Problems, Is.Empty);
        Assert.That(report.Receipt!.Shares, Is.EqualTo(new[] { new ReceiptShare(scene.Workers[0].PeerId, 21, "work") }));
        scene.Leases.RemoveAt(0);
        Assert.That(ReceiptCheck.Verify(scene.Build()).Ok, "that such a lease may be missing is said under trusts");
    }

    [Test]
    public void A_price_above_the_offers_ceiling_is_refused()
    {
        var scene = new ReceiptScene();
        scene.Run(scene.Workers[0], 0, 2);
        scene.Run(scene.Workers[1], 2, 1, price: 11);
        Assert.That(Fields(scene.Build()), Has.Member("receipt.lease[1].bid_envelope.per_task_micro"));
    }

    [Test]
    public void A_lease_without_a_close_is_refused()
    {
        var scene = new ReceiptScene();
        scene.Run(scene.Workers[0], 0, 2);
        var chains = scene.Run(scene.Workers[1], 2, 1);
        var file = Changed(scene,
            r => r with { Leases = r.Leases.SetItem(1,
                r.Leases[1] with { IssuerChain = r.Leases[1].IssuerChain[..^1], WorkerChain = r.Leases[1].WorkerChain[..^1] }) });
        Assert.That(chains.Phase, Is.EqualTo(LeasePhase.Settled));
        Assert.That(Fields(file), Has.Member("receipt.lease[1].issuer_chain").And.Member("receipt.task[2]"));
    }

    [Test]
    public void What_a_worker_countersigned_cannot_be_signed_anew_by_the_issuer()
    {
        var scene = new ReceiptScene();
        scene.Run(scene.Workers[0], 0, 2);
        var chains = scene.Run(scene.Workers[1], 2, 1);
        for (var i = 0; i < chains.Issuer.Count; i++)
        {
            var entry = chains.Issuer[i].Entry;
            var anew = KeptEntry.Sign(scene.Client, entry with { Header = entry.Header with { TimeMs = entry.Header.TimeMs + 1 } });
            var place = i;
            var file = Changed(scene,
                r => r with { Leases = r.Leases.SetItem(1, r.Leases[1] with { IssuerChain = r.Leases[1].IssuerChain.SetItem(place, anew.Envelope.Bytes) }) });
            Assert.That(Fields(file), Has.Some.StartsWith("receipt.lease[1]."));
        }
    }

    [Test]
    public void Another_sides_signature_in_a_chain_is_refused_by_name()
    {
        var scene = new ReceiptScene();
        scene.Run(scene.Workers[0], 0, 2);
        var chains = scene.Run(scene.Workers[1], 2, 1);
        var forged = KeptEntry.Sign(scene.Client, chains.Worker[2].Entry);
        var file = Changed(scene,
            r => r with { Leases = r.Leases.SetItem(1, r.Leases[1] with { WorkerChain = r.Leases[1].WorkerChain.SetItem(2, forged.Envelope.Bytes) }) });
        var problems = ReceiptCheck.Verify(file).Problems;
        Assert.That(problems.First(p => p.Field == "receipt.lease[1].worker_chain[2]").Text, Does.Contain("wrong side"));
    }

    [Test]
    public void A_signature_that_is_not_good_is_named()
    {
        var scene = new ReceiptScene();
        scene.Run(scene.Workers[0], 0, 2);
        scene.Run(scene.Workers[1], 2, 1);
        var file = Changed(scene, r =>
        {
            var bytes = r.Leases[1].WorkerChain[2].ToArray();
            bytes[^1] ^= 1;
            return r with { Leases = r.Leases.SetItem(1, r.Leases[1] with { WorkerChain = r.Leases[1].WorkerChain.SetItem(2, bytes) }) };
        });
        Assert.That(Fields(file), Has.Member("receipt.lease[1].worker_chain[2].signature"));
    }

    [Test]
    public void Content_keys_do_not_go_into_a_receipt()
    {
        var (scene, file) = ReceiptScene.Finished();
        Assert.That(file.AsSpan().IndexOf(scene.Spec.Module!.Key.Span), Is.EqualTo(-1));
        Assert.That(file.AsSpan().IndexOf(scene.Spec.Inputs[0].Blob.Key.Span), Is.EqualTo(-1));
        Assert.That(Fields(Changed(scene, r => r with { Spec = scene.Spec.Encode() })), Has.Member("receipt.spec"));
    }

    private static byte[] Changed(ReceiptScene scene, Func<Receipt, Receipt> change)
    {
        var body = Receipt.Decode(SignedEnvelope.Decode(scene.Build(), WireLimits.ReceiptBytes).Payload);
        return Sealed(scene, change(body).Encode());
    }

    private static byte[] Sealed(ReceiptScene scene, byte[] body)
        => SignedEnvelope.Seal(scene.Client, Domains.Signature, Domains.Receipt, body).Bytes.ToArray();

    private static IEnumerable<string> Fields(byte[] file) => ReceiptCheck.Verify(file).Problems.Select(p => p.Field);
}
