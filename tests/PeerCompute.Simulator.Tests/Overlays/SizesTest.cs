// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Identity;
using PeerCompute.Libp2p.Gossip;
using PeerCompute.Libp2p.Kademlia;
using PeerCompute.Simulator.Mesh;
using PeerCompute.Simulator.Overlays;

namespace PeerCompute.Simulator.Tests.Overlays;

/// <summary>Lengths that are counted are those of the bytes that would be sent.</summary>
[TestFixture]
internal sealed class SizesTest
{
    private static readonly KeyPair Key = KeyPair.FromSeed(Hash32.Of([7]).ToArray());

    [TestCase(10, 0)]
    [TestCase(200, 3)]
    [TestCase(20_000, 200)]
    public void Of_gossip(int bytes, int ids)
    {
        const string topic = "/peercompute/1/t\u00fcr";
        var message = GossipMessage.Sign(Key, 5, topic, new byte[bytes]);
        ImmutableArray<MessageId> all = [.. Enumerable.Range(0, ids).Select(static i => new MessageId(Key.PeerId, (ulong)i))];
        GossipRpc[] rpcs =
        [
            new() { Messages = [message] },
            new() { Messages = [message, message], Wants = all },
            new() { Haves = [new GossipHave(topic, all), new GossipHave("b", all)] },
            new() { Subscriptions = [new GossipSubscription(true, topic), new GossipSubscription(false, "b")], Grafts = [topic] },
            new() { DontWants = all, Messages = [message] },
            new() { Prunes = [new GossipPrune(topic, 60), new GossipPrune(topic, 0), new GossipPrune(topic, 3600)], Grafts = ["b"] },
        ];
        foreach (var rpc in rpcs) Assert.That(RpcSize.Of(rpc), Is.EqualTo(WithPrefix(rpc.Encoded.Length)));
    }

    [Test]
    public void Of_the_dht([Values] KadType type, [Values(0, 1, 20)] int peers)
    {
        ImmutableArray<KadPeer> some = [.. Enumerable.Range(0, peers).Select(static i => new KadPeer(Key.PeerId, i % 3 == 0 ? [] : [Place.AddressOf(i)]))];
        var message = new KadMessage(type, KadKey.Multihash(Hash32.Of([1]))) { CloserPeers = some, ProviderPeers = peers > 1 ? some[..1] : [] };
        Assert.That(KadSize.Of(message), Is.EqualTo(WithPrefix(message.Encode().Length)));
    }

    private static int WithPrefix(int length)
    {
        var bytes = 1;
        for (var left = length >> 7; left > 0; left >>= 7) bytes++;
        return bytes + length;
    }
}
