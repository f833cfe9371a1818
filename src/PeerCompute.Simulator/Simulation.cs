// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Identity;
using PeerCompute.Core;
using PeerCompute.Core.Events;
using PeerCompute.Core.Runs;
using PeerCompute.Libp2p.Gossip;
using PeerCompute.Simulator.Checkers;
using PeerCompute.Simulator.Clock;
using PeerCompute.Simulator.Events;
using PeerCompute.Simulator.Executors;
using PeerCompute.Simulator.Faults;
using PeerCompute.Simulator.Lanes;
using PeerCompute.Simulator.Mesh;
using PeerCompute.Simulator.Network;
using PeerCompute.Simulator.Nodes;
using PeerCompute.Simulator.Scenarios;
using PeerCompute.Wire.Messages;

namespace PeerCompute.Simulator;

/// <summary>
/// A run: nodes, network, clocks and queues. A function of scenario, seed and the machine's assembly, nothing else.
/// </summary>
internal sealed class Simulation : IDisposable
{
    /// <summary>The world as a source of events, and a target of those that happen to no node.</summary>
    public const int World = -1;

    private const int ViolationsTold = 100;
    private const int ViolationsKept = 10 * ViolationsTold;

    private readonly HeapEventQueue _scripts = new();
    private readonly Lane[] _lanes;
    private readonly LaneCrew _crew;
    private readonly long _lookahead;
    private readonly Trace _trace = new();
    private readonly Func<MachineSite, INodeMachine> _machines;
    private readonly List<Observer> _observers = [];
    private readonly List<Violation> _violations = [];
    private readonly Dictionary<PeerId, int> _indices = [];
    private readonly ulong[] _sequences;
    private readonly Lock _watching = new();
    private bool _apart; // lanes are being worked on side by side
    private long _began; // when their window did
    private bool _stopped;
    private Func<bool>? _done;

    /// <summary>A world before its first event.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="machines">Makes the nodes' machines.</param>
    /// <param name="queue">Queue of the only lane; the usual one where null.</param>
    /// <param name="lanes">How many shares of the nodes are worked on side by side; the run is the same with any number.</param>
    public Simulation(Scenario scenario, ulong seed, Func<MachineSite, INodeMachine> machines, IEventQueue? queue = null, int lanes = 1)
    {
        Scenario = scenario;
        Seed = seed;
        _machines = machines;
        _lanes = new Lane[lanes];
        for (var i = 0; i < lanes; i++) _lanes[i] = new Lane(i, lanes, queue ?? new WheelEventQueue(), scenario.FullCrypto);
        var count = scenario.NodeCount;
        _sequences = new ulong[count + 1];
        Nodes = new SimNode[count];
        Faults = FaultSwarm.Draw(scenario.Faults, seed, count, scenario.DurationMicros);
        Network = new SimNetwork(this, scenario.Links);
        Mesh = new SimMesh(this);
        var index = 0;
        foreach (var kind in scenario.Nodes)
        {
            for (var i = 0; i < kind.Count; i++, index++)
            {
                Nodes[index] = new SimNode(this, index, kind, i);
                _indices.Add(Nodes[index].Signer.PeerId, index);
            }
        }

        _lookahead = LanePlan.Assign(scenario, Nodes, _lanes);
        _crew = new LaneCrew(_lanes, Work);
    }

    public Scenario Scenario { get; }

    public ulong Seed { get; }

    /// <summary>The time between two windows of lanes; within one, ask a node for its own.</summary>
    public VirtualClock Clock => _lanes[0].Clock;

    /// <summary>What all lanes counted.</summary>
    public Counters Counters => Counters.Sum(_lanes.Select(static lane => lane.Counters));

    /// <summary>What goes wrong in this run, in the order of times.</summary>
    public ImmutableArray<Fault> Faults { get; }

    public SimNetwork Network { get; }

    public SimMesh Mesh { get; }

    public SimNode[] Nodes { get; }

    /// <summary>Broken rules in the order of their times; with more lanes than one, of the beginnings of their windows.</summary>
    public IReadOnlyList<Violation> Violations
        => [.. _violations.OrderBy(static v => v.AtMicros).ThenBy(static v => v.Text, StringComparer.Ordinal).Take(ViolationsTold)];

    public int Queued => _scripts.Count + _lanes.Sum(static lane => lane.Queue.Count);

    /// <summary>A hash of all that happened: of what happened to the world, and to each node in their order, however many lanes there were.</summary>
    public ulong TraceHash
    {
        get
        {
            var all = new Trace();
            all.Add(_trace.Hash);
            foreach (var node in Nodes) all.Add(node.Trace.Hash);
            return all.Hash;
        }
    }

    public void Watch(Observer observer) => _observers.Add(observer);

    /// <summary>Schedules an event; the source and its own count make the order key unique. An event at another node is a latency away at least.</summary>
    public void Schedule(int source, SimEventKind kind, long at, int target, long tag, object? payload)
    {
        var e = new SimEvent(at, kind, source, _sequences[source + 1]++, target, tag, payload);
        if (target == World)
        {
            _scripts.Push(e);
            return;
        }

        var lane = Nodes[target].Lane;
        if (!_apart || source == World || Nodes[source].Lane == lane) lane.Queue.Push(e);
        else Nodes[source].Lane.Out[lane.Number].Add(e);
    }

    /// <summary>Schedules a change of the world.</summary>
    public void Script(long at, Action change) => Schedule(World, SimEventKind.Script, at, World, 0, change);

    /// <summary>Index of a node, or -1 for a stranger.</summary>
    public int IndexOf(PeerId peer) => _indices.GetValueOrDefault(peer, -1);

