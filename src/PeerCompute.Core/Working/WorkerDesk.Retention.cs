// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Collections;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Time;
using PeerCompute.Core.Effects;
using PeerCompute.Core.Journal;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Core.Working;

/// <summary>
/// Accepted outputs stay, and are served to the issuer, when their lease is settled: until the issuer says that its client collected them, or the time
/// that the lease names is over. The worker asks by a sync whenever the issuer connects.
/// </summary>
internal sealed partial class WorkerDesk
{
    private readonly OrderedSet<Hash32> _retained = new();

    public void Restore(ResultsReleased entry)
    {
        if (_leases.TryGetValue(entry.Unit, out var lease)) lease.Released = true;
    }

    /// <summary>Takes up what the lives before kept.</summary>
    private void BeginRetained()
    {
        foreach (var lease in _leases.Values)
        {
            if (_live.Contains(lease.Id) || !IsToRetain(lease)) continue;
            if (Retain(lease)) Share(lease);
            else Release(lease, collected: false);
        }
    }

    /// <summary>Whether outputs of a lease are promised beyond its end.</summary>
    private bool IsToRetain(WorkedLease lease)
        => !lease.Released && lease.Link.Phase == LeasePhase.Settled && lease.Lease.Placement.RetainMs > 0 && lease.Link.Other != node.Self
        && lease.Link.Chains.Body<Close>()!.Accepted > 0;

    private bool Retain(WorkedLease lease)
    {
        if (!IsToRetain(lease) || node.NowMs > lease.RetainUntilMs) return false;
        lease.Retained = true;
        _retained.Add(lease.Id);
        node.Timers.Set(lease.Id, node.At(lease.RetainUntilMs + 1));
        return true;
    }

    /// <summary>Asks an issuer that is here what of its results is collected.</summary>
    private void AskForRetained(PeerId peer)
    {
        foreach (var id in _retained)
        {
            if (_leases[id].Link.Other == peer) _leases[id].Link.Ask();
        }
    }

    /// <summary>The time of a lease whose outputs are kept has come; a clock that was set meanwhile makes it wait again.</summary>
    private void LookRetained(WorkedLease lease)
    {
        if (node.NowMs > lease.RetainUntilMs) Release(lease, collected: false);
        else node.Timers.Set(lease.Id, node.At(lease.RetainUntilMs + 1));
    }

    private void Release(WorkedLease lease, bool collected)
    {
        lease.Retained = false;
        lease.Released = true;
        _retained.Remove(lease.Id);
        node.Timers.Set(lease.Id, Instant.Never);
        node.Keep(new ResultsReleased(lease.Id, collected));
        node.Effects.Add(new WithholdBlobs(lease.Id));
        var roots = ImmutableArray.CreateBuilder<Hash32>();
        AddOutputs(lease, roots);
        // Binding: what is deleted must not be promised again by a life that forgot this.
        node.Effects.Add(new DropBlobs(roots.ToImmutable(), IsBinding: true));
    }

    private static void AddOutputs(WorkedLease lease, ImmutableArray<Hash32>.Builder roots)
    {
        foreach (var result in lease.Results.Values)
        {
            if (result.Blob is { } blob) roots.Add(blob.Root);
        }
    }
}
