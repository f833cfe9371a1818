// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Identity;
using PeerCompute.Core;
using PeerCompute.Core.Events;
using PeerCompute.Core.Runs;
using PeerCompute.Libp2p.Gossip;
using PeerCompute.Simulator.Checkers;
using PeerCompute.Simulator.Clock;
using PeerCompute.Simulator.Events;
using PeerCompute.Simulator.Executors;
using PeerCompute.Simulator.Mesh;
using PeerCompute.Simulator.Network;
using PeerCompute.Simulator.Nodes;
using PeerCompute.Simulator.Scenarios;
using PeerCompute.Wire.Messages;

namespace PeerCompute.Simulator;

/// <summary>
/// A run: nodes, network, clock and queue on one thread. A function of scenario, seed and the machine's assembly, nothing else.
/// </summary>
internal sealed class Simulation
{
    /// <summary>The world as a source of events, and a target of those that happen to no node.</summary>
    public const int World = -1;

    private const int ViolationsKept = 100;
    private const int EventsAtOneMoment = 2_000_000;

    private readonly IEventQueue _queue;
    private readonly Func<MachineSite, INodeMachine> _machines;
    private readonly List<Observer> _observers = [];
    private readonly List<Violation> _violations = [];
    private readonly Dictionary<PeerId, int> _indices = [];
    private readonly ulong[] _sequences;
    private long _sameMoment;

    public Simulation(Scenario scenario, ulong seed, Func<MachineSite, INodeMachine> machines, IEventQueue? queue = null)
    {
        Scenario = scenario;
        Seed = seed;
        _machines = machines;
        _queue = queue ?? new HeapEventQueue();
        var count = scenario.NodeCount;
        _sequences = new ulong[count + 1];
        Nodes = new SimNode[count];
        Desk = new AdmissionDesk(scenario.FullCrypto);
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
    }

    public Scenario Scenario { get; }

    public ulong Seed { get; }

    public VirtualClock Clock { get; } = new();

    public Trace Trace { get; } = new();

    public Counters Counters { get; } = new();

    public SimNetwork Network { get; }

    public SimMesh Mesh { get; }

    public AdmissionDesk Desk { get; }

    public SimNode[] Nodes { get; }

    public IReadOnlyList<Violation> Violations => _violations;

    public int Queued => _queue.Count;

    public void Watch(Observer observer) => _observers.Add(observer);

    /// <summary>Schedules an event; the source and its own count make the order key unique.</summary>
    public void Schedule(int source, SimEventKind kind, long at, int target, long tag, object? payload)
        => _queue.Push(new SimEvent(at, kind, source, _sequences[source + 1]++, target, tag, payload));

    /// <summary>Schedules a change of the world.</summary>
    public void Script(long at, Action change) => Schedule(World, SimEventKind.Script, at, World, 0, change);

    /// <summary>Index of a node, or -1 for a stranger.</summary>
    public int IndexOf(PeerId peer) => _indices.GetValueOrDefault(peer, -1);

    public INodeMachine NewMachine(MachineSite site) => _machines(site);

    public void Notify(Action<Observer> tell)
    {
        foreach (var observer in _observers) tell(observer);
    }

    public void Violate(string rule, string text)
    {
        Counters.Violations++;
        if (_violations.Count < ViolationsKept) _violations.Add(new Violation(Clock.Micros, rule, text));
    }

    /// <summary>Takes events until a moment has passed, nothing is left, or the condition holds.</summary>
    /// <returns>True when the condition held.</returns>
    public bool RunUntil(long micros, Func<bool>? done = null)
    {
        while (_queue.NextAt <= micros && _queue.TryPop(out var e))
        {
            Take(e);
            if (done is not null && done()) return true;
        }

        if (Clock.Micros < micros) Clock.MoveTo(micros);
        return false;
    }

    private void Take(in SimEvent e)
    {
        _sameMoment = e.At == Clock.Micros ? _sameMoment + 1 : 0;
        if (_sameMoment > EventsAtOneMoment) throw new InvalidOperationException($"time stands still at {e.At} us: {e.Kind} of node {e.Target} repeats");
        Clock.MoveTo(e.At);
        Counters.Events++;
        Trace.Add(e);
        if (e.Kind == SimEventKind.Script) ((Action)e.Payload!)();
        else Dispatch(e, Nodes[e.Target]);
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
                Trace.Add(Meter.Hash(message));
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
