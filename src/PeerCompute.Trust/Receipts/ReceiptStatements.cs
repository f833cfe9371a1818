// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Identity;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Leases;
using PeerCompute.Wire.Messages;
using PeerCompute.Wire.Receipts;

namespace PeerCompute.Trust.Receipts;

/// <summary>Says in words what a checked receipt proves and what it takes on trust.</summary>
internal static class ReceiptStatements
{
    public static ReceiptReport Report(ImmutableArray<ReceiptProblem> problems, Receipt receipt, OfferMessage? offer, List<LeaseChains> leases)
    {
        var terms = offer?.Offer.Verification ?? VerificationTerms.Issuer;
        var settled = 0;
        foreach (var chains in leases)
        {
            if (chains.Phase == LeasePhase.Settled) settled++;
        }

        return new ReceiptReport
        {
            Problems = problems,
            Proves = problems.IsEmpty ? Proves(receipt, leases, terms, settled) : [],
            Trusts = Trusts(leases, terms, NativeSemantics.TryParse(offer?.Offer.Semantics ?? "")),
            Receipt = receipt,
            Unit = offer?.Offer.Price.Unit ?? "",
            Workers = Workers(leases),
            Settled = settled,
        };
    }

    private static ImmutableArray<string> Proves(Receipt receipt, List<LeaseChains> leases, VerificationTerms terms, int settled)
    {
        var lines = ImmutableArray.CreateBuilder<string>();
        lines.Add($"{receipt.Issuer} signed the offer of job {receipt.Header.Context}, its own chain of each of {leases.Count} leases, and this receipt");
        foreach (var worker in Workers(leases)) lines.Add(Worked(worker, leases));
        lines.Add("each worker committed to output hash, size and fuel of every task of its lease in a signed entry, and the issuer revealed the "
            + "lease's nonce in an entry that names that commit: what was opened afterwards is what was committed");
        lines.Add(terms.Tolerant
            ? "the issuer's signed verdict names, for each task, one output hash that a worker opened, and accepts by it the outputs of as many workers as the "
                + "offer's terms ask for; each of them is owed the price"
            : "the issuer's signed verdict names, for each task that it accepts, the same output hash as the worker's opening");
        lines.Add($"program {receipt.ModuleHash} and {receipt.Inputs.Length} inputs are those of the spec whose salted hash stood in the offer "
            + "that the workers bid on and in every lease");
        lines.Add($"what is due follows: accepted tasks times the price bid, never above the offer's ceiling; it adds up to "
            + $"{receipt.TotalMicro} micro-units, and fuel to {receipt.TotalFuel}");
        if (Drawn(leases) is > 0 and var drawn)
            lines.Add($"{drawn} of the leases are replicas, each drawn from the pool that the first worker had signed, by a seed that depends on its commit "
                + "and on a nonce revealed after it"
                + (terms.Tolerant ? "" : "; each accepted task has equal outputs of as many workers as the offer's terms ask for"));
        if (settled > 0)
            lines.Add($"the workers of {settled} of {leases.Count} leases countersigned the issuer's whole chain, verdict and amount due included");
        return lines.ToImmutable();
    }

    private static string Worked(PeerId worker, List<LeaseChains> leases)
    {
        int count = 0, tasks = 0;
        foreach (var chains in leases)
        {
            if (chains.Lease?.Worker != worker) continue;
            count++;
            tasks += chains.Body<Opening>()?.Leaves.Length ?? 0;
        }

        var (leaseWord, taskWord) = (count == 1 ? "lease" : "leases", tasks == 1 ? "task" : "tasks");
        return $"{worker} signed a bid, accepted {count} {leaseWord} and opened the results of {tasks} {taskWord}";
    }

    private static int Drawn(List<LeaseChains> leases)
    {
        var drawn = 0;
        foreach (var chains in leases)
        {
            if (chains.Lease is { Slot: > 0 }) drawn++;
        }

        return drawn;
    }

    private static int Unavailable(List<LeaseChains> leases)
    {
        var missing = 0;
        foreach (var chains in leases)
        {
            foreach (var finding in chains.Body<Verdict>()?.Tasks ?? [])
            {
                if (finding.Outcome == VerdictOutcome.Unavailable) missing++;
            }
        }

        return missing;
    }

    private static ImmutableArray<string> Trusts(List<LeaseChains> leases, VerificationTerms terms, NativeSemantics? native)
    {
        var lines = ImmutableArray.CreateBuilder<string>();
        if (terms.By == ConfirmedBy.Issuer)
        {
            lines.Add($"no third party confirmed anything; confirmed by: {ReceiptCheck.ByTheClient}, whose own node re-executed every task: "
                + "that it did is the issuer's word");
        }
        else
        {
            lines.Add("workers who give equal outputs computed alike: that they did not agree on a wrong one beforehand rests on the pool, which the issuer "
                + "put together from those that had bid");
            lines.Add("that a worker drawn in an earlier place was passed over because it could not be had is the issuer's word");
            lines.Add("the issuer knows the nonce from the start: a first worker that it told the nonce could have chosen a commit that draws whom it likes");
        }

        if (terms.Tolerant)
        {
            lines.Add("outputs need not be equal: that those of accepted tasks are within the tolerances of the spec's comparators, and those of rejected "
                + "ones are not, is the issuer's word; who has the outputs can compare them again and finds the same");
        }

        if (native is not null)
        {
            lines.Add($"the program is a native one for {native.Architecture} in {(native.IsImage ? "image" : "host runtime")} {native.Root}: no re-execution "
                + "proves a fraud, so a result is as good as the draw that confirmed it"
                + (native.IsImage ? "" : ", and that all workers meant the same by the runtime's name and version is their owners' word"));
        }

        lines.Add("the price is a promise between two parties: there is no escrow, and nothing here shows that anything was paid");
        lines.Add("all times are the signers' clocks; submitted_ms, and header.time_ms with ended_ms, are the issuer's word alone");
        lines.Add("header.start and header.salt (which life of the issuer's node signed this receipt) are the issuer's word alone");
        lines.Add("run_ms, cpu_ms and peak_memory_bytes of each task are the worker's word alone");
        lines.Add("the issuer shows the leases that it chooses: one that had no task accepted may be missing, and so may "
            + "lease.worker_chain's last entry, by which a worker countersigns");
        if (Unavailable(leases) is > 0 and var missing)
            lines.Add($"that the outputs of {missing} opened tasks did not come or did not open, so that they are not owed, is the issuer's word");
        lines.Add("a peer id is a key, not a person: issuer and workers may belong to one and the same");
        for (var i = 0; i < leases.Count; i++)
        {
            if (leases[i].Lease is { } lease && leases[i].Phase != LeasePhase.Settled)
                lines.Add($"lease[{i}]: {lease.Worker} did not countersign the verdict; that it was told of it is the issuer's word");
        }

        return lines.ToImmutable();
    }

    private static ImmutableArray<PeerId> Workers(List<LeaseChains> leases)
    {
        var workers = ImmutableArray.CreateBuilder<PeerId>();
        var seen = new SortedSet<PeerId>();
        foreach (var chains in leases)
        {
            if (chains.Lease is { } lease && seen.Add(lease.Worker)) workers.Add(lease.Worker);
        }

        return workers.ToImmutable();
    }
}
