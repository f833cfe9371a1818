// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Checks;
using PeerCompute.Base.Identity;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Leases;
using PeerCompute.Wire.Offers;
using PeerCompute.Wire.Receipts;

namespace PeerCompute.Trust.Receipts;

/// <summary>Makes the one signed file of a finished job.</summary>
public static class ReceiptBuilder
{
    /// <summary>Builds and signs a receipt.</summary>
    /// <param name="signer">The issuer's key.</param>
    /// <param name="draft">What it is made of: every task must be accepted in one of its leases.</param>
    /// <returns>Bytes of the signed envelope: the receipt file.</returns>
    public static byte[] Build(ISigner signer, ReceiptDraft draft)
        => SignedEnvelope.Seal(signer, Domains.Signature, Domains.Receipt, BodyOf(signer.PeerId, draft).Encode()).Bytes.ToArray();

    private static Receipt BodyOf(PeerId issuer, ReceiptDraft draft)
    {
        Invariant.Check(draft.JobId == draft.Spec.JobIdFor(issuer), "a receipt is made by the job's issuer");
        var leases = new List<ReceiptDraftLease>(draft.Leases);
        leases.Sort(static (a, b) => ReceiptSums.Compare(a.Chains.Lease!, b.Chains.Lease!));
        var chains = new LeaseChains[leases.Count];
        for (var i = 0; i < chains.Length; i++) chains[i] = leases[i].Chains;
        var sums = ReceiptSums.Of(draft.Spec.Tasks, chains);
        var tasks = Tasks(sums);
        return new Receipt
        {
            Header = draft.Header with { TimeMs = (ulong)draft.EndedMs },
            Issuer = issuer,
            JobName = draft.Spec.Name,
            Offer = draft.Offer.Bytes,
            Tasks = draft.Spec.Tasks,
            TasksRoot = ReceiptSums.Root(tasks),
            TaskList = tasks,
            Leases = Leases(leases),
            Shares = sums.Shares,
            TotalMicro = sums.TotalMicro,
            TotalFuel = sums.TotalFuel,
            ConfirmedBy = ReplicaEvidence.WordsOf(Offer.Decode(draft.Offer.Payload).Verification),
            SubmittedMs = (ulong)draft.SubmittedMs,
            EndedMs = (ulong)draft.EndedMs,
            Inputs = Inputs(draft.Spec),
            ModuleHash = draft.Spec.ProgramHash(),
            Spec = draft.Spec.WithoutKeys().Encode(),
        };
    }

    /// <summary>Inputs as a receipt names them.</summary>
    internal static ImmutableArray<NamedHash> Inputs(JobSpec spec)
    {
        var inputs = ImmutableArray.CreateBuilder<NamedHash>(spec.Inputs.Length);
        foreach (var input in spec.Inputs) inputs.Add(new NamedHash(input.Name, input.Blob.Plain));
        return inputs.MoveToImmutable();
    }

    private static ImmutableArray<ReceiptTask> Tasks(ReceiptSums sums)
    {
        var tasks = ImmutableArray.CreateBuilder<ReceiptTask>(sums.Tasks.Count);
        foreach (var task in sums.Tasks)
        {
            Invariant.Check(task is not null, "a receipt is of a job whose every task is accepted");
            tasks.Add(task!);
        }

        return tasks.MoveToImmutable();
    }

    private static ImmutableArray<ReceiptLease> Leases(List<ReceiptDraftLease> leases)
    {
        var shown = ImmutableArray.CreateBuilder<ReceiptLease>(leases.Count);
        foreach (var (chains, bid) in leases)
        {
            var lease = chains.Lease!;
            shown.Add(new ReceiptLease(lease.Id, lease.Worker, bid.Bytes, Links(chains.Issuer), Links(chains.Worker)));
        }

        return shown.MoveToImmutable();
    }

    private static ImmutableArray<ReadOnlyMemory<byte>> Links(IReadOnlyList<KeptEntry> chain)
    {
        var links = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>(chain.Count);
        foreach (var kept in chain) links.Add(kept.Envelope.Bytes);
        return links.MoveToImmutable();
    }
}
