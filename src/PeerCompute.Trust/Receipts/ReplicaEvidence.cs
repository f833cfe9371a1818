// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Trust.Draws;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Trust.Receipts;

/// <summary>Checks what replicas claim: each was drawn for the range of a first lease, and each accepted task has as many equal outputs as the
/// terms ask for.</summary>
internal static class ReplicaEvidence
{
    /// <summary>What <c>confirmed_by</c> says under verification terms.</summary>
    /// <param name="terms">The offer's.</param>
    /// <returns>For people and for the check.</returns>
    public static string WordsOf(VerificationTerms terms) => terms.By == ConfirmedBy.Replicas
        ? $"{terms.Replicas} workers with equal outputs, all but the first drawn from its pool"
        : ReceiptCheck.ByTheClient;

    /// <summary>Checks all leases of a receipt together.</summary>
    /// <param name="problems">Where what does not hold goes.</param>
    /// <param name="leases">Both chains of each lease, in the receipt's order.</param>
    public static void Check(ProblemList problems, List<LeaseChains> leases)
    {
        var sets = new SortedDictionary<Hash32, List<LeaseChains>>();
        foreach (var chains in leases)
        {
            if (chains.Lease is { Slot: 0, Verification.By: ConfirmedBy.Replicas } first) sets[first.Id] = [chains];
        }

        for (var i = 0; i < leases.Count; i++)
        {
            if (leases[i].Lease is not { Slot: > 0 } replica) continue;
            var name = $"receipt.lease[{i}].issuer_chain[0].award.lease";
            if (!sets.TryGetValue(replica.DrawnFrom, out var set))
            {
                problems.Add(name + ".drawn_from", "is no first lease of this receipt");
                continue;
            }

            CheckDrawn(problems, name, replica, set);
            set.Add(leases[i]);
        }

        foreach (var set in sets.Values) CheckVotes(problems, set, leases);
    }

    private static void CheckDrawn(ProblemList problems, string name, Lease replica, List<LeaseChains> set)
    {
        var chains = set[0];
        var first = chains.Lease!;
        foreach (var other in set)
        {
            if (other.Lease!.Slot == replica.Slot) problems.Add(name + ".slot", $"{replica.Slot} stands twice for lease {first.Id}");
            if (other.Lease.Worker == replica.Worker) problems.Add(name + ".worker", "holds two leases of one range: it cannot confirm itself");
        }

        problems.Same(name + ".pool_root", replica.PoolRoot, first.PoolRoot, "the first worker's lease");
        problems.Same(name + ".first_task", replica.FirstTask, first.FirstTask, "the first worker's lease");
        if (chains.Body<Commit>() is not { } commit || chains.Body<Reveal>() is not { } reveal) return;
        problems.Same(name + ".task_count", replica.TaskCount, commit.Done, "tasks that the first worker committed");
        var seed = DrawSeed.Of(first.Id, reveal.Nonce, chains.Find<Commit>()!.Hash);
        var pool = ((Award)chains.Issuer[0].Entry.Body).Pool;
        var order = Draw.Order(pool, seed, first.Worker, first.Issuer, first.Steward);
        if (replica.DrawnPlace >= order.Length || order[(int)replica.DrawnPlace] != replica.Worker)
            problems.Add(name + ".worker", $"is not in place {replica.DrawnPlace} of the order that the first worker's pool and commit give");
    }

    private static void CheckVotes(ProblemList problems, List<LeaseChains> set, List<LeaseChains> leases)
    {
        var needed = set[0].Lease!.Verification.Replicas;
        foreach (var chains in set)
        {
            if (chains.Body<Verdict>() is not { } verdict || chains.Body<Opening>() is not { } opening) continue;
            for (var i = 0; i < Math.Min(verdict.Tasks.Length, opening.Leaves.Length); i++)
            {
                if (verdict.Tasks[i].Outcome == VerdictOutcome.Unavailable) continue;
                var votes = Votes(set, verdict.Tasks[i]);
                if (votes < needed)
                {
                    problems.Add($"receipt.lease[{leases.IndexOf(chains)}].verdict.tasks[{i}].recomputed_hash",
                        $"is the output of {votes} workers of this range; the terms ask for {needed}");
                }
            }
        }
    }

    /// <summary>Workers of a set whose opening names the output that a verdict goes by.</summary>
    private static uint Votes(List<LeaseChains> set, TaskVerdict verdict)
    {
        uint votes = 0;
        foreach (var chains in set)
        {
            foreach (var leaf in chains.Body<Opening>()?.Leaves ?? [])
            {
                if (leaf.Task == verdict.Task && leaf.OutputHash == verdict.Recomputed) votes++;
            }
        }

        return votes;
    }
}
