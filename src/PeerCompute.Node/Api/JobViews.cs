// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Google.Protobuf;
using PeerCompute.Api.V1;
using PeerCompute.Base.Crypto;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Leases;
using Views = PeerCompute.Core.Views;

namespace PeerCompute.Node.Api;

/// <summary>Views of the machine as views of the API.</summary>
internal static class JobViews
{
    /// <summary>A job without its tasks and leases.</summary>
    public static JobView Head(Views.JobView job, string receiptPath, long nowMs)
    {
        var counts = Count(job);
        var view = new JobView
        {
            JobId = Bytes(job.JobId),
            Name = job.Request.Spec.Name,
            State = State(job, counts),
            Counts = counts,
            Price = job.TotalMicro,
            ReceiptPath = receiptPath,
            SubmittedMs = (ulong)Math.Max(0, job.SubmittedMs),
            ElapsedMs = (ulong)Math.Max(0, (job.Ended ? job.EndedMs : nowMs) - job.SubmittedMs),
            Gather = Gathering(job.Request.Note),
            WaitsFor = job.Ended ? "" : job.Cause,
            CollectBeforeMs = job.CollectBeforeMs,
            Collected = job.Collected,
            Swept = job.Swept,
            OutputBytes = job.Request.Spec.Limits.OutputBytes,
        };
        view.Outputs.AddRange(job.Request.Spec.Outputs);
        if (job.State is Views.JobState.Failed or Views.JobState.Expired or Views.JobState.Cancelled)
        {
            view.Failure = new Failure { Code = job.State == Views.JobState.Cancelled ? "Refused" : "JobFailed", Cause = job.Cause };
        }

        return view;
    }

    /// <summary>Adds all leases, and the tasks that are not as they were.</summary>
    /// <param name="view">Gets them.</param>
    /// <param name="job">The job.</param>
    /// <param name="before">What was told last, or null.</param>
    /// <param name="incarnation">Our incarnation as text.</param>
    public static JobView WithDetails(this JobView view, Views.JobView job, Views.JobView? before, string incarnation)
    {
        for (var i = 0; i < job.Tasks.Length; i++)
        {
            if (before is null || job.Tasks[i] != before.Tasks[i]) view.Tasks.Add(Task(job.Tasks[i]));
        }

        foreach (var lease in job.Leases) view.Leases.Add(Lease(lease, incarnation));
        return view;
    }

    /// <summary>An incarnation as text.</summary>
    public static string Text(Incarnation incarnation) => string.Create(CultureInfo.InvariantCulture, $"{incarnation.Start}-{incarnation.Salt:x16}");

    /// <summary>A lease as its worker knows it.</summary>
    public static WorkView Work(Views.LeaseView lease, string incarnation) => new()
    {
        Lease = Lease(lease, incarnation),
        JobId = Bytes(lease.JobId),
        Issuer = lease.Issuer.ToString(),
        Due = lease.DueMicro,
        Text = lease.Text,
    };

    private static Gather? Gathering(ReadOnlyMemory<byte> note) => note.IsEmpty ? null : Gather.Parser.ParseFrom(note.Span);

    private static ByteString Bytes(Hash32 hash) => hash.IsZero ? ByteString.Empty : ByteString.CopyFrom(hash.ToArray());

    private static TaskCounts Count(Views.JobView job)
    {
        var counts = new TaskCounts { Total = (uint)job.Tasks.Length };
        foreach (var task in job.Tasks)
        {
            switch (task.State)
            {
                case Views.TaskState.Pending: counts.Pending++; break;
                case Views.TaskState.Leased: counts.Running++; break;
                case Views.TaskState.Accepted: counts.Accepted++; break;
                case Views.TaskState.Failed: counts.Failed++; break;
                default: counts.Confirming++; break;
            }
        }

        return counts;
    }

    private static JobState State(Views.JobView job, TaskCounts counts) => job.State switch
    {
        Views.JobState.Offered => JobState.Offered,
        Views.JobState.Running when counts is { Pending: 0, Running: 0 } => JobState.Confirming,
        Views.JobState.Running => JobState.Running,
        Views.JobState.Accepted => JobState.Accepted,
        Views.JobState.Failed => JobState.Failed,
        Views.JobState.Cancelled => JobState.Cancelled,
        Views.JobState.Expired => JobState.Expired,
        _ => JobState.Unspecified,
    };

    private static TaskView Task(Views.TaskView task) => new()
    {
        Index = task.Task,
        State = task.State switch
        {
            Views.TaskState.Pending => TaskState.Pending,
            Views.TaskState.Leased => TaskState.Leased,
            Views.TaskState.Committed => TaskState.Committed,
            Views.TaskState.Confirming => TaskState.Confirming,
            Views.TaskState.Accepted => TaskState.Accepted,
            Views.TaskState.Failed => TaskState.Failed,
            _ => TaskState.Unspecified,
        },
        Worker = task.Worker.IsNone ? "" : task.Worker.ToString(),
        LeaseId = Bytes(task.LeaseId),
        Fuel = task.Fuel,
        FetchMs = task.FetchMs,
        RunMs = task.RunMs,
        CpuMs = task.CpuMs,
        PeakMemoryBytes = task.PeakMemoryBytes,
        BytesIn = task.BytesIn,
        BytesOut = task.BytesOut,
        ConfirmMs = task.ConfirmMs,
        OutputSha256 = Bytes(task.Output?.Plain ?? default),
        Error = task.Fault,
        OutputCid = task.Output?.Cid.ToString() ?? "",
    };

    private static LeaseView Lease(Views.LeaseView lease, string incarnation) => new()
    {
        LeaseId = Bytes(lease.LeaseId),
        Worker = lease.Worker.ToString(),
        First = lease.FirstTask,
        Count = lease.TaskCount,
        State = lease.Phase switch
        {
            LeasePhase.Awarded => LeaseState.Awarded,
            LeasePhase.Accepted or LeasePhase.Running => LeaseState.Running,
            LeasePhase.Committed => LeaseState.Committed,
            LeasePhase.Revealed or LeasePhase.Opened => LeaseState.Confirming,
            LeasePhase.Confirmed or LeasePhase.Closed or LeasePhase.Settled when lease.Text.Length == 0 => LeaseState.Accepted,
            _ => LeaseState.Ended,
        },
        Head = lease.Head.ToString(),
        Price = checked(lease.PerTaskMicro * lease.TaskCount),
        Incarnation = incarnation,
        Slot = lease.Slot,
        DrawnFrom = Bytes(lease.DrawnFrom),
        Rejected = lease.Rejected,
        Keeps = lease.Keeps,
        Live = lease.Phase is LeasePhase.Accepted or LeasePhase.Running && lease.Live is { } live ? Said(live) : null,
    };

    private static LiveView Said(Views.LiveView live)
    {
        var view = new LiveView { Task = live.Task, Done = live.Done, Message = live.Message };
        foreach (var metric in live.Metrics) view.Metrics.Add(new Metric { Name = metric.Name, Value = metric.Value, Step = metric.Step });
        return view;
    }
}
