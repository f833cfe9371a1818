// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Google.Protobuf;
using PeerCompute.Base.Chance;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Multiformats;
using PeerCompute.Base.Tests;
using PeerCompute.Libp2p.Kademlia;
using PeerCompute.Libp2p.Tests.Noise;

namespace PeerCompute.Libp2p.Tests.Kademlia;

internal sealed class KadMessageTests
{
    private static readonly PeerId Peer = NoiseTalk.Key(1).PeerId;
    private static readonly Multiaddr Address = Multiaddr.Parse("/ip4/192.0.2.1/tcp/4001");

    private static readonly KadMessage Full = new(KadType.GetProviders, KadKey.Multihash(Hash32.Of("x"u8)))
    {
        Record = new KadRecord("/pc/k"u8.ToArray(), "v"u8.ToArray(), "2023-11-14T22:13:20Z"u8.ToArray()),
        CloserPeers = [new KadPeer(Peer, [Address])],
        ProviderPeers = [new KadPeer(NoiseTalk.Key(2).PeerId, []), new KadPeer(NoiseTalk.Key(3).PeerId, [Address, Address])],
    };

    [Test]
    public void Messages_of_js_libp2p_are_read()
    {
        var golden = Vectors.Load("libp2p/js-golden.json");
        var kad = golden.GetProperty("kad");
        var peer = PeerId.Parse(golden.GetProperty("identity").Text("peerId"));
        var find = KadMessage.Decode(kad.Hex("findNode"));
        var put = KadMessage.Decode(kad.Hex("putValue"));
        var get = KadMessage.Decode(kad.Hex("getValue"));
        var add = KadMessage.Decode(kad.Hex("addProvider"));
        var providers = KadMessage.Decode(kad.Hex("getProviders"));
        Assert.Multiple(() =>
        {
            Assert.That(find.Type, Is.EqualTo(KadType.FindNode));
            Assert.That(find.Key.ToArray(), Is.EqualTo(peer.ToBytes()));
            Assert.That(KadPeer.PointOf(peer).ToArray(), Is.EqualTo(kad.Hex("kadId")));
            Assert.That(put.Type, Is.EqualTo(KadType.PutValue), "no type was sent: zero");
            Assert.That(Encoding.UTF8.GetString(put.Record!.Key.Span), Is.EqualTo("/pc/k"));
            Assert.That(put.Record.Value.ToArray(), Is.EqualTo("v"u8.ToArray()));
            Assert.That(get.Type, Is.EqualTo(KadType.GetValue));
            Assert.That(Encoding.UTF8.GetString(get.Key.Span), Is.EqualTo("/pc/k"), "the key behind field 10");
            Assert.That(add.Type, Is.EqualTo(KadType.AddProvider));
            Assert.That(add.ProviderPeers.Single().Id, Is.EqualTo(peer));
            Assert.That(add.ProviderPeers.Single().Addresses.Single().ToString(), Is.EqualTo("/ip4/127.0.0.1/tcp/4001"));
            Assert.That(providers.Type, Is.EqualTo(KadType.GetProviders));
            Assert.That(KadKey.TryRead(providers.Key.Span, out var digest), Is.True);
            Assert.That(KadKey.Multihash(digest), Is.EqualTo(kad.Hex("providerKeyMultihash")));
        });
    }

    [Test]
    public void A_message_is_what_the_generated_codec_writes_and_reads_back_the_same()
    {
        static Oracle.Kad.Message.Types.Peer Of(KadPeer peer)
        {
            var said = new Oracle.Kad.Message.Types.Peer { Id = ByteString.CopyFrom(peer.Id.ToBytes()) };
            said.Addrs.AddRange(peer.Addresses.Select(a => ByteString.CopyFrom(a.Bytes.Span)));
            return said;
        }

        var oracle = new Oracle.Kad.Message
        {
            Type = Oracle.Kad.Message.Types.MessageType.GetProviders,
            Key = ByteString.CopyFrom(Full.Key.Span),
            Record = new Oracle.Kad.Record
            {
                Key = ByteString.CopyFromUtf8("/pc/k"), Value = ByteString.CopyFromUtf8("v"), TimeReceived = "2023-11-14T22:13:20Z",
            },
        };
        oracle.CloserPeers.AddRange(Full.CloserPeers.Select(Of));
        oracle.ProviderPeers.AddRange(Full.ProviderPeers.Select(Of));
        Assert.That(Full.Encode(), Is.EqualTo(oracle.ToByteArray()));
        Assert.That(KadMessage.Decode(Full.Encode()).Encode(), Is.EqualTo(Full.Encode()));
    }