    public INodeMachine NewMachine(MachineSite site) => _machines(site);

    /// <summary>Tells the observers, one at a time.</summary>
    public void Notify(Action<Observer> tell)
    {
        lock (_watching)
        {
            foreach (var observer in _observers) tell(observer);
        }
    }

    public void Violate(string rule, string text)
    {
        lock (_watching)
        {
            if (_violations.Count < ViolationsKept) _violations.Add(new Violation(_apart ? _began : Clock.Micros, rule, text));
        }
    }

    /// <summary>Lets the threads of its lanes go.</summary>
    public void Dispose() => _crew.Dispose();

    /// <summary>Takes events until a moment has passed, nothing is left, or the condition holds.</summary>
    /// <param name="micros">The moment.</param>
    /// <param name="done">The condition, looked at after each event; with more lanes than one after each window.</param>
    /// <returns>True when the condition held.</returns>
    public bool RunUntil(long micros, Func<bool>? done = null)
    {
        (_done, _stopped) = (done, false);
        while (!_stopped)
        {
            var script = _scripts.NextAt;
            var next = script;
            foreach (var lane in _lanes) next = Math.Min(next, lane.Queue.NextAt);
            if (next > micros || next == long.MaxValue) break;
            if (script == next) Change();
            else Window(Math.Min(script, next >= long.MaxValue - _lookahead ? long.MaxValue : next + _lookahead), micros);
            if (_lanes.Length > 1 && done is not null && done()) _stopped = true;
        }

        if (_stopped) return true;
        foreach (var lane in _lanes) lane.Clock.MoveTo(Math.Max(lane.Clock.Micros, micros));
        return false;
    }

    /// <summary>Takes all events that wait at nodes, in their order: what the scenario has in store.</summary>
    public IEnumerable<SimEvent> Drain()
    {
        foreach (var lane in _lanes)
        {
            while (lane.Queue.TryPop(out var e)) yield return e;
        }
    }

    private void Change()
    {
        _scripts.TryPop(out var e);
        foreach (var lane in _lanes) lane.Clock.MoveTo(e.At);
        _lanes[0].Counters.Events++;
        _trace.Add(e);
        ((Action)e.Payload!)();
    }

    private void Window(long horizon, long micros)
    {
        _began = Clock.Micros;
        _apart = _lanes.Length > 1;
        _crew.Run(micros < horizon ? micros + 1 : horizon);
        _apart = false;
    }

    private void Work(Lane lane, long horizon)
    {
        while (lane.Queue.NextAt < horizon && lane.Queue.TryPop(out var e))
        {
            lane.Begin(e);
            var node = Nodes[e.Target];
            node.Trace.Add(e);
            Dispatch(e, node);
            if (_lanes.Length > 1) continue;
            if (_done is not null && _done()) _stopped = true;
            if (_stopped || _scripts.NextAt <= lane.Queue.NextAt) return;
        }
    }

    private void Dispatch(in SimEvent e, SimNode node)
    {
        switch (e.Kind)
        {
            case SimEventKind.Kill:
                node.Crash((int)e.Tag);
                break;
            case SimEventKind.Start:
                node.Start();
                break;
            case SimEventKind.Durable when e.Tag == node.Life:
                node.Durable((int)e.Payload!);
                break;
            case SimEventKind.LinkUp:
                node.LinkUp((LinkEnd)e.Payload!);
                break;
            case SimEventKind.LinkDown:
                if (e.Payload is LinkEnd lost) node.LinkDown(lost);
                else node.HungUp(e.Source, e.Tag);
                break;
            case SimEventKind.Reset:
                Network.Reset((LinkEnd)e.Payload!);
                break;
            case SimEventKind.Dialled:
                Network.Dialled(node, (LinkEnd)e.Payload!);
                break;
            case SimEventKind.Unreachable:
                if (e.Payload is LinkEnd failed) node.Unreachable(failed, "no answer");
                else node.Handle(new PeerUnreachable(Nodes[(int)e.Tag].Signer.PeerId, "no answer"));
                break;
            case SimEventKind.Message:
                var message = (PeerMessage)e.Payload!;
                node.Trace.Add(Meter.Hash(message));
                node.Receive(e.Source, e.Tag, message);
                break;
            case SimEventKind.Met:
                Mesh.Meet(node, (LinkEnd)e.Payload!);
                break;
            case SimEventKind.Gossip:
                Mesh.Hear(node, e.Source, e.Tag, (GossipRpc)e.Payload!);
                break;
            case SimEventKind.Asked:
                Mesh.Arrived(node, e.Source, e.Tag, (Question)e.Payload!);
                break;
            case SimEventKind.Answered when e.Tag == node.Life:
                Mesh.Answered(node, (Reply)e.Payload!);
                break;
            case SimEventKind.Posted when e.Tag == node.Life:
                node.Handle((NodeEvent)e.Payload!);
                break;
            case SimEventKind.Fetched when e.Tag == node.Life && node.Sandbox.Finish((SimSandbox.Fetch)e.Payload!) is { } finished:
                node.Handle(finished);
                break;
            case SimEventKind.Run when e.Tag == node.Life:
                node.Sandbox.Step((SimSandbox.Run)e.Payload!);
                break;
            case SimEventKind.Submit:
                if (node.Up) node.Submit((JobRequest)e.Payload!);
                else Schedule(World, SimEventKind.Submit, e.At + 1_000_000, e.Target, e.Tag, e.Payload);
                break;
            case SimEventKind.Wake when e.Tag == node.Life:
                node.Wake(e.At);
                break;
            default:
                break;
        }
    }
}
