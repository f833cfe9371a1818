// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Identity;
using PeerCompute.Core.Effects;
using PeerCompute.Market.Bids;
using PeerCompute.Wire.Blobs;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Core.Issuing;

/// <summary>Who may fetch the blobs of a job: its inputs from this node, the outputs of its leases from their workers (docs/protocol/blob.md).</summary>
internal sealed partial class IssuerDesk
{
    /// <summary>Workers of a job that are named as holders of its inputs: one more than an answer names, since nobody is told of itself.</summary>
    private const int HoldersMost = BlobAnswer.HoldersMost + 1;

    /// <summary>The worker's token for module and inputs: a part of the award, until its result must have been confirmed.</summary>
    private SignedToken InputToken(Lease lease) => Token(lease, BlobScope.Inputs, lease.Worker, lease.ConfirmByMs);

    /// <summary>Our own token for the outputs of a lease: one for each life. The worker's clock may be ahead as far as bids allow.</summary>
    private SignedToken OutputToken(IssuedLease lease)
    {
        var until = lease.Lease.ConfirmByMs + lease.Lease.Placement.RetainMs + BidPolicy.SkewMs;
        return lease.OutputToken ??= Token(lease.Lease, BlobScope.Outputs, node.Self, until);
    }

    private SignedToken Token(Lease lease, BlobScope scope, PeerId holder, ulong notAfterMs)
    {
        var header = node.Header(BlobToken.ContextOf(lease.JobId, lease.Id, scope, holder), 0);
        return SignedToken.Sign(node.Signer, new BlobToken(header, lease.JobId, lease.Id, scope, holder, notAfterMs));
    }

    private void Share(IssuedJob job)
    {
        node.Effects.Add(new ShareBlobs(job.Id, node.Self, Blobs(job)) { Holders = job.Holders });
        if (job.Request.Spec.Native is { IsImage: true } native) node.Effects.Add(new HoldImage(job.Id, native.Root, Serves: true) { Holders = job.Holders });
    }

    /// <summary>Tells workers that fetch of those that have the inputs, so that not every byte leaves this node: those that began, latest first.</summary>
    private void ShareHolders(IssuedJob job)
    {
        var holders = ImmutableArray.CreateBuilder<Contact>();
        foreach (var id in job.Live)
        {
            var lease = job.Leases[id];
            if (lease.Link.Chains.Find<Started>() is null || !job.Candidates.TryGetValue(lease.Lease.Worker, out var worker)) continue;
            if (worker.Bid is not { Addresses.Length: > 0 } bid || !node.Up.Contains(worker.Peer)) continue;
            var contact = new Contact(worker.Peer, bid.Addresses);
            if (!Names(holders, worker.Peer)) holders.Insert(0, contact);
        }

        if (holders.Count > HoldersMost) holders.RemoveRange(HoldersMost, holders.Count - HoldersMost);
        if (Same(job.Holders, holders)) return;
        job.Holders = holders.ToImmutable();
        if (!job.Ended) Share(job);
    }

    private static bool Names(ImmutableArray<Contact>.Builder holders, PeerId peer)
    {
        foreach (var holder in holders)
        {
            if (holder.Peer == peer) return true;
        }

        return false;
    }

    private static bool Same(ImmutableArray<Contact> before, ImmutableArray<Contact>.Builder now)
    {
        if (before.Length != now.Count) return false;
        for (var i = 0; i < before.Length; i++)
        {
            if (before[i].Peer != now[i].Peer) return false;
        }

        return true;
    }

    /// <summary>An ended job's module and inputs are served no more, and go as soon as the end cannot be forgotten.</summary>
    private void Withhold(IssuedJob job)
    {
        node.Effects.Add(new WithholdBlobs(job.Id));
        if (job.Request.Spec.Native is { IsImage: true }) node.Effects.Add(new ReleaseImage(job.Id));
        node.Effects.Add(new DropBlobs(Blobs(job), IsBinding: true));
    }

    /// <summary>The outputs of a lease stay in the store from before they come.</summary>
    private void Pin(IssuedLease lease)
    {
        var roots = ImmutableArray.CreateBuilder<Hash32>(lease.Outputs.Length);
        foreach (var output in lease.Outputs) roots.Add(output.Root);
        node.Effects.Add(new PinBlobs(lease.Run, roots.MoveToImmutable()));
    }

    private static ImmutableArray<Hash32> Blobs(IssuedJob job)
    {
        var blobs = job.Request.Spec.Blobs();
        var roots = ImmutableArray.CreateBuilder<Hash32>(blobs.Length);
        foreach (var blob in blobs) roots.Add(blob.Root);
        foreach (var root in job.SharedPacks) roots.Add(root);
        return roots.ToImmutable();
    }
}
