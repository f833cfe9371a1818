// SPDX-License-Identifier: Apache-2.0
using Google.Protobuf;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Libp2p.Noise;
using PeerCompute.Libp2p.Yamux;
using PeerCompute.Oracle.Noise;

namespace PeerCompute.Libp2p.Tests.Noise;

internal sealed class NoiseHandshakeTests
{
    [Test]
    public void Another_peer_than_expected_is_not_authentic()
    {
        using var dialer = NoiseTalk.Dial(1, NoiseTalk.Key(3).PeerId);
        using var listener = NoiseTalk.Listen(2);
        Assert.That(() => NoiseTalk.Talk(dialer, listener), Throws.TypeOf<PeerComputeException>().With.Property("Code").EqualTo(ErrorCode.NotAuthentic));
        Assert.That(dialer.IsDone, Is.False);
    }

    [TestCase(new[] { "/b", "/a" }, new[] { "/a", "/b" }, "/b", Description = "the initiator's order counts")]
    [TestCase(new string[0], new[] { "/a" }, null, Description = "negotiated later")]
    [TestCase(new[] { "/a" }, new string[0], null)]
    public void Muxers_are_chosen_inside(string[] dialers, string[] listeners, string? chosen)
    {
        using var dialer = NoiseTalk.Dial(1, PeerId.None, dialers);
        using var listener = NoiseTalk.Listen(2, listeners);
        NoiseTalk.Talk(dialer, listener);
        Assert.That((dialer.Muxer, listener.Muxer), Is.EqualTo((chosen, chosen)));
    }

    [Test]
    public void No_common_muxer_is_an_error()
    {
        using var dialer = NoiseTalk.Dial(1, PeerId.None, "/mplex/6.7.0");
        using var listener = NoiseTalk.Listen(2, YamuxSession.Protocol);
        Assert.That(() => NoiseTalk.Talk(dialer, listener), Throws.TypeOf<WireException>());
    }

    [Test]
    public void Any_changed_byte_of_a_handshake_is_noticed([Range(2, 370, 7)] int at)
    {
        using var dialer = NoiseTalk.Dial(1, PeerId.None, YamuxSession.Protocol);
        using var listener = NoiseTalk.Listen(2, YamuxSession.Protocol);
        try
        {
            NoiseTalk.Talk(dialer, listener, at);
        }
        catch (WireException)
        {
            // Refused, as it should be.
        }

        Assert.That(dialer.IsDone && listener.IsDone, Is.False);
    }

    [Test]
    public void A_key_of_small_order_is_refused()
    {
        using var listener = NoiseTalk.Listen(2);
        Assert.That(() => NoiseTalk.Feed(listener, [0, 32, .. new byte[32]]), Throws.TypeOf<WireException>());
    }

    [Test]
    public void An_identity_that_did_not_sign_the_static_key_is_refused()
    {
        var key = NoiseTalk.Key(5);
        var forged = new NoiseIdentity(new OtherName(key, NoiseTalk.Key(6).PeerId), NoiseTalk.Secrets(5));
        using var dialer = NoiseHandshake.Dial(forged, NoiseTalk.Secrets(9), PeerId.None, []);
        using var listener = NoiseTalk.Listen(2);
        Assert.That(() => NoiseTalk.Talk(dialer, listener), Throws.TypeOf<WireException>().With.Message.Contains("sign"));
    }

    [Test]
    public void Messages_carry_nothing_to_full_size_and_every_change_is_noticed()
    {
        using var dialer = NoiseTalk.Dial(1, PeerId.None);
        using var listener = NoiseTalk.Listen(2);
        NoiseTalk.Talk(dialer, listener);
        using var a = dialer.TakeTransport();
        using var b = listener.TakeTransport();
        foreach (var size in new[] { 0, 1, NoiseTransport.MaxPlaintext })
        {
            var frame = new byte[size + NoiseTransport.Overhead];
            frame.AsSpan(2, size).Fill(7);
            a.Encrypt(frame);
            Assert.That(b.Decrypt(frame.AsSpan(2)), Is.EqualTo(size));
            Assert.That(frame.AsSpan(2, size).IndexOfAnyExcept((byte)7), Is.EqualTo(-1));
        }

        var last = new byte[100 + NoiseTransport.Overhead];
        a.Encrypt(last);
        last[50] ^= 1;
        Assert.That(b.Decrypt(last.AsSpan(2)), Is.EqualTo(-1));
        Assert.That(b.Decrypt(new byte[3]), Is.EqualTo(-1));
    }

    [Test]
    public void Payloads_are_what_the_generated_codec_writes_and_reads()
    {
        var key = NoiseTalk.Key(1);
        var oracle = new NoiseHandshakePayload
        {
            IdentityKey = ByteString.CopyFrom(KeyMessages.EncodePublic(key.PeerId)),
            IdentitySig = ByteString.CopyFrom(new byte[64]),
            Extensions = new NoiseExtensions { StreamMuxers = { "/yamux/1.0.0", "/mplex/6.7.0" } },
        };
        var ours = new NoisePayload(key.PeerId, new byte[64], ["/yamux/1.0.0", "/mplex/6.7.0"]);
        Assert.That(ours.Encode(), Is.EqualTo(oracle.ToByteArray()));
        oracle.Extensions.WebtransportCerthashes.Add(ByteString.CopyFromUtf8("hash"));
        Assert.That(NoisePayload.Decode(oracle.ToByteArray()).Muxers, Is.EqualTo(ours.Muxers));
        oracle.Extensions.StreamMuxers.AddRange(Enumerable.Repeat("/x", 100));
        Assert.That(() => NoisePayload.Decode(oracle.ToByteArray()), Throws.TypeOf<WireException>());
        Assert.That(() => NoisePayload.Decode([]), Throws.TypeOf<WireException>());
    }

    private sealed class OtherName(KeyPair key, PeerId name) : ISigner
    {
        public PeerId PeerId => name;

        public ReadOnlyMemory<byte> SealingKey => key.SealingKey;

        public void Sign(ReadOnlySpan<byte> message, Span<byte> signature) => key.Sign(message, signature);

        public byte[]? Open(ReadOnlySpan<byte> box, string label, ReadOnlySpan<byte> associated) => key.Open(box, label, associated);

        public byte[] Derive(string label, ReadOnlySpan<byte> context) => key.Derive(label, context);
    }
}
