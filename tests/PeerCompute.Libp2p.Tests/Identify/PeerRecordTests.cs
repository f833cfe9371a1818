// SPDX-License-Identifier: Apache-2.0
using Google.Protobuf;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Multiformats;
using PeerCompute.Base.Tests;
using PeerCompute.Libp2p.Identify;
using PeerCompute.Libp2p.Tests.Noise;

namespace PeerCompute.Libp2p.Tests.Identify;

internal sealed class PeerRecordTests
{
    [Test]
    public void A_record_has_the_bytes_of_js_libp2p()
    {
        var golden = Vectors.Load("libp2p/js-golden.json");
        var key = KeyPair.FromSeed(golden.GetProperty("identity").Hex("seed"));
        var envelope = golden.GetProperty("peerRecord").Hex("envelope");
        var record = PeerRecord.Open(envelope);
        Assert.That(record.Addresses.Select(a => a.ToString()), Is.EqualTo(new[] { "/ip4/127.0.0.1/tcp/4001", "/ip4/192.0.2.1/udp/4001/quic-v1" }));
        Assert.That(record.Peer, Is.EqualTo(key.PeerId));
        Assert.That(record.Seal(key).Bytes.ToArray(), Is.EqualTo(envelope));
    }

    [Test]
    public void A_record_is_what_the_generated_codec_writes()
    {
        var key = NoiseTalk.Key(1);
        var address = Multiaddr.Parse("/ip4/192.0.2.1/tcp/1");
        var record = new Oracle.Records.PeerRecord
        {
            PeerId = ByteString.CopyFrom(key.PeerId.ToBytes()),
            Seq = 300,
            Addresses = { new Oracle.Records.PeerRecord.Types.AddressInfo { Multiaddr = ByteString.CopyFrom(address.Bytes.Span) } },
        };
        var ours = new PeerRecord(key.PeerId, 300, [address]).Seal(key);
        var envelope = new Oracle.Envelope.Envelope
        {
            PublicKey = new Oracle.Crypto.PublicKey { Type = Oracle.Crypto.KeyType.Ed25519, Data = ByteString.CopyFrom(key.PeerId.PublicKey()) },
            PayloadType = ByteString.CopyFrom(3, 1),
            Payload = record.ToByteString(),
            Signature = ByteString.CopyFrom(ours.Signature.Span),
        };
        Assert.That(ours.Bytes.ToArray(), Is.EqualTo(envelope.ToByteArray()));
        Assert.That(PeerRecord.Open(envelope.ToByteArray()).Sequence, Is.EqualTo(300));
    }

    [Test]
    public void A_record_of_another_peer_than_its_signer_is_refused()
    {
        var record = new PeerRecord(NoiseTalk.Key(1).PeerId, 1, [Multiaddr.Parse("/ip4/192.0.2.1/tcp/1")]);
        var envelope = record.Seal(NoiseTalk.Key(2));
        Assert.That(() => PeerRecord.Open(envelope.Bytes), Throws.TypeOf<WireException>());
    }

    [Test]
    public void Any_changed_byte_is_noticed()
    {
        var good = new PeerRecord(NoiseTalk.Key(1).PeerId, 1, [Multiaddr.Parse("/ip4/192.0.2.1/tcp/1")]).Seal(NoiseTalk.Key(1)).Bytes.ToArray();
        for (var i = 0; i < good.Length; i++)
        {
            var bad = good.ToArray();
            bad[i] ^= 1;
            Assert.That(() => PeerRecord.Open(bad), Throws.TypeOf<WireException>(), $"byte {i}");
        }
    }
}
