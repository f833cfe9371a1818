// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using PeerCompute.Core;
using PeerCompute.Simulator.Reports;
using PeerCompute.Simulator.Statistics;

namespace PeerCompute.Simulator.Reality;

/// <summary>Writes what a run of real processes leaves: the folder of a simulated run, without what only a simulator can see.</summary>
public static class RealFolder
{
    /// <summary>What stands in the place of the trace's hash: two real runs are never the same.</summary>
    public const string NoTrace = "real";

    /// <summary>Makes the folder, before a long run finds out that it cannot.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="Base.Errors.PeerComputeException">It cannot be made.</exception>
    public static void Make(string folder) => OutputFolder.Make(folder);

    /// <summary>Writes it.</summary>
    /// <param name="folder">Made before.</param>
    /// <param name="plan">What was run.</param>
    /// <param name="samples">Moments of it, in order; at least one.</param>
    /// <param name="jobs">What came of the jobs.</param>
    /// <param name="crashes">Times that a node was killed.</param>
    /// <param name="copy">Whether the scenario's files are copied beside the results.</param>
    /// <exception cref="Base.Errors.PeerComputeException">The disk does not take it.</exception>
    public static void Write(string folder, RealPlan plan, IReadOnlyList<RealSample> samples, IReadOnlyList<JobRow> jobs, int crashes, bool copy)
    {
        var rows = samples.Select(Row).ToList();
        var (idle, perJob) = TrafficReport.Of(rows, plan.Nodes.Length, plan.Scenario.Jobs.FirstMicros, plan.Jobs.Length);
        var sent = samples[^1].Sent;
        OutputFolder.Write(
            folder, plan.Scenario, plan.Path, copy,
            file => OutputFolder.Json(new
            {
                Scenario = plan.Name,
                ScenarioHash = plan.Scenario.Hash.ToString(),
                ScenarioFile = file,
                plan.Scenario.Parameters,
                plan.Seed,
                Real = true,
                TraceHash = NoTrace,
                CoreMvid = typeof(INodeMachine).Module.ModuleVersionId,
                OutputFolder.CoreVersion,
                Nodes = plan.Nodes.Length,
                RealSeconds = samples[^1].AtMicros / 1_000_000,
                Jobs = jobs.Count,
                Accepted = jobs.Count(static job => job.IsAccepted),
                ResponseSeconds = Summary.Of(jobs.Where(static job => job.IsAccepted).Select(static job => job.ResponseSeconds)),
                Messages = sent.Taken,
                sent.MessageBytes,
                sent.BlobBytes,
                sent.SocketBytes,
                PerTask = PerTask.Of(sent.Messages.Market, sent.MessageBytes, sent.BlobBytes, jobs),
                Crashes = crashes,
                OwedMicro = jobs.Aggregate(0UL, static (sum, job) => sum + job.OwedMicro),
                IdleNodeHour = idle,
                PerJob = perJob,
                Violations = Array.Empty<Violation>(),
                Runtime = RuntimeInformation.FrameworkDescription,
            }),
            ("metrics.csv", OutputFolder.MetricsCsv(rows)), ("jobs.csv", OutputFolder.JobsCsv(jobs)));
    }

    private static MetricRow Row(RealSample s) => new(
        s.AtMicros, s.NodesUp, s.Links, s.JobsKnown, s.JobsEnded, s.TasksAccepted, s.Leases, LeasesEnded: 0, Events: 0, s.Sent.MessageBytes, s.Sent.BlobBytes,
        Queued: 0, s.Sent.Messages, Trace: 0);
}
