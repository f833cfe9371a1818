// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using PeerCompute.Core;

namespace PeerCompute.Simulator.Checkers;

/// <summary>What a machine shows of itself, as text that can be compared. What is only known while it lives (how far a run is) is left out.</summary>
internal static class ViewText
{
    public static string Of(INodeMachine machine)
    {
        var text = new StringBuilder();
        foreach (var job in machine.Jobs())
        {
            text.Append(CultureInfo.InvariantCulture, $"job {job.JobId} {job.State} {job.SubmittedMs} {job.EndedMs} {job.TotalMicro}\n");
            foreach (var task in job.Tasks)
            {
                text.Append(CultureInfo.InvariantCulture, $" task {task.Task} {task.State} {task.LeaseId.Short()} ");
                text.Append(CultureInfo.InvariantCulture, $"{task.Output?.Root.Short()} {task.Fuel} {task.Fault}\n");
            }

            foreach (var lease in job.Leases) text.Append(CultureInfo.InvariantCulture, $" {lease.LeaseId} {lease.Phase} {lease.Head} {lease.DueMicro}\n");
        }

        foreach (var lease in machine.Work()) text.Append(CultureInfo.InvariantCulture, $"work {lease.LeaseId} {lease.Phase} {lease.Head} {lease.DueMicro}\n");
        return text.ToString();
    }

    /// <summary>The first line in which two texts differ.</summary>
    public static string Difference(string a, string b)
    {
        var left = a.Split('\n');
        var right = b.Split('\n');
        for (var i = 0; i < Math.Max(left.Length, right.Length); i++)
        {
            var one = i < left.Length ? left[i] : "nothing";
            var other = i < right.Length ? right[i] : "nothing";
            if (one != other) return $"'{one}' against '{other}'";
        }

        return "";
    }
}
