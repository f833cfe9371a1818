// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Core.Views;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Core.Leases;

/// <summary>The view of a lease, the same from either side.</summary>
internal static class LeaseViews
{
    public static LeaseView Of(LeaseLink link, string text)
    {
        var lease = link.Lease;
        var why = link.Chains.Body<Cancel>() is { } cancel ? cancel.Text : text;
        return new LeaseView(
            lease.Id,
            lease.JobId,
            lease.Issuer,
            lease.Worker,
            lease.FirstTask,
            lease.TaskCount,
            link.Phase,
            link.Chains.Head,
            lease.Price.PerTaskMicro,
            link.Chains.Body<Close>()?.DueMicro ?? 0,
            why)
        {
            Slot = lease.Slot,
            DrawnFrom = lease.DrawnFrom,
            Rejected = Rejected(link.Chains.Body<Verdict>()),
        };
    }

    private static uint Rejected(Verdict? verdict)
    {
        uint rejected = 0;
        foreach (var task in verdict?.Tasks ?? [])
        {
            if (task.Outcome == VerdictOutcome.Rejected) rejected++;
        }

        return rejected;
    }
}
