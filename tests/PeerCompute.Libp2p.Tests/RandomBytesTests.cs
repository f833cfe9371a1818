// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Chance;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Multiformats;
using PeerCompute.Base.Time;
using PeerCompute.Libp2p.Identify;
using PeerCompute.Libp2p.Multistream;
using PeerCompute.Libp2p.Noise;
using PeerCompute.Libp2p.Tests.Noise;
using PeerCompute.Libp2p.Tests.Yamux;
using PeerCompute.Libp2p.Yamux;

namespace PeerCompute.Libp2p.Tests;

/// <summary>A stranger's bytes are read or refused with a typed error; nothing else is thrown.</summary>
internal sealed class RandomBytesTests
{
    private static readonly Multiaddr Address = Multiaddr.Parse("/ip4/192.0.2.1/tcp/4001");

    [Test]
    public void Decoders_take_or_refuse_anything([Range(1, 20)] int seed)
    {
        var key = NoiseTalk.Key(1);
        var identify = new IdentifyMessage { Peer = key.PeerId, ListenAddresses = [Address], Protocols = ["/a/1"], AgentVersion = "a" }.Encode();
        var record = new PeerRecord(key.PeerId, 9, [Address]).Seal(key).Bytes.ToArray();
        var payload = new NoisePayload(key.PeerId, new byte[64], ["/yamux/1.0.0"]).Encode();
        var choices = new Choices((ulong)seed);
        for (var i = 0; i < 300; i++)
        {
            Try(() => new IdentifyMessage().Merge(Changed(identify, choices)));
            Try(() => PeerRecord.Open(Changed(record, choices)));
            Try(() => NoisePayload.Decode(Changed(payload, choices)));
            Try(() => Multiaddr.Decode(Changed(Address.Bytes.Span, choices)));
            Try(() => Negotiate(Changed(Negotiation.Encode(Negotiation.Header), choices)));
        }
    }

    [Test]
    public void A_session_takes_anything([Range(1, 20)] int seed)
    {
        var choices = new Choices((ulong)seed);
        var session = new YamuxSession(false, new YamuxLimits(), new Instant(1));
        for (var i = 0; i < 500; i++)
        {
            var frame = new byte[12 + choices.Below(40)];
            for (var k = 0; k < frame.Length; k++) frame[k] = (byte)(choices.Below(4) == 0 ? choices.Below(256) : choices.Below(2));
            frame[0] = 0;
            session.Receive(frame, new Instant(i));
        }

        while (session.TryChanged(out var stream)) stream.Abandon(new Instant(1000));
        Assert.That(session.Drain(), Is.Not.Null);
        Assert.That(session.Unread, Is.GreaterThanOrEqualTo(0));
    }

    private static void Try(Action action)
    {
        try
        {
            action();
        }
        catch (WireException)
        {
            // Refused.
        }
    }

    private static void Negotiate(byte[] bytes)
    {
        var machine = Negotiation.Listen(_ => true);
        foreach (var value in bytes)
        {
            if (machine.Wanted > 0) machine.Receive([value]);
        }
    }

    private static byte[] Changed(ReadOnlySpan<byte> bytes, Choices choices)
    {
        var changed = bytes[..^choices.Below(3)].ToArray();
        for (var n = choices.Below(4); n >= 0; n--) changed[choices.Below(changed.Length)] = (byte)choices.Below(256);
        return changed;
    }
}
