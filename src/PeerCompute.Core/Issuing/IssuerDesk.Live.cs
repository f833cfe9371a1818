// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Collections;
using PeerCompute.Base.Crypto;
using PeerCompute.Core.Effects;
using PeerCompute.Core.Events;
using PeerCompute.Core.Views;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Core.Issuing;

/// <summary>What running tasks say, as their workers tell: shown, never decided by. Kept in memory, for the leases that first spoke last.</summary>
internal sealed partial class IssuerDesk
{
    /// <summary>Leases of all jobs whose words are kept, 16 MiB together; what the oldest said goes first.</summary>
    private const int LiveMost = 512;

    private readonly OrderedMap<Hash32, IssuedLease> _speaking = new();

    public void LiveCame(LiveCame e)
    {
        if (!_leases.TryGetValue(e.Message.LeaseId, out var lease) || lease.Link.Other != e.From) return;
        if (lease.Link.Phase is not (LeasePhase.Accepted or LeasePhase.Running)) return;
        if (e.Message.Task < lease.Lease.FirstTask || e.Message.Task >= lease.Lease.EndTask || !lease.Pace.Take(node.Now.Mono)) return;
        lease.Live = LiveView.After(lease.Live, e.Message.Task, e.Message.Report);
        if (_speaking.TryAdd(lease.Id, lease) && _speaking.Count > LiveMost)
        {
            _speaking.First.Value.Live = null;
            _speaking.Remove(_speaking.First.Key);
        }

        node.Effects.Add(new JobChanged(lease.Job.Id));
    }
}
