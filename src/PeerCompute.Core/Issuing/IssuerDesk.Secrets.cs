// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Leases;
using PeerCompute.Wire.Offers;

namespace PeerCompute.Core.Issuing;

/// <summary>Secrets of a job go to a worker when it has signed the lease, and again when it asks by a sync while a task may have to run (again).</summary>
internal sealed partial class IssuerDesk
{
    private void GiveSecrets(IssuedLease lease)
    {
        if (lease.Job.Secrets.Items.IsEmpty || lease.Bid is null || lease.Link.Phase is < LeasePhase.Accepted or >= LeasePhase.Closed) return;
        var key = Bid.Decode(lease.Bid.Payload).SealingKey;
        var box = SealedBox.Seal(node.Secrets, key.Span, lease.Job.Secrets.Encode(), Domains.SealedSecrets, lease.Id.ToArray());
        node.Say(lease.Link.Other, new SecretsMessage(lease.Id, box), binding: true);
    }
}
