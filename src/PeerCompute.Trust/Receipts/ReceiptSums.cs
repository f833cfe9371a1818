// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Identity;
using PeerCompute.Wire.Leases;
using PeerCompute.Wire.Receipts;

namespace PeerCompute.Trust.Receipts;

/// <summary>What follows from the chains of a job's closed leases: the issuer writes it, a verifier computes it again.</summary>
internal sealed class ReceiptSums
{
    private readonly ReceiptTask?[] _tasks;

    private ReceiptSums(ReceiptTask?[] tasks, ImmutableArray<ReceiptShare> shares, ulong totalMicro)
    {
        _tasks = tasks;
        Shares = shares;
        TotalMicro = totalMicro;
        UInt128 fuel = 0;
        foreach (var task in tasks) fuel += task?.Fuel ?? 0;
        TotalFuel = Clamp(fuel);
    }

    /// <summary>Each task as the first lease shows it that had it accepted with the output that its verdict goes by; null where none did.</summary>
    public IReadOnlyList<ReceiptTask?> Tasks => _tasks;

    /// <summary>What each worker is owed, by peer id; nobody who is owed nothing.</summary>
    public ImmutableArray<ReceiptShare> Shares { get; }

    public ulong TotalMicro { get; }

    public ulong TotalFuel { get; }

    /// <summary>Computes everything from closed leases.</summary>
    /// <param name="tasks">Tasks of the job.</param>
    /// <param name="leases">Chains with opening, verdict and close, in the receipt's order.</param>
    public static ReceiptSums Of(uint tasks, IReadOnlyList<LeaseChains> leases)
    {
        var accepted = new ReceiptTask?[tasks];
        var owed = new SortedDictionary<PeerId, UInt128>();
        UInt128 total = 0;
        foreach (var chains in leases)
        {
            if (chains.Lease is not { } lease || chains.Body<Opening>() is not { } opening || chains.Body<Verdict>() is not { } verdict
                || chains.Body<Close>() is not { } close) continue;
            var due = close.DueMicro;
            total += due;
            owed.TryGetValue(lease.Worker, out var before);
            if (due > 0) owed[lease.Worker] = before + due;
            for (var i = 0; i < Math.Min(opening.Leaves.Length, verdict.Tasks.Length); i++)
            {
                var leaf = opening.Leaves[i];
                if (verdict.Tasks[i].Outcome != VerdictOutcome.Accepted || verdict.Tasks[i].Recomputed != leaf.OutputHash || leaf.Task >= tasks) continue;
                accepted[leaf.Task] ??= new ReceiptTask(leaf.Task, lease.Id, lease.Worker, leaf.OutputHash, leaf.Fuel, leaf.Size);
            }
        }

        var shares = ImmutableArray.CreateBuilder<ReceiptShare>(owed.Count);
        foreach (var (worker, micro) in owed) shares.Add(new ReceiptShare(worker, Clamp(micro), ReceiptShare.Work));
        return new ReceiptSums(accepted, shares.MoveToImmutable(), Clamp(total));
    }

    /// <summary>Merkle root over the tasks of a receipt.</summary>
    public static Hash32 Root(ImmutableArray<ReceiptTask> tasks)
    {
        var leaves = new Hash32[tasks.Length];
        for (var i = 0; i < leaves.Length; i++)
        {
            var t = tasks[i];
            leaves[i] = MerkleTree.Leaf(new HashBuilder("peercompute/1/receipt-task")
                .Add(t.Task).Add(t.LeaseId).Add(t.Worker.ToBytes()).Add(t.OutputHash).Add(t.Fuel).Add(t.Size).Hash().ToArray());
        }

        return MerkleTree.Root(leaves);
    }

    /// <summary>Order of two leases in a receipt: award number, then id.</summary>
    public static int Compare(Lease a, Lease b)
        => a.AwardNumber != b.AwardNumber ? a.AwardNumber.CompareTo(b.AwardNumber) : a.Id.CompareTo(b.Id);

    private static ulong Clamp(UInt128 sum) => sum > ulong.MaxValue ? ulong.MaxValue : (ulong)sum;
}
