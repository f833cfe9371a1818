// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using PeerCompute.Base.Collections;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Identity;
using PeerCompute.Core;
using PeerCompute.Core.Effects;
using PeerCompute.Core.Events;
using PeerCompute.Core.Mesh;
using PeerCompute.Libp2p.Gossip;
using PeerCompute.Simulator.Chance;
using PeerCompute.Simulator.Scenarios;
using PeerCompute.Wire.Messages;
using PeerCompute.Wire.Offers;

namespace PeerCompute.Simulator.Adversaries.Kinds;

/// <summary>
/// Floods all its gossip peers: of four messages one is a good offer of its own (made from one that it heard), one is signed and says nothing, one has a broken
/// signature, and one was said before; and it says that it has what nobody has. Counted are bursts, one for each peer.
/// </summary>
internal sealed record SpammerAdversary : Adversary
{
    private const int PeersMost = 128;

    /// <summary>Between two bursts, microseconds.</summary>
    public long EveryMicros { get; init; } = ScenarioReader.Second;

    /// <summary>Messages of a burst.</summary>
    public int Burst { get; init; } = 8;

    public override string Kind => "spammer";

    public override string Act => "floods its gossip peers with good, empty, forged and repeated messages, and with word of messages that nobody has";

    public override Players From => Players.Any;

    public override bool NeedsMesh => true;

    public override Adversary Read(YamlMap map) => this with
    {
        EveryMicros = map.Time("every", EveryMicros, 10_000, ScenarioReader.Day),
        Burst = map.Count("burst", Burst, 1, 1000),
    };

    public override INodeMachine Dress(Part part) => new Machine(part, this);

    private sealed class Machine(Part part, SpammerAdversary plan) : MachineWrapper(part.Honest())
    {
        private readonly string _topic = Topics.Offers(Topics.Wasm);
        private readonly OrderedSet<PeerId> _peers = new(PeersMost);
        private readonly Base.Chance.Choices _chance = Draw.Stream(part.Site.Seed, "spam", (ulong)part.Site.Index, (ulong)part.Site.Life);
        private Offer? _offer;
        private GossipMessage? _last;
        private ulong _sequence;

        protected override NodeEvent In(NodeEvent e)
        {
            if (e is NodeStarted) Later(TimeSpan.FromMicroseconds(plan.EveryMicros), Flood);
            if (e is GossipUp up && !_peers.IsFull) _peers.Add(up.Peer);
            if (e is GossipDown down) _peers.Remove(down.Peer);
            if (e is GossipChecked { Content: OfferHeard { Message.Offer: var offer } } && offer.Issuer != part.Site.Signer.PeerId) _offer = offer;
            return e;
        }

        private void Flood()
        {
            Later(TimeSpan.FromMicroseconds(plan.EveryMicros), Flood);
            var messages = Enumerable.Range(0, plan.Burst).Select(Message).ToArray();
            var none = new MessageId(part.Site.Signer.PeerId, _chance.Next());
            foreach (var peer in _peers)
            {
                part.Did();
                Want(new SendGossip(peer, new GossipRpc { Messages = [.. messages], Haves = [new GossipHave(_topic, [none])] }));
            }
        }

        private GossipMessage Message(int number)
        {
            var data = new byte[sizeof(ulong)];
            BinaryPrimitives.WriteUInt64BigEndian(data, _chance.Next());
            switch (number % 4)
            {
                case 0 when _offer is { } heard:
                    return _last = Sign(OfferMessage.Sign(part.Site.Signer, Own(heard)).Encode());
                case 1 when _last is { } last:
                    return last;
                case 2:
                    var broken = Sign(data).Bytes.ToArray();
                    broken[^1] ^= 1; // the signature comes last
                    return GossipMessage.Decode(broken, data.Length);
                default:
                    return Sign(data);
            }
        }

        private GossipMessage Sign(byte[] data)
        {
            // Greater than what the honest machine counts: that begins at its wall clock's time.
            var sequence = ((ulong)Now.WallMs << 24) + ++_sequence;
            return GossipMessage.Sign(part.Site.Signer, sequence, _topic, data);
        }

        private Offer Own(Offer heard)
        {
            var job = Hash32.Of(BitConverter.GetBytes(_chance.Next()));
            var self = part.Site.Signer.PeerId;
            return heard with { Header = heard.Header with { Context = job, TimeMs = (ulong)Now.WallMs }, Issuer = self, Steward = self };
        }
    }
}
