// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Tests;
using PeerCompute.Libp2p.Noise;
using PeerCompute.Libp2p.Yamux;

namespace PeerCompute.Libp2p.Tests.Noise;

internal sealed class NoiseVectorTests
{
    [Test]
    public void The_pattern_is_that_of_the_framework()
    {
        var vector = Vectors.Load("libp2p/noise_xx_25519_chachapoly_sha256.json")[0];
        using var a = Xx(true, vector.Hex("init_prologue"), vector.Hex("init_static"), vector.Hex("init_ephemeral"));
        using var b = Xx(false, vector.Hex("resp_prologue"), vector.Hex("resp_static"), vector.Hex("resp_ephemeral"));
        var messages = vector.GetProperty("messages").EnumerateArray().ToArray();
        var (writer, reader) = (a, b);
        for (var i = 0; i < 3; i++)
        {
            var message = writer.Write(messages[i].Hex("payload"));
            Assert.That(message, Is.EqualTo(messages[i].Hex("ciphertext")));
            Assert.That(reader.Read(message), Is.EqualTo(messages[i].Hex("payload")));
            (writer, reader) = (reader, writer);
        }

        Assert.That(a.Hash.ToArray(), Is.EqualTo(vector.Hex("handshake_hash")));
        Assert.That(b.Hash.ToArray(), Is.EqualTo(vector.Hex("handshake_hash")));
        using var fromA = a.Split();
        using var fromB = b.Split();
        for (var i = 3; i < messages.Length; i++)
        {
            var (sender, receiver) = i % 2 == 0 ? (fromA, fromB) : (fromB, fromA);
            var frame = Sealed(sender, messages[i].Hex("payload"));
            Assert.That(frame[2..], Is.EqualTo(messages[i].Hex("ciphertext")));
            Assert.That(receiver.Decrypt(frame.AsSpan(2)), Is.EqualTo(frame.Length - NoiseTransport.Overhead));
            Assert.That(frame[2..^16], Is.EqualTo(messages[i].Hex("payload")));
        }
    }

    [Test]
    public void A_whole_handshake_has_the_bytes_of_js_libp2p()
    {
        var golden = Vectors.Load("libp2p/js-golden.json").GetProperty("noiseXX");
        var dialer = KeyPair.FromSeed(golden.Hex("initIdentitySeed"));
        var listener = KeyPair.FromSeed(golden.Hex("respIdentitySeed"));
        using var a = NoiseHandshake.WithEphemeral(
            true, new NoiseIdentity(dialer, golden.Hex("initStatic")), golden.Hex("initEphemeral"), listener.PeerId, YamuxSession.Protocol);
        using var b = NoiseHandshake.WithEphemeral(
            false, new NoiseIdentity(listener, golden.Hex("respStatic")), golden.Hex("respEphemeral"), PeerId.None, YamuxSession.Protocol);
        var first = a.TakeOutput();
        NoiseTalk.Feed(b, first);
        var second = b.TakeOutput();
        NoiseTalk.Feed(a, second);
        var third = a.TakeOutput();
        NoiseTalk.Feed(b, third);
        using var fromA = a.TakeTransport();
        using var fromB = b.TakeTransport();
        Assert.Multiple(() =>
        {
            Assert.That(first[2..], Is.EqualTo(golden.Hex("msgA")));
            Assert.That(second[2..], Is.EqualTo(golden.Hex("msgB")));
            Assert.That(third[2..], Is.EqualTo(golden.Hex("msgC")));
            Assert.That(a.Hash.ToArray(), Is.EqualTo(golden.Hex("handshakeHash")));
            Assert.That((a.Peer, b.Peer), Is.EqualTo((listener.PeerId, dialer.PeerId)));
            Assert.That((a.Muxer, b.Muxer), Is.EqualTo((YamuxSession.Protocol, YamuxSession.Protocol)));
            Assert.That(Sealed(fromA, "from initiator"u8)[2..], Is.EqualTo(golden.Hex("firstInitToResp")));
            Assert.That(Sealed(fromB, "from responder"u8)[2..], Is.EqualTo(golden.Hex("firstRespToInit")));
        });
    }

    private static NoiseXx Xx(bool initiator, byte[] prologue, byte[] secret, byte[] ephemeral) =>
        new(initiator, prologue, secret, X25519.PublicKey(secret), ephemeral);

    private static byte[] Sealed(NoiseTransport transport, ReadOnlySpan<byte> plaintext)
    {
        var frame = new byte[plaintext.Length + NoiseTransport.Overhead];
        plaintext.CopyTo(frame.AsSpan(NoiseTransport.LengthSize));
        transport.Encrypt(frame);
        return frame;
    }
}
