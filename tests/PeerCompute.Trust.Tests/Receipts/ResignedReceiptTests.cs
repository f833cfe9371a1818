// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;
using Google.Protobuf;
using PeerCompute.Base.Identity;
using PeerCompute.Trust.Receipts;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Tests;
using V1 = PeerCompute.Wire.V1;

namespace PeerCompute.Trust.Tests.Receipts;

/// <summary>The issuer holds the key: what could it write into its own receipt and sign again?</summary>
internal sealed partial class ResignedReceiptTests
{
    private const string Tied = "header.time_ms with ended_ms";
    private const string LastWord = "lease.worker_chain's last entry";

    [TestCase(false)]
    [TestCase(true)]
    public void Every_field_signed_anew_with_another_value_is_refused_by_name_but_for_the_issuers_word(bool byReplicas)
    {
        var (scene, file) = byReplicas ? ReceiptScene.Replicated(liar: false) : ReceiptScene.Finished();
        var receipt = V1.Receipt.Parser.ParseFrom(SignedEnvelope.Decode(file, WireLimits.ReceiptBytes).Payload.Span);
        var passed = new SortedSet<string>(StringComparer.Ordinal);
        var changed = 0;
        foreach (var mutation in Mutations.Of(receipt))
        {
            changed++;
            var report = Verify(scene, mutation.Message);
            if (report.Ok) passed.Add(WordOf(mutation));
            else Assert.That(report.Problems.Any(p => Names(p.Field, mutation.About) || Misses(p.Field, mutation)),
                $"{mutation.Path} {mutation.How}: {string.Join("; ", report.Problems)}");
        }

        Assert.That(changed, Is.GreaterThan(300));
        Assert.That(passed.Append(Tied), Is.EquivalentTo(ReceiptCheck.IssuersWord));
    }

    [Test]
    public void Every_field_of_the_spec_in_a_receipt_is_bound_to_the_offer()
    {
        var (scene, file) = ReceiptScene.Finished();
        var receipt = V1.Receipt.Parser.ParseFrom(SignedEnvelope.Decode(file, WireLimits.ReceiptBytes).Payload.Span);
        foreach (var mutation in Mutations.Of(V1.JobSpec.Parser.ParseFrom(receipt.Spec)))
        {
            var other = receipt.Clone();
            other.Spec = mutation.Message.ToByteString();
            Assert.That(Verify(scene, other).Problems.Any(p => Names(p.Field, "spec")), $"{mutation.Path} {mutation.How}");
        }
    }

    [Test]
    public void Every_field_of_an_offer_signed_anew_is_refused_since_the_workers_bid_on_another()
    {
        var (scene, file) = ReceiptScene.Finished();
        var receipt = V1.Receipt.Parser.ParseFrom(SignedEnvelope.Decode(file, WireLimits.ReceiptBytes).Payload.Span);
        foreach (var mutation in Mutations.Of(V1.Offer.Parser.ParseFrom(scene.Offer.Envelope.Payload.Span)))
        {
            var other = receipt.Clone();
            other.OfferEnvelope = ByteString.CopyFrom(SignedEnvelope.Seal(scene.Client, Domains.Signature, Domains.Offer, mutation.Message.ToByteArray())
                .Bytes.Span);
            var problems = Verify(scene, other).Problems;
            Assert.That(problems.Any(p => p.Field.Contains("offer", StringComparison.Ordinal)),
                $"{mutation.Path} {mutation.How}: {string.Join("; ", problems)}");
        }
    }

    [Test]
    public void Both_names_of_the_end_can_be_changed_together()
    {
        var (scene, file) = ReceiptScene.Finished();
        var receipt = V1.Receipt.Parser.ParseFrom(SignedEnvelope.Decode(file, WireLimits.ReceiptBytes).Payload.Span);
        receipt.Header.TimeMs = ++receipt.EndedMs;
        Assert.That(Verify(scene, receipt).Problems, Is.Empty);
    }

    [Test]
    public void Each_field_that_is_the_issuers_word_is_printed_under_trusts_and_listed_in_the_document()
    {
        var trusts = string.Join('\n', ReceiptCheck.Verify(ReceiptScene.Finished().File).Trusts);
        var page = File.ReadAllText(Path.Combine(Root(), "docs/protocol/receipt.md"));
        var section = page[page.IndexOf("## The issuer's word alone", StringComparison.Ordinal)..];
        section = section[..section.IndexOf("\n## ", 3, StringComparison.Ordinal)];
        var listed = Listed().Matches(section).Select(m => m.Groups[1].Value);
        Assert.That(listed, Is.EquivalentTo(ReceiptCheck.IssuersWord));
        foreach (var word in ReceiptCheck.IssuersWord) Assert.That(trusts, Does.Contain(word));
    }

    private static ReceiptReport Verify(ReceiptScene scene, IMessage body)
        => ReceiptCheck.Verify(SignedEnvelope.Seal(scene.Client, Domains.Signature, Domains.Receipt, body.ToByteArray()).Bytes);

    private static string WordOf(Mutation mutation)
        => mutation.Path.Contains("worker_chain", StringComparison.Ordinal) && mutation.How == "last dropped" ? LastWord : mutation.Path;

    /// <summary>Whether a problem is about a field: it names the field, something in it, or the list or message that holds it.</summary>
    private static bool Names(string problem, string path)
    {
        var named = problem["receipt.".Length..];
        return Within(named, path) || Within(path, named);

        static bool Within(string inner, string outer)
            => inner.StartsWith(outer, StringComparison.Ordinal) && (inner.Length == outer.Length || inner[outer.Length] is '.' or '[');
    }

    /// <summary>A lease that is left out is missed by its tasks.</summary>
    private static bool Misses(string problem, Mutation mutation)
        => mutation.About == "lease" && mutation.How.EndsWith("dropped", StringComparison.Ordinal)
            && problem.StartsWith("receipt.task[", StringComparison.Ordinal);

    private static string Root()
    {
        var folder = TestContext.CurrentContext.TestDirectory;
        while (!File.Exists(Path.Combine(folder, "PeerCompute.sln"))) folder = Path.GetDirectoryName(folder)!;
        return folder;
    }

    [GeneratedRegex("^- `([^`]+)`", RegexOptions.Multiline)]
    private static partial Regex Listed();
}
