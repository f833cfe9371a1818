// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using System.Security.Cryptography;
using PeerCompute.Base.Bytes;
using PeerCompute.Base.Identity;
using PeerCompute.Libp2p.Gossip;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Messages;

namespace PeerCompute.Cli.Tests.Mesh;

/// <summary>Gossip of strangers: floods, spam of control messages, broken RPCs, forgeries, peers of other networks.</summary>
[NonParallelizable]
[Category("Slow")]
[CancelAfter(120_000)]
public sealed class HostileGossipTest : HostileFixture
{
    /// <summary>Offers of one issuer that travel in a minute.</summary>
    private const int OffersMost = 30;

    [Test]
    public async Task Offers_of_one_issuer_beyond_its_rate_travel_no_further()
    {
        await using var issuer = await StrangerAsync();
        await using var witness = await StrangerAsync();
        await using var other = await StrangerAsync();
        var offers = Enumerable.Range(0, 400).Select(_ => Offers.Of(issuer.Key, [])).ToList();
        ulong sequence = 0;
        foreach (var offer in offers) await issuer.GossipAsync(VictimId, Offers.Gossip(issuer.Key, ++sequence, offer));
        var last = Offers.Of(other.Key, []);
        await other.GossipAsync(VictimId, Offers.Gossip(other.Key, 1, last));
        await UntilAsync(() => Task.FromResult(witness.Heard(last.Envelope.Bytes.Span)), "another issuer's offer travels");
        Assert.That(offers.Count(offer => witness.Heard(offer.Envelope.Bytes.Span)), Is.InRange(1, OffersMost));
    }

    [Test]
    public async Task Spam_of_control_messages_is_borne()
    {
        var spammers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => StrangerAsync()));
        await Task.WhenAll(spammers.Select((spammer, i) => Task.Run(async () =>
        {
            var random = new Random(i);
            for (var n = 0; n < 5000; n++)
            {
                var ids = Enumerable.Range(0, 50).Select(_ => new MessageId(spammer.Key.PeerId, (ulong)random.NextInt64())).ToImmutableArray();
                var rpc = i switch
                {
                    0 => new GossipRpc { Haves = [new GossipHave(HostilePeer.Offers, ids)] },
                    1 => new GossipRpc { Wants = ids },
                    2 => new GossipRpc { Grafts = [.. Enumerable.Repeat(HostilePeer.Offers, 20)] },
                    _ => new GossipRpc { Subscriptions = [.. Enumerable.Range(0, 20).Select(t => new GossipSubscription(n % 2 == 0, $"/topic/{n}/{t}"))] },
                };
                if (!await spammer.GossipAsync(VictimId, rpc)) break;
            }
        })));
        foreach (var spammer in spammers) await spammer.DisposeAsync();
    }

    [Test]
    public async Task Broken_rpcs_are_counted_and_their_sender_goes()
    {
        await using var stranger = await StrangerAsync();
        var before = await Network.CounterAsync(Victim, "gossip.malformed");
        var random = new Random(3);
        var topics = new ProtoWriter();
        for (var i = 0; i < 50_000; i++) topics.Bytes(1, [8, 1, 18, 2, (byte)i, (byte)(i >> 8)]);
        byte[][] kinds =
        [
            HostilePeer.Framed(Noise(random, 500)), HostilePeer.Framed(topics.Written.Span), [0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 1],
            [0x81, 0x80, 0x40, .. Noise(random, 9)],
            HostilePeer.Framed(Enumerable.Repeat((byte)0x1A, 2000).ToArray()), HostilePeer.Framed([18, 3, 10, 1, 0]), [.. Enumerable.Repeat((byte)0xFF, 40)],
        ];
        foreach (var bytes in kinds) await stranger.GossipRawAsync(VictimId, bytes);
        await UntilAsync(
            async () =>
            {
                await stranger.GossipRawAsync(VictimId, HostilePeer.Framed(Noise(random, 300)));
                return stranger.WasDropped;
            },
            "a peer that sends only broken RPCs is disconnected");
        Assert.That(await Network.CounterAsync(Victim, "gossip.malformed") - before, Is.GreaterThanOrEqualTo(kinds.Length));
    }

    [Test]
    public async Task Forged_messages_travel_no_further_and_their_sender_goes()
    {
        await using var stranger = await StrangerAsync();
        await using var witness = await StrangerAsync();
        var innocent = KeyPair.FromSeed(RandomNumberGenerator.GetBytes(32));
        var forged = new List<OfferMessage>();
        ulong sequence = 0;
        await UntilAsync(
            async () =>
            {
                var (own, theirs) = (Offers.Of(stranger.Key, []), Offers.Of(innocent, []));
                forged.AddRange([own, theirs]);
                var bad = Offers.Gossip(innocent, ++sequence, theirs).Messages[0].Bytes.ToArray();
                bad[^1] ^= 1;
                GossipRpc[] rpcs =
                [
                    new() { Messages = [GossipMessage.Decode(bad, 64 * 1024)] }, // the author's signature is none
                    Offers.Gossip(stranger.Key, ++sequence, theirs), // another's offer under one's own name
                    new() { Messages = [GossipMessage.Sign(stranger.Key, ++sequence, HostilePeer.Offers, own.Envelope.Bytes.Span[..^1])] },
                    new() { Messages = [GossipMessage.Sign(stranger.Key, ++sequence, HostilePeer.Offers, Noise(new Random((int)sequence), 400))] },
                ];
                foreach (var rpc in rpcs) await stranger.GossipAsync(VictimId, rpc);
                return stranger.WasDropped;
            },
            "a peer that sends forgeries is disconnected");
        Assert.That(forged.Where(offer => witness.Heard(offer.Envelope.Payload.Span)), Is.Empty);
    }

    [Test]
    public async Task A_peer_of_another_network_is_let_go_and_fills_no_log()
    {
        var elsewhere = NetworkId.Of(RandomNumberGenerator.GetBytes(NetworkId.Bytes));
        var words = $"it belongs to network {elsewhere}";
        for (var i = 0; i < 120; i++)
        {
            await using var stranger = await HostilePeer.StartAsync(elsewhere);
            await stranger.ConnectAsync(Network.AddressOf(Victim));
            await UntilAsync(() => Task.FromResult(stranger.Host.Find(VictimId) is null), "a peer of another network is let go");
        }

        Assert.That(Lines(Victim, words), Is.InRange(1, 61));
    }

    private static byte[] Noise(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }
}
