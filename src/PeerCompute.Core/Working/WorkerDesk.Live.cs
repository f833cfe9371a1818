// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Core.Events;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Core.Working;

/// <summary>What running tasks say goes to their issuer as it comes: not kept, not promised, not sent again.</summary>
internal sealed partial class WorkerDesk
{
    public void TaskSaid(TaskSaid e)
    {
        if (!_leases.TryGetValue(e.Run.LeaseId, out var lease) || !lease.Running || lease.Link.Phase != LeasePhase.Running) return;
        if (lease.Pace.Take(node.Now.Mono)) node.Say(lease.Link.Other, new LiveMessage(lease.Id, e.Task, e.Report), binding: false);
    }
}