    [Test]
    public void Counts_are_cut_at_their_bounds_and_strange_peers_left_out()
    {
        var oracle = new Oracle.Kad.Message { Type = Oracle.Kad.Message.Types.MessageType.FindNode, Key = ByteString.CopyFrom(1) };
        var known = new Oracle.Kad.Message.Types.Peer { Id = ByteString.CopyFrom(Peer.ToBytes()) };
        known.Addrs.Add(ByteString.CopyFrom(0xFF, 0x7F, 1));
        for (var i = 0; i < 20; i++) known.Addrs.Add(ByteString.CopyFrom(Address.WithPeer(Peer).Bytes.Span));
        oracle.CloserPeers.Add(new Oracle.Kad.Message.Types.Peer { Id = ByteString.CopyFrom([0x12, 0x20, .. new byte[32]]) });
        oracle.CloserPeers.Add(known);
        for (var i = 0; i < 100; i++) oracle.CloserPeers.Add(new Oracle.Kad.Message.Types.Peer { Id = known.Id });
        for (var i = 0; i < 150; i++) oracle.ProviderPeers.Add(new Oracle.Kad.Message.Types.Peer { Id = ByteString.CopyFrom(Peer.ToBytes()) });
        var message = KadMessage.Decode(oracle.ToByteArray());
        Assert.Multiple(() =>
        {
            Assert.That(message.CloserPeers, Has.Length.EqualTo(KadMessage.MaxCloser));
            Assert.That(message.CloserPeers[0].Addresses, Has.Length.EqualTo(KadPeer.MaxAddresses));
            Assert.That(message.CloserPeers[0].Addresses[0], Is.EqualTo(Address), "without the peer at its end");
            Assert.That(message.ProviderPeers, Has.Length.EqualTo(KadMessage.MaxProviders));
        });
    }

    [TestCase("0806", "unknown type")]
    [TestCase("0a00", "type of another wire type")]
    [TestCase("1203aa", "cut short")]
    [TestCase("1a00", "record without key")]
    [TestCase("42020a7f", "peer cut short")]
    [TestCase("0b", "group")]
    [TestCase("808080808080808080808001", "overlong tag")]
    public void Malformed_messages_are_refused(string hex, string why) =>
        Assert.That(() => KadMessage.Decode(Convert.FromHexString(hex)), Throws.TypeOf<WireException>(), why);

    [Test]
    public void Oversized_messages_keys_and_values_are_refused()
    {
        var key = new KadMessage(KadType.FindNode, new byte[KadMessage.MaxKey + 1]).Encode();
        var value = Full with { Record = new KadRecord("/pc/k"u8.ToArray(), new byte[KadRecord.MaxValue + 1], default) };
        Assert.Multiple(() =>
        {
            Assert.That(() => KadMessage.Decode(new byte[KadMessage.MaxLength + 1]), Throws.TypeOf<WireException>());
            Assert.That(() => KadMessage.Decode(key), Throws.TypeOf<WireException>());
            Assert.That(() => KadMessage.Decode(value.Encode()), Throws.TypeOf<WireException>());
        });
    }

    [Test]
    public void Mutated_messages_are_read_or_refused_by_decoder_and_node([Range(1, 10)] int seed)
    {
        var choices = new Choices((ulong)seed);
        var node = new KadNode(NoiseTalk.Key(9).PeerId, new KadOptions(), new Choices(1)) { Addresses = [Address] };
        node.PeerSeen(new KadPeer(Peer, [Address]), server: true, new(1), []);
        var refused = 0;
        for (var i = 0; i < 2000; i++)
        {
            var bytes = (Full with { Type = (KadType)choices.Below(6) }).Encode();
            for (var n = choices.Below(4); n >= 0; n--) bytes[choices.Below(bytes.Length)] = (byte)choices.Below(256);
            try
            {
                node.Answer(Peer, KadMessage.Decode(bytes.AsSpan(0, bytes.Length - choices.Below(3))), new(2));
            }
            catch (WireException)
            {
                refused++;
            }
        }

        Assert.That(refused, Is.InRange(1, 1999));
    }
}
