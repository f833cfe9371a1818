// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Core.Events;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Core.Working;

/// <summary>Secrets of a lease: kept in memory until it ends, checked against the hash in its spec, so that every worker of a job gets the same.</summary>
internal sealed partial class WorkerDesk
{
    public void SecretsCame(SecretsCame e)
    {
        if (!_leases.TryGetValue(e.Message.LeaseId, out var lease) || lease.Link.Other != e.From || lease.Spec is null || lease.HasSecrets) return;
        if (lease.Link.Phase is not (LeasePhase.Accepted or LeasePhase.Running)) return;
        var opened = node.Signer.Open(e.Message.Box.Span, Domains.SealedSecrets, lease.Id.ToArray());
        var secrets = opened is null ? null : Read(opened);
        if (secrets is null || secrets.Hash() != lease.Spec.SecretsHash)
            lease.Broke ??= new Fail(FailKind.Spec, lease.Lease.FirstTask, "the secrets are not those that the spec names");
        else
            lease.Secrets = secrets;
        Advance(lease);
    }

    private static JobSecrets? Read(byte[] opened)
    {
        try
        {
            return JobSecrets.Decode(opened);
        }
        catch (WireException)
        {
            return null;
        }
    }
}
