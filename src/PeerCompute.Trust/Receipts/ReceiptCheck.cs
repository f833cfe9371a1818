// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Identity;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Leases;
using PeerCompute.Wire.Messages;
using PeerCompute.Wire.Receipts;

namespace PeerCompute.Trust.Receipts;

/// <summary>Checks a receipt file offline: everything from the file alone (docs/protocol/receipt.md).</summary>
public static class ReceiptCheck
{
    /// <summary>What <c>confirmed_by</c> says under the verification term "by the issuer".</summary>
    public const string ByTheClient = "the client itself";

    /// <summary>Fields that are the issuer's word alone: it could sign another value and the check would still pass. Each is named under "trusts".</summary>
    public static ImmutableArray<string> IssuersWord { get; } = ["header.start", "header.salt", "header.time_ms with ended_ms", "submitted_ms",
        "lease.worker_chain's last entry"];

    /// <summary>Checks a file. Never throws, whatever the bytes.</summary>
    /// <param name="file">The receipt file.</param>
    /// <returns>What it says and what of it holds.</returns>
    public static ReceiptReport Verify(ReadOnlyMemory<byte> file)
    {
        var problems = new ProblemList(file);
        var envelope = problems.Read("envelope", file, static bytes => SignedEnvelope.Decode(bytes, WireLimits.ReceiptBytes));
        if (envelope is null) return new ReceiptReport { Problems = problems.Items };
        if (!envelope.PayloadType.Span.SequenceEqual(Domains.Receipt)) problems.Add("envelope.payload_type", "is not that of a receipt");
        problems.Signed("envelope", envelope);
        var receipt = problems.Read("receipt", envelope.Payload, Receipt.Decode);
        if (receipt is null) return new ReceiptReport { Problems = problems.Items };

        problems.Same("receipt.issuer", receipt.Issuer, envelope.Signer, "who signed the receipt");
        var offer = CheckOffer(problems, receipt);
        var terms = offer?.Offer.Verification ?? VerificationTerms.Issuer;
        problems.Same("receipt.confirmed_by", receipt.ConfirmedBy, ReplicaEvidence.WordsOf(terms), "the offer's verification terms");
        CheckSpec(problems, receipt, offer?.Offer);
        CheckHeader(problems, receipt);
        var leases = CheckLeases(problems, receipt, offer);
        CheckTasks(problems, receipt, leases);
        return ReceiptStatements.Report(problems.Items, receipt, offer, leases);
    }

    private static void CheckHeader(ProblemList problems, Receipt receipt)
    {
        var header = receipt.Header;
        problems.Same("receipt.header.sequence", header.Sequence, 1UL, "a receipt has");
        problems.Same("receipt.header.rules", header.Rules, Rules.Hash, "the rules of this version");
        problems.Same("receipt.header.time_ms", header.TimeMs, receipt.EndedMs, "receipt.ended_ms");
        problems.Same("receipt.ended_ms", receipt.EndedMs, header.TimeMs, "receipt.header.time_ms");
    }

    private static OfferMessage? CheckOffer(ProblemList problems, Receipt receipt)
    {
        const string name = "receipt.offer_envelope";
        var message = problems.Read(name, receipt.Offer, OfferMessage.Decode);
        if (message is null) return null;
        problems.Signed(name, message.Envelope);
        var offer = message.Offer;
        problems.Same(name + ".issuer", offer.Issuer, receipt.Issuer, "the receipt");
        problems.Same(name + ".header.context", offer.Header.Context, receipt.Header.Context, "the receipt's job id");
        problems.Same(name + ".header.rules", offer.Header.Rules, Rules.Hash, "the rules of this version");
        problems.Same("receipt.tasks", receipt.Tasks, offer.Tasks, "the offer");
        return message;
    }

