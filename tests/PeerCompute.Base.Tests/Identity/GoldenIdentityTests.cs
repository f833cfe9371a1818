// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Identity;

namespace PeerCompute.Base.Tests.Identity;

/// <summary>Byte-exact against js-libp2p.</summary>
public sealed class GoldenIdentityTests
{
    [Test]
    public void KeysAndIdsAreThoseOfJsLibp2p()
    {
        var golden = Vectors.Load("libp2p/js-golden.json").GetProperty("identity");
        var pair = KeyPair.FromSeed(golden.Hex("seed"));
        var id = pair.PeerId;
        var signature = new byte[64];
        pair.Sign("hello"u8, signature);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(id.ToString(), Is.EqualTo(golden.Text("peerId")));
            Assert.That(id.ToBytes(), Is.EqualTo(golden.Hex("multihash")));
            Assert.That(PeerId.Parse(golden.Text("peerId")), Is.EqualTo(id));
            Assert.That(PeerId.Parse(golden.Text("cid")), Is.EqualTo(id));
            Assert.That(PeerId.FromBytes(golden.Hex("multihash")), Is.EqualTo(id));
            Assert.That(KeyMessages.EncodePublic(id), Is.EqualTo(golden.Hex("publicKeyPb")));
            Assert.That(KeyMessages.DecodePublic(golden.Hex("publicKeyPb")), Is.EqualTo(id));
            Assert.That(pair.ToPrivateKeyMessage(), Is.EqualTo(golden.Hex("privateKeyPb")));
            Assert.That(KeyPair.FromPrivateKeyMessage(golden.Hex("privateKeyPb")).PeerId, Is.EqualTo(id));
            Assert.That(signature, Is.EqualTo(golden.Hex("sigOfHello")));
            Assert.That(SignatureCheck.Verify(id, "hello"u8, signature));
        }
    }

    [Test]
    public void NoisePayloadSignatureIsThatOfJsLibp2p()
    {
        var golden = Vectors.Load("libp2p/js-golden.json");
        var pair = KeyPair.FromSeed(golden.GetProperty("identity").Hex("seed"));
        byte[] message = [.. "noise-libp2p-static-key:"u8, .. Enumerable.Repeat((byte)1, 32)];
        var signature = new byte[64];
        pair.Sign(message, signature);
        Assert.That(signature, Is.EqualTo(golden.GetProperty("noisePayloadSig").Hex("sig")));
    }

    [TestCase("peerRecord", "0301")]
    [TestCase("voucher", "0302")]
    public void EnvelopesAreThoseOfJsLibp2p(string name, string payloadType)
    {
        var root = Vectors.Load("libp2p/js-golden.json");
        var golden = root.GetProperty(name);
        var pair = KeyPair.FromSeed(root.GetProperty("identity").Hex("seed"));
        var domain = golden.Text("domain");
        var made = SignedEnvelope.Seal(pair, domain, Convert.FromHexString(payloadType), golden.Hex("payload"));
        var read = SignedEnvelope.Decode(golden.Hex("envelope"), 256);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Convert.ToHexStringLower(made.Bytes.Span), Is.EqualTo(golden.Text("envelope")));
            Assert.That(read, Is.EqualTo(made));
            Assert.That(read.Hash, Is.EqualTo(made.Hash));
            Assert.That(read.Signer, Is.EqualTo(pair.PeerId));
            Assert.That(read.Payload.ToArray(), Is.EqualTo(golden.Hex("payload")));
            Assert.That(read.Verify(domain));
            Assert.That(read.Verify(domain + "x"), Is.False);
        }
    }
}
