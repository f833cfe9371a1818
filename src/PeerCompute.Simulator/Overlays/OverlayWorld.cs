// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Simulator.Events;
using PeerCompute.Simulator.Scenarios;

namespace PeerCompute.Simulator.Overlays;

/// <summary>
/// A world in which every node is one protocol machine of the daemon and nothing else: no journal, no market. It has the queue, order key, trace and
/// network maps of the others; nodes are indices.
/// </summary>
internal abstract class OverlayWorld(Scenario scenario, ulong seed, int sources, IEventQueue? queue)
{
    private const int World = -1;
    private const int EventsAtOneMoment = 20_000_000;

    private readonly IEventQueue _queue = queue ?? new WheelEventQueue();
    private readonly ulong[] _sequences = new ulong[sources + 1];
    private long _sameMoment;

    public Scenario Scenario { get; } = scenario;

    public ulong Seed { get; } = seed;

    public Trace Trace { get; } = new();

    /// <summary>Microseconds since the run began.</summary>
    public long Now { get; private set; }

    public long Events { get; private set; }

    /// <summary>RPCs, or questions and answers, that were sent.</summary>
    public long Messages { get; protected set; }

    /// <summary>Their bytes, with the length that goes before each.</summary>
    public long Bytes { get; protected set; }

    /// <summary>Nodes that are machines.</summary>
    public abstract int Count { get; }

    /// <summary>Names of the columns of <see cref="Row"/>.</summary>
    public abstract string[] Columns { get; }

    /// <summary>Running counts, for the time series.</summary>
    public abstract long[] Row();

    /// <summary>What came of it, in the order of a report.</summary>
    public abstract IReadOnlyList<Figure> Figures();

    /// <summary>The times whose distribution is reported, microseconds, in any order; its name is the first figures'.</summary>
    public abstract List<int> Times { get; }

    /// <summary>Takes events until a moment has passed.</summary>
    public void RunUntil(long micros)
    {
        while (_queue.NextAt <= micros && _queue.TryPop(out var e))
        {
            _sameMoment = e.At == Now ? _sameMoment + 1 : 0;
            if (_sameMoment > EventsAtOneMoment) throw new InvalidOperationException($"time stands still at {e.At} us: {e.Kind} of node {e.Target} repeats");
            Now = e.At;
            Events++;
            Trace.Add(e);
            Take(e);
        }

        Now = Math.Max(Now, micros);
    }

    /// <summary>What an event does.</summary>
    protected abstract void Take(in SimEvent e);

    /// <summary>Schedules an event; the source and its own count make the order key unique.</summary>
    protected void Schedule(int source, SimEventKind kind, long at, int target, long tag = 0, object? payload = null)
        => _queue.Push(new SimEvent(at, kind, source, _sequences[source + 1]++, target, tag, payload));

    /// <summary>Schedules what no node causes.</summary>
    protected void Script(SimEventKind kind, long at, int target, long tag = 0, object? payload = null)
        => Schedule(World, kind, at, target, tag, payload);
}
