// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Identity;
using PeerCompute.Core;
using PeerCompute.Core.Effects;
using PeerCompute.Core.Events;
using PeerCompute.Libp2p.Gossip;
using PeerCompute.Libp2p.Kademlia;
using PeerCompute.Simulator.Mesh;
using PeerCompute.Simulator.Scenarios;

namespace PeerCompute.Simulator.Adversaries.Kinds;

/// <summary>
/// A gang around one node, the first client where none is named: its members dial it again and again, answer its questions of the DHT with each other alone,
/// and pass no gossip on to it. Counted are dials, answers and gossip held back.
/// </summary>
internal sealed record EclipseAdversary : Adversary
{
    /// <summary>The node; -1 for the first that hands jobs in.</summary>
    public int Target { get; init; } = -1;

    /// <summary>Between two dials of a member, microseconds.</summary>
    public long EveryMicros { get; init; } = 5 * ScenarioReader.Second;

    public override string Kind => "eclipse";

    public override string Act => "a gang around one node: dials it, answers its questions of the DHT with each other alone, passes no gossip on to it";

    public override bool NeedsMesh => true;

    public override Adversary Read(YamlMap map) => this with
    {
        Target = map.Count("target", Target, -1, ScenarioReader.NodesMost - 1),
        EveryMicros = map.Time("every", EveryMicros, 100_000, ScenarioReader.Day),
    };

    public override INodeMachine Dress(Part part)
    {
        var target = Target < 0 ? part.FirstClient : Target;
        ImmutableArray<KadPeer> gang = [.. part.Gang.Select(index => new KadPeer(part.PeerOf(index), [Place.AddressOf(index)]))];
        return new Machine(part, gang, part.PeerOf(target), Place.AddressOf(target).ToString(), TimeSpan.FromMicroseconds(EveryMicros));
    }

    private sealed class Machine(Part part, ImmutableArray<KadPeer> gang, PeerId target, string address, TimeSpan every)
        : PoisonerAdversary.Answering(part, part.Honest(), gang)
    {
        private readonly Part _part = part;
        private bool _connected;

        protected override bool Bends(KadAsked asked) => asked.From == target;

        protected override NodeEvent? In(NodeEvent e)
        {
            if (e is NodeStarted) Later(every, Surround);
            if (e is PeerUp up && up.Peer == target) _connected = true;
            if (e is PeerDown down && down.Peer == target) _connected = false;
            return base.In(e);
        }

        protected override NodeEffect? Out(NodeEffect effect)
        {
            if (effect is not SendGossip { Rpc: { } rpc } send || send.To != target) return base.Out(effect);
            if (rpc.Messages.IsEmpty && rpc.Haves.IsEmpty) return effect;
            _part.Did();
            return send with { Rpc = new GossipRpc { Subscriptions = rpc.Subscriptions, Grafts = rpc.Grafts, Prunes = rpc.Prunes } };
        }

        private void Surround()
        {
            Later(every, Surround);
            if (_connected) return;
            _part.Did();
            Want(new Reach(target, address));
        }
    }
}
