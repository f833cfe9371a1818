// SPDX-License-Identifier: Apache-2.0
using Google.Protobuf;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Multiformats;
using PeerCompute.Base.Tests;
using PeerCompute.Libp2p.Identify;
using PeerCompute.Libp2p.Tests.Noise;

namespace PeerCompute.Libp2p.Tests.Identify;

internal sealed class IdentifyMessageTests
{
    [Test]
    public void A_message_of_js_libp2p_is_read()
    {
        var golden = Vectors.Load("libp2p/js-golden.json");
        var message = new IdentifyMessage().Merge(golden.Hex("identify"));
        var record = PeerRecord.Open(message.SignedPeerRecord!.Value);
        Assert.Multiple(() =>
        {
            Assert.That(message.Peer.ToString(), Is.EqualTo(golden.GetProperty("identity").Text("peerId")));
            Assert.That(message.ListenAddresses!.Single().ToString(), Is.EqualTo("/ip4/127.0.0.1/tcp/4001"));
            Assert.That(message.ObservedAddress!.ToString(), Is.EqualTo("/ip4/9.9.9.9/tcp/9"));
            Assert.That(message.Protocols, Is.EqualTo(new[] { "/ipfs/ping/1.0.0" }));
            Assert.That(message.ProtocolVersion, Is.EqualTo("ipfs/0.1.0"));
            Assert.That(message.AgentVersion, Is.EqualTo("x/1"));
            Assert.That(record.Peer, Is.EqualTo(message.Peer));
        });
    }

    [Test]
    public void A_message_is_what_the_generated_codec_writes()
    {
        var peer = NoiseTalk.Key(1).PeerId;
        var listen = Multiaddr.Parse("/ip4/192.0.2.1/tcp/4001");
        var ours = new IdentifyMessage
        {
            Peer = peer, ListenAddresses = [listen], Protocols = ["/a/1", "/b/1"], ObservedAddress = listen, ProtocolVersion = "v", AgentVersion = "a",
            SignedPeerRecord = new byte[] { 1, 2 },
        };
        var oracle = new Oracle.Identify.Identify
        {
            PublicKey = ByteString.CopyFrom(KeyMessages.EncodePublic(peer)),
            ListenAddrs = { ByteString.CopyFrom(listen.Bytes.Span) },
            Protocols = { "/a/1", "/b/1" },
            ObservedAddr = ByteString.CopyFrom(listen.Bytes.Span),
            ProtocolVersion = "v",
            AgentVersion = "a",
            SignedPeerRecord = ByteString.CopyFrom(1, 2),
        };
        Assert.That(ours.Encode(), Is.EqualTo(oracle.ToByteArray()));
    }

    [Test]
    public void Parts_are_merged_and_what_is_missing_stays_unknown()
    {
        var first = new IdentifyMessage { Protocols = ["/a/1"], AgentVersion = "one" }.Encode();
        var second = new IdentifyMessage { Protocols = ["/b/1"], AgentVersion = "two" }.Encode();
        var merged = new IdentifyMessage().Merge(first).Merge(second);
        Assert.Multiple(() =>
        {
            Assert.That(merged.Protocols, Is.EqualTo(new[] { "/a/1", "/b/1" }));
            Assert.That(merged.AgentVersion, Is.EqualTo("two"));
            Assert.That(merged.ListenAddresses, Is.Null);
            Assert.That(merged.Peer, Is.Null);
        });
    }

    [Test]
    public void Bounds_hold_and_addresses_of_unknown_transports_are_left_out()
    {
        var oracle = new Oracle.Identify.Identify { ListenAddrs = { ByteString.CopyFrom(0xFF, 0x7F, 1), ByteString.CopyFrom(4, 1, 2, 3, 4, 6, 0, 1) } };
        oracle.Protocols.AddRange(Enumerable.Range(0, 400).Select(i => $"/p/{i}"));
        var message = new IdentifyMessage().Merge(oracle.ToByteArray());
        Assert.Multiple(() =>
        {
            Assert.That(message.ListenAddresses, Has.Count.EqualTo(1));
            Assert.That(message.Protocols, Has.Count.EqualTo(IdentifyMessage.MaxProtocols));
            Assert.That(() => new IdentifyMessage().Merge(new byte[IdentifyMessage.MaxLength + 1]), Throws.TypeOf<WireException>());
            Assert.That(() => new IdentifyMessage().Merge([0x0A, 0x02, 0x08, 0x00]), Throws.TypeOf<WireException>(), "another kind of key");
        });
    }
}
