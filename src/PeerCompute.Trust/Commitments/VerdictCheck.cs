// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Trust.Draws;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Trust.Commitments;

/// <summary>What anybody who holds both chains can check of a reveal, a verdict and a close.</summary>
public static class VerdictCheck
{
    /// <summary>Checks a reveal.</summary>
    /// <param name="lease">The lease.</param>
    /// <param name="reveal">The reveal.</param>
    /// <returns>Empty, or what is wrong.</returns>
    public static string Check(Lease lease, Reveal reveal)
        => Lease.HashOfNonce(reveal.Nonce) == lease.NonceHash ? "" : "reveal.nonce is not behind the lease's nonce hash";

    /// <summary>Checks a verdict against the opening it judges.</summary>
    /// <param name="chains">Both chains, with reveal, commit and opening.</param>
    /// <param name="verdict">The verdict.</param>
    /// <returns>Empty, or what is wrong.</returns>
    public static string Check(LeaseChains chains, Verdict verdict)
    {
        if (chains.Lease is not { } lease || chains.Body<Opening>() is not { } opening || chains.Body<Reveal>() is not { } reveal)
            return "there is nothing to judge yet";
        if (verdict.Confirmer != lease.Issuer) return "verdict.confirmer is not the issuer, as the lease's terms say";
        if (verdict.Seed != DrawSeed.Of(lease.Id, reveal.Nonce, chains.Find<Commit>()!.Hash)) return "verdict.seed is not H(lease id, r, commit)";
        if (verdict.Tasks.Length != opening.Leaves.Length) return $"verdict.tasks has {verdict.Tasks.Length} findings for {opening.Leaves.Length} tasks";
        for (var i = 0; i < verdict.Tasks.Length; i++)
        {
            var finding = verdict.Tasks[i];
            if (finding.Task != opening.Leaves[i].Task) return $"verdict.tasks[{i}].task is out of place";
            var same = finding.Recomputed == opening.Leaves[i].OutputHash;
            var fits = finding.Outcome switch
            {
                VerdictOutcome.Accepted => same || (lease.Verification.Tolerant && !finding.Recomputed.IsZero),
                VerdictOutcome.Rejected => !same && !finding.Recomputed.IsZero,
                _ => finding.Recomputed.IsZero,
            };
            if (!fits) return $"verdict.tasks[{i}].outcome does not follow from the hashes";
        }

        return "";
    }

    /// <summary>Checks a close against the verdict it follows.</summary>
    /// <param name="chains">Both chains, with the verdict.</param>
    /// <param name="close">The close.</param>
    /// <returns>Empty, or what is wrong.</returns>
    public static string Check(LeaseChains chains, Close close)
    {
        if (chains.Lease is not { } lease || chains.Body<Verdict>() is not { } verdict) return "there is no verdict yet";
        var accepted = AcceptedIn(verdict);
        if (close.Accepted != accepted) return $"close.accepted is {close.Accepted}, the verdict accepts {accepted}";
        var due = accepted * lease.Price.PerTaskMicro;
        return close.DueMicro == due ? "" : $"close.due_micro is {close.DueMicro}, the verdict and the price give {due}";
    }

    /// <summary>Tasks that a verdict accepts.</summary>
    /// <param name="verdict">The verdict.</param>
    /// <returns>How many.</returns>
    public static uint AcceptedIn(Verdict verdict)
    {
        uint accepted = 0;
        foreach (var task in verdict.Tasks)
        {
            if (task.Outcome == VerdictOutcome.Accepted) accepted++;
        }

        return accepted;
    }
}
