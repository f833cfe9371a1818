// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Core.Journal;
using PeerCompute.Simulator.Checkers;
using PeerCompute.Simulator.Nodes;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Simulator.Reports;

/// <summary>One moment of a run.</summary>
internal sealed record MetricRow(
    long AtMicros,
    int NodesUp,
    int Links,
    int JobsKnown,
    int JobsEnded,
    int TasksAccepted,
    int LeasesAwarded,
    int LeasesEnded,
    long Events,
    long MessageBytes,
    long BlobBytes,
    int Queued,
    Traffic Traffic,
    ulong Trace);

/// <summary>Time series of a run, and a bounded sample of what happened.</summary>
internal sealed class Metrics(Simulation world) : Observer
{
    /// <summary>Most events kept for events.ndjson.</summary>
    public const int EventsKept = 20_000;

    private readonly List<MetricRow> _rows = [];
    private readonly List<EventRow> _events = [];
    private int _jobs;
    private int _tasks;
    private int _awarded;
    private int _ended;

    public IReadOnlyList<MetricRow> Rows => _rows;

    /// <summary>In the order of their times; of one moment, in that of nodes.</summary>
    public IReadOnlyList<EventRow> Events => [.. _events.OrderBy(static e => e.AtMicros).ThenBy(static e => e.Node)];

    /// <summary>Events that did not fit.</summary>
    public long EventsLeftOut { get; private set; }

    public int JobsEnded { get; private set; }

    public void Sample()
    {
        var up = 0;
        foreach (var node in world.Nodes) up += node.Up ? 1 : 0;
        var c = world.Counters;
        _rows.Add(new MetricRow(
            world.Clock.Micros, up, world.Network.OpenLinks, _jobs, JobsEnded, _tasks, _awarded, _ended, c.Events, c.MessageBytes, c.BlobBytes,
            world.Queued, c.Traffic, world.TraceHash));
    }

    public override void Started(SimNode node) => Add(node, "started", $"life {node.Life}");

    public override void Durable(SimNode node, JournalEntry entry)
    {
        switch (entry)
        {
            case JobAdded job:
                _jobs++;
                Add(node, "job-added", job.JobId.Short());
                break;
            case JobEnded job:
                JobsEnded++;
                Add(node, "job-" + job.State.ToString().ToLowerInvariant(), job.JobId.Short());
                break;
            case EntryKept { Kept: { } kept } when kept.Envelope.Signer == node.Signer.PeerId:
                Count(kept.Entry.Body);
                Add(node, kept.Entry.Body.GetType().Name.ToLowerInvariant(), kept.Entry.Header.Context.Short());
                break;
            default:
                break;
        }
    }

    private void Count(EntryBody body)
    {
        switch (body)
        {
            case Award:
                _awarded++;
                break;
            case Cancel or Settled:
                _ended++;
                break;
            case Verdict verdict:
                foreach (var task in verdict.Tasks) _tasks += task.Outcome == VerdictOutcome.Accepted ? 1 : 0;
                break;
            default:
                break;
        }
    }

    private void Add(SimNode node, string kind, string about)
    {
        if (_events.Count < EventsKept) _events.Add(new EventRow(node.Micros, node.Index, kind, about));
        else EventsLeftOut++;
    }
}

/// <summary>Something worth a line.</summary>
internal sealed record EventRow(long AtMicros, int Node, string Kind, string About);
