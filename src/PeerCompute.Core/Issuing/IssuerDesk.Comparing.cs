// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Core.Effects;
using PeerCompute.Core.Events;
using PeerCompute.Core.Runs;
using PeerCompute.Wire.Common;

namespace PeerCompute.Core.Issuing;

/// <summary>
/// Outputs that need not be equal: once workers of a range have opened, each of which had committed before it could know another's, this node fetches what
/// differs and compares it by the spec's comparators.
/// </summary>
internal sealed partial class IssuerDesk
{
    /// <summary>Failed fetches of one lease after which the others are not kept waiting.</summary>
    private const int FetchFailuresMost = 5;

    /// <summary>Outputs were compared.</summary>
    public void OutputsCompared(OutputsCompared e)
    {
        if (!_leases.TryGetValue(e.Run.LeaseId, out var first) || !first.Job.Sets.TryGetValue(first.Id, out var set) || !set.Comparing) return;
        set.Comparing = false;
        foreach (var found in e.Found)
        {
            if (found.Lost.IsEmpty) set.Likeness.Take(found);
            else AskAgain(set, found);
        }

        if (set.Likeness.Difference is { Length: > 0 } difference) node.Tell($"lease {first.Id.Short()}: workers differ; {difference}");
        Advance(first.Job);
    }

    /// <summary>Outputs that were here cannot be read: their workers, who gave them, are asked once more.</summary>
    private void AskAgain(ReplicaSet set, PairFound found)
    {
        var task = found.Pair.Task;
        foreach (var lease in set.Leases)
        {
            if (!lease.OutputsKept || lease.OutputOf(task).IsZero || !found.Lost.Contains(BlobOf(lease, task).Root)) continue;
            node.Tell($"lease {lease.Id.Short()}: an output is asked for again that was here: {found.Words}");
            lease.LoseOutputs();
            lease.NextFetch = node.Now.Mono + FetchAgain;
        }
    }

    /// <summary>Whether all outputs of a range that came, and differ, are compared; fetches and compares what is missing.</summary>
    private bool AreCompared(IssuedJob job, ReplicaSet set)
    {
        if (!set.IsTolerant) return true;
        if (set.Comparing) return false;
        var pairs = ImmutableArray.CreateBuilder<OutputPair>();
        var waits = false;
        foreach (var (task, a, b) in set.Unknown())
        {
            if (a.OutputsKept && b.OutputsKept) pairs.Add(new OutputPair(task, BlobOf(a, task), BlobOf(b, task)));
            else waits = waits | IsAwaited(a) | IsAwaited(b);
        }

        if (pairs.Count == 0) return !waits;
        set.Comparing = true;
        node.Effects.Add(new CompareOutputs(new RunKey(set.First.Id, RunRole.Compare), job.Request.Spec.Comparators, pairs.ToImmutable()));
        return false;
    }

    /// <summary>Asks for the outputs of a lease; whether others wait for them.</summary>
    private bool IsAwaited(IssuedLease lease)
    {
        if (lease.OutputsKept) return false;
        FetchOutputs(lease);
        return MayCome(lease) && node.Now.Mono < lease.LateAt;
    }

    private bool MayCome(IssuedLease lease) => !lease.OutputsKept && lease.FetchFailures < FetchFailuresMost && !Gone(lease);

    /// <summary>Whether outputs that were not waited for may still decide the range.</summary>
    private bool MayBeCompared(ReplicaSet set)
    {
        foreach (var (_, a, b) in set.Unknown())
        {
            if (MayCome(a) || MayCome(b)) return true;
        }

        return false;
    }

    private void StopComparing(ReplicaSet set)
    {
        if (set.Comparing) node.Effects.Add(new StopRun(new RunKey(set.First.Id, RunRole.Compare)));
        set.Comparing = false;
    }

    private static BlobRef BlobOf(IssuedLease lease, uint task) => lease.Outputs[(int)(task - lease.Lease.FirstTask)];
}
