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
        ? $"{terms.Replicas} workers with {(terms.Tolerant ? "outputs within the spec's tolerances" : "equal outputs")}, all but the first drawn from its pool"
        : ReceiptCheck.ByTheClient;

    /// <summary>Checks all leases of a receipt together.</summary>
    /// <param name="problems">Where what does not hold goes.</param>
    /// <param name="leases">Both chains of each lease, in the receipt's order.</param>
    public static void Check(ProblemList problems, List<LeaseChains> leases)
    {
        var sets = new SortedDictionary<Hash32, List<int>>();
        for (var i = 0; i < leases.Count; i++)
        {
            if (leases[i].Lease is not { Slot: 0, Verification.By: ConfirmedBy.Replicas } first) continue;
            sets[first.Id] = [i];
            if (first.Worker == first.Issuer || first.Worker == first.Steward)
                problems.Add(NameOf(i) + ".worker", "is the issuer or its steward: neither may confirm what it is to pay for");
        }

        for (var i = 0; i < leases.Count; i++)
        {
            if (leases[i].Lease is not { Slot: > 0 } replica) continue;
            if (!sets.TryGetValue(replica.DrawnFrom, out var set)) problems.Add(NameOf(i) + ".drawn_from", "is no first lease of this receipt");
            else if (IsNew(problems, NameOf(i), replica, set, leases))
            {
                CheckDrawn(problems, NameOf(i), replica, leases[set[0]]);
                set.Add(i);
            }
        }

        foreach (var set in sets.Values) CheckVotes(problems, set, leases);
    }

    /// <summary>Whether slot and worker are new to a set; what is not is no part of it, so a set has at most
    /// <see cref="WireLimits.LeasesPerRange"/> leases.</summary>
    private static bool IsNew(ProblemList problems, string name, Lease replica, List<int> set, List<LeaseChains> leases)
    {
        var isNew = true;
        foreach (var i in set)
        {
            var other = leases[i].Lease!;
            if (other.Slot == replica.Slot) problems.Add(name + ".slot", $"{replica.Slot} stands twice for lease {replica.DrawnFrom}");
            if (other.Worker == replica.Worker) problems.Add(name + ".worker", "holds two leases of one range: it cannot confirm itself");
            isNew &= other.Slot != replica.Slot && other.Worker != replica.Worker;
        }

        return isNew;
    }

    private static void CheckDrawn(ProblemList problems, string name, Lease replica, LeaseChains chains)
    {
        var first = chains.Lease!;
        problems.Same(name + ".pool_root", replica.PoolRoot, first.PoolRoot, "the first worker's lease");
        problems.Same(name + ".first_task", replica.FirstTask, first.FirstTask, "the first worker's lease");
        if (chains.Body<Commit>() is not { } commit || chains.Body<Reveal>() is not { } reveal) return;
        problems.Same(name + ".task_count", replica.TaskCount, commit.Done, "tasks that the first worker committed");
        var seed = DrawSeed.Of(first.Id, reveal.Nonce, chains.Find<Commit>()!.Hash);
        var pool = ((Award)chains.Issuer[0].Entry.Body).Pool;
        var order = Draw.Order(pool, seed, first.Worker, first.Issuer, first.Steward);
        if (replica.DrawnPlace >= order.Length || order[(int)replica.DrawnPlace] != replica.Worker)
        {
            problems.Add(name + ".worker", $"is not in place {replica.DrawnPlace} of the order that the first worker's pool and commit give");
            problems.Add(name + ".drawn_place", $"{replica.DrawnPlace} is another worker's in the order that the first worker's pool and commit give");
        }
    }

    /// <summary>Checks that each finding of a set goes by an output that enough of its workers opened, and all of one task by the same.</summary>
    private static void CheckVotes(ProblemList problems, List<int> set, List<LeaseChains> leases)
    {
        var needed = leases[set[0]].Lease!.Verification.Replicas;
        var winners = new SortedDictionary<uint, Hash32>();
        foreach (var at in set)
        {
            var verdict = leases[at].Body<Verdict>();
            for (var i = 0; i < (verdict?.Tasks.Length ?? 0); i++)
            {
                var finding = verdict!.Tasks[i];
                if (finding.Outcome == VerdictOutcome.Unavailable) continue;
                var name = $"receipt.lease[{at}].verdict.tasks[{i}].recomputed_hash";
                var votes = Votes(set, leases, finding);
                if (votes < needed) problems.Add(name, $"is the output of {votes} workers of this range; the terms ask for {needed}");
                if (!winners.TryAdd(finding.Task, finding.Recomputed))
                    problems.Same(name, finding.Recomputed, winners[finding.Task], "the other verdicts on this task go by");
            }
        }
    }

    /// <summary>
    /// Workers of a set whose opening names the output that a finding goes by; under tolerant terms, where one of them does, also those whose own finding is
    /// accepted by it. A worker whose ciphertext did not come is one of them: it had committed to its output before it could know another's.
    /// </summary>
    private static uint Votes(List<int> set, List<LeaseChains> leases, TaskVerdict finding)
    {
        var accepted = finding with { Outcome = VerdictOutcome.Accepted };
        uint equal = 0, alike = 0;
        foreach (var at in set)
        {
            var place = finding.Task - leases[at].Lease!.FirstTask;
            if (leases[at].Body<Opening>() is not { } opening || place >= opening.Leaves.Length || opening.Leaves[(int)place].Task != finding.Task) continue;
            if (opening.Leaves[(int)place].OutputHash == finding.Recomputed) equal++;
            else if (leases[at].Body<Verdict>() is { } verdict && place < verdict.Tasks.Length && verdict.Tasks[(int)place] == accepted) alike++;
        }

        return equal == 0 ? 0 : equal + alike;
    }

    private static string NameOf(int lease) => $"receipt.lease[{lease}].issuer_chain[0].award.lease";
}
