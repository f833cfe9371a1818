// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Identity;
using PeerCompute.Core;
using PeerCompute.Core.Effects;
using PeerCompute.Core.Events;
using PeerCompute.Libp2p.Kademlia;
using PeerCompute.Simulator.Chance;
using PeerCompute.Simulator.Mesh;
using PeerCompute.Simulator.Scenarios;

namespace PeerCompute.Simulator.Adversaries.Kinds;

/// <summary>
/// Answers every question of the DHT with peers and providers that do not exist, and forgets the records that it is given. Counted are answers and records.
/// </summary>
internal sealed record PoisonerAdversary : Adversary
{
    public override string Kind => "poisoner";

    public override string Act => "answers questions of the DHT with peers and providers that do not exist, and drops records";

    public override bool NeedsMesh => true;

    public override INodeMachine Dress(Part part) => new Machine(part);

    /// <summary>Answers of the DHT that name others than the honest machine knows.</summary>
    /// <param name="part">The part.</param>
    /// <param name="honest">The machine.</param>
    /// <param name="named">Whom every answer names.</param>
    internal abstract class Answering(Part part, INodeMachine honest, ImmutableArray<KadPeer> named) : MachineWrapper(honest)
    {
        private KadAsked? _asked;

        protected override NodeEvent? In(NodeEvent e)
        {
            _asked = e as KadAsked;
            if (_asked is not { Request.Type: KadType.AddProvider or KadType.PutValue } || !Bends(_asked)) return e;
            part.Did();
            return null;
        }

        protected override NodeEffect? Out(NodeEffect effect)
        {
            if (effect is not AnswerKad { Response: { } response } answer || _asked is not { } asked || !Bends(asked)) return effect;
            part.Did();
            var providers = asked.Request.Type == KadType.GetProviders ? named : [];
            return answer with { Response = new KadMessage(response.Type, response.Key) { CloserPeers = named, ProviderPeers = providers } };
        }

        /// <summary>Whether a question gets another answer.</summary>
        protected abstract bool Bends(KadAsked asked);
    }

    private sealed class Machine(Part part) : Answering(part, part.Honest(), Ghosts(part))
    {
        protected override bool Bends(KadAsked asked) => true;

        private static ImmutableArray<KadPeer> Ghosts(Part part)
        {
            var ghosts = ImmutableArray.CreateBuilder<KadPeer>();
            for (var i = 0; i < new KadOptions().K; i++)
            {
                var key = KeyPair.FromSeed(Draw.Bytes(part.Site.Seed, "ghost", (ulong)part.Site.Index, (ulong)i).ToArray());
                ghosts.Add(new KadPeer(key.PeerId, [Place.AddressOf(ScenarioReader.NodesMost + i)]));
            }

            return ghosts.ToImmutable();
        }
    }
}
