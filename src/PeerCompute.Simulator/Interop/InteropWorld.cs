// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using PeerCompute.Base.Identity;
using PeerCompute.Libp2p.Gossip;
using PeerCompute.Simulator.Events;
using PeerCompute.Simulator.Overlays;
using PeerCompute.Simulator.Scenarios;

namespace PeerCompute.Simulator.Interop;

/// <summary>Nodes that follow a script, each of them a router of the daemon.</summary>
internal sealed class InteropWorld : GossipWorld
{
    private readonly InteropScript _script;
    private readonly KeyPair[] _keys;
    private readonly int[] _next;
    private readonly Dictionary<string, long>[] _judging;
    private readonly HashSet<long> _links = [];
    private readonly Action<long, int, PeerId, GossipMessage> _received;

    /// <param name="script">What they do.</param>
    /// <param name="seed">Of places and of the routers' chance.</param>
    /// <param name="received">Told of every copy: time, node, who sent it, the message.</param>
    public InteropWorld(InteropScript script, ulong seed, Action<long, int, PeerId, GossipMessage> received)
        : this(script, seed, [.. Enumerable.Range(0, script.Steps.Length).Select(KeyOf)], received)
    {
    }

    private InteropWorld(InteropScript script, ulong seed, KeyPair[] keys, Action<long, int, PeerId, GossipMessage> received)
        : base(Links, seed, [.. keys.Select(static k => k.PeerId)], [.. script.Options.Select(static o => o ?? InteropParameters.Usual)], null)
    {
        (_script, _keys, _received) = (script, keys, received);
        _next = new int[keys.Length];
        _judging = new Dictionary<string, long>[keys.Length];
        for (var i = 0; i < keys.Length; i++)
        {
            _judging[i] = [];
            Schedule(i, SimEventKind.Script, 0, i);
        }
    }

    /// <summary>Nodes that have come to the end of their script.</summary>
    public int Ended { get; private set; }

    /// <inheritdoc/>
    public override List<int> Times { get; } = [];

    /// <summary>The framework's own network: eight regions, no jitter, no loss (network_graph.py).</summary>
    private static Scenario Links { get; } = new()
    {
        Name = "gossipsub-interop", Nodes = [], Jobs = new JobPlan { Count = 0 }, Links = new LinkPlan { JitterMicros = 0 },
    };

    /// <inheritdoc/>
    public override IReadOnlyList<Figure> Figures() => [];

    /// <summary>The seed of a node's key is its number, little-endian (test-specs/implementation.md, "Peer IDs").</summary>
    public static KeyPair KeyOf(int node)
    {
        var seed = new byte[32];
        BinaryPrimitives.WriteUInt64LittleEndian(seed, (ulong)node);
        return KeyPair.FromSeed(seed);
    }

    /// <inheritdoc/>
    protected override void Heard(int node, int from, GossipRpc rpc)
    {
        foreach (var message in rpc.Messages) _received(Now, node, Ids[from], message);
    }

    /// <inheritdoc/>
    protected override long Delivered(int node, GossipMessage message) => _judging[node].GetValueOrDefault(message.Topic);

    /// <inheritdoc/>
    protected override void Other(in SimEvent e)
    {
        var (node, steps) = (e.Target, _script.Steps[e.Target]);
        while (_next[node] < steps.Count)
        {
            var at = Do(node, steps[_next[node]++]);
            if (at <= Now) continue;
            Schedule(node, SimEventKind.Script, at, node);
            return;
        }

        Ended++;
    }

    /// <summary>Takes one step.</summary>
    /// <returns>When the next one may follow.</returns>
    private long Do(int node, InteropStep step)
    {
        switch (step)
        {
            case InteropStep.Connect connect:
                if (!_links.Add(((long)Math.Min(node, connect.Node) << 32) | (uint)Math.Max(node, connect.Node))) return Now;
                Dial(node, connect.Node);
                return Now + (4 * Network.Latency(node, connect.Node));
            case InteropStep.WaitUntil wait:
                return wait.Micros;
            case InteropStep.Subscribe subscribe:
                Act(node, (router, now, effects) => router.Subscribe(subscribe.Topic, now, effects));
                return Now;
            case InteropStep.Judge judge:
                _judging[node][judge.Topic] = judge.Micros;
                return Now;
            case InteropStep.Publish publish:
                var data = new byte[publish.Bytes];
                BinaryPrimitives.WriteUInt64BigEndian(data, publish.Number);
                Act(node, (router, now, effects) => router.Publish(_keys[node], publish.Topic, data, now, effects));
                return Now;
            default:
                throw new InvalidOperationException($"no such step: {step}");
        }
    }
}
