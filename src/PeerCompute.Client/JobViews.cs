// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Api.V1;

namespace PeerCompute.Client;

/// <summary>Works on the views of a job.</summary>
public static class JobViews
{
    /// <summary>Whether nothing more happens to a job.</summary>
    /// <param name="job">The job.</param>
    /// <returns>True when it has ended.</returns>
    public static bool HasEnded(this JobView job) => job.State is JobState.Accepted or JobState.Failed or JobState.Cancelled or JobState.Expired;

    /// <summary>A whole view from an earlier one and a change: tasks by index, leases by id.</summary>
    /// <param name="whole">The view so far, or null; left as it is.</param>
    /// <param name="change">The change.</param>
    /// <returns>The view now.</returns>
    public static JobView Merge(JobView? whole, JobView change)
    {
        if (whole is null) return change;
        var now = change.Clone();
        now.Tasks.Clear();
        now.Leases.Clear();
        var tasks = new SortedDictionary<uint, TaskView>();
        foreach (var task in whole.Tasks.Concat(change.Tasks)) tasks[task.Index] = task;
        now.Tasks.Add(tasks.Values);
        now.Leases.Add(whole.Leases);
        foreach (var lease in change.Leases)
        {
            var at = IndexOf(now.Leases, lease);
            if (at < 0) now.Leases.Add(lease);
            else now.Leases[at] = lease;
        }

        return now;
    }

    private static int IndexOf(IList<LeaseView> leases, LeaseView lease)
    {
        for (var i = 0; i < leases.Count; i++)
        {
            if (leases[i].LeaseId.Equals(lease.LeaseId)) return i;
        }

        return -1;
    }
}