    private static void CheckSpec(ProblemList problems, Receipt receipt, Wire.Offers.Offer? offer)
    {
        var spec = problems.Read("receipt.spec", receipt.Spec, JobSpec.Decode);
        if (spec is null) return;
        if (!receipt.Spec.Span.SequenceEqual(spec.WithoutKeys().Encode())) problems.Add("receipt.spec", "holds content keys");
        problems.Same("receipt.header.context", receipt.Header.Context, spec.JobIdFor(receipt.Issuer), "the job id that issuer and spec give");
        problems.Same("receipt.job_name", receipt.JobName, spec.Name, "the spec");
        problems.Same("receipt.module_hash", receipt.ModuleHash, spec.ProgramHash(), "the spec");
        var inputs = ReceiptBuilder.Inputs(spec);
        problems.Same("receipt.input", receipt.Inputs.Length, inputs.Length, "inputs in the spec");
        for (var i = 0; i < Math.Min(inputs.Length, receipt.Inputs.Length); i++)
        {
            problems.Same($"receipt.input[{i}].name", receipt.Inputs[i].Name, inputs[i].Name, "the spec");
            problems.Same($"receipt.input[{i}].hash", receipt.Inputs[i].Hash, inputs[i].Hash, "the spec");
        }

        problems.Same("receipt.tasks", receipt.Tasks, spec.Tasks, "the spec");
        if (offer is null) return;
        problems.Same("receipt.spec", spec.Hash(), offer.SpecHash, "the offer's spec hash");
        problems.Same("receipt.spec.limits", spec.Limits, offer.Limits, "the offer");
        problems.Same("receipt.spec.comparators", !spec.Comparators.IsEmpty, offer.Verification.Tolerant, "whether the offer's terms are tolerant");
        if (spec.Native is { } native) problems.Same("receipt.spec.native", native.ToString(), offer.Semantics, "the offer's semantics");
    }

    private static List<LeaseChains> CheckLeases(ProblemList problems, Receipt receipt, OfferMessage? offer)
    {
        var leases = new List<LeaseChains>(receipt.Leases.Length);
        for (var i = 0; i < receipt.Leases.Length; i++)
        {
            var name = $"receipt.lease[{i}]";
            var evidence = new LeaseEvidence(problems, name);
            evidence.Read(receipt.Leases[i], receipt, offer);
            var last = leases.Count == 0 ? null : leases[^1].Lease;
            if (last is not null && evidence.Chains.Lease is { } lease && ReceiptSums.Compare(last, lease) >= 0)
                problems.Add(name, "leases stand once each, by award number and lease id");
            leases.Add(evidence.Chains);
        }

        ReplicaEvidence.Check(problems, leases);

        return leases;
    }

    private static void CheckTasks(ProblemList problems, Receipt receipt, List<LeaseChains> leases)
    {
        var sums = ReceiptSums.Of(receipt.Tasks, leases);
        problems.Same("receipt.task", (uint)receipt.TaskList.Length, receipt.Tasks, "tasks of the job");
        for (var i = 0; i < Math.Min(receipt.TaskList.Length, sums.Tasks.Count); i++)
            CheckTask(problems, $"receipt.task[{i}]", receipt.TaskList[i], sums.Tasks[i], (uint)i);
        problems.Same("receipt.tasks_root", receipt.TasksRoot, ReceiptSums.Root(receipt.TaskList), "the tasks give");
        problems.Same("receipt.share", receipt.Shares.Length, sums.Shares.Length, "workers who are owed something");
        for (var i = 0; i < Math.Min(receipt.Shares.Length, sums.Shares.Length); i++)
        {
            var name = $"receipt.share[{i}]";
            problems.Same(name + ".to", receipt.Shares[i].To, sums.Shares[i].To, "the closed leases, by peer id");
            problems.Same(name + ".micro", receipt.Shares[i].Micro, sums.Shares[i].Micro, "what its closed leases say is due");
            problems.Same(name + ".why", receipt.Shares[i].Why, sums.Shares[i].Why, "the one purpose that this version knows");
        }

        problems.Same("receipt.total_micro", receipt.TotalMicro, sums.TotalMicro, "the closed leases add up to");
        problems.Same("receipt.total_fuel", receipt.TotalFuel, sums.TotalFuel, "the tasks add up to");
    }

    private static void CheckTask(ProblemList problems, string name, ReceiptTask shown, ReceiptTask? expected, uint place)
    {
        problems.Same(name + ".task", shown.Task, place, "its place");
        if (expected is null)
        {
            problems.Add(name, "no lease of the receipt has a verdict that accepts it");
            return;
        }

        problems.Same(name + ".lease_id", shown.LeaseId, expected.LeaseId, "the first lease that had it accepted with the output of its verdict");
        problems.Same(name + ".worker", shown.Worker, expected.Worker, "the lease");
        problems.Same(name + ".output_hash", shown.OutputHash, expected.OutputHash, "the worker's opening and the verdict");
        problems.Same(name + ".fuel", shown.Fuel, expected.Fuel, "the worker's opening");
        problems.Same(name + ".size", shown.Size, expected.Size, "the worker's opening");
    }
}
