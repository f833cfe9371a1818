// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using PeerCompute.Base.Identity;
using PeerCompute.Libp2p.Kademlia;
using PeerCompute.Wire.Adverts;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Messages;

namespace PeerCompute.Cli.Tests.Mesh;

/// <summary>Strangers in the DHT: spam of provider records, broken requests, a bucket full of dead and lying providers.</summary>
[NonParallelizable]
[Category("Slow")]
[CancelAfter(120_000)]
public sealed class HostileDhtTest : HostileFixture
{
    [Test]
    public async Task Thousands_of_provider_records_are_borne()
    {
        var strangers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => HostilePeer.StartAsync(Network.Id)));
        await Task.WhenAll(strangers.Select(async stranger =>
        {
            await stranger.ConnectAsync(Network.AddressOf(Victim));
            var addresses = stranger.Self;
            for (var i = 0; i < 250; i++)
            {
                byte[] key = [0x12, 0x20, .. RandomNumberGenerator.GetBytes(32)];
                await stranger.AskKadAsync(VictimId, new KadMessage(KadType.AddProvider, key) { ProviderPeers = [addresses] });
            }
        }));
        foreach (var stranger in strangers) await stranger.DisposeAsync();
    }

    [Test]
    public async Task Broken_and_unlawful_requests_get_no_answer_and_good_ones_do()
    {
        await using var stranger = await StrangerAsync();
        var other = KeyPair.FromSeed(RandomNumberGenerator.GetBytes(32));
        byte[] key = [0x12, 0x20, .. RandomNumberGenerator.GetBytes(32)];
        var foreign = new KadMessage(KadType.AddProvider, key) { ProviderPeers = [new KadPeer(other.PeerId, stranger.Self.Addresses)] };
        KadMessage[] unlawful =
        [
            foreign, new(KadType.FindNode, default), new(KadType.GetValue, key), new(KadType.PutValue, key), new(KadType.GetProviders, key[..9]),
        ];
        foreach (var request in unlawful) Assert.That(await stranger.AskKadAsync(VictimId, request), Is.Null, request.ToString());
        byte[][] broken =
        [
            HostilePeer.Framed(RandomNumberGenerator.GetBytes(300)), HostilePeer.Framed([8, 99]), HostilePeer.Framed([18, 0xFF, 1, 2]),
            [0xFF, 0xFF, 0x7F, 1, 2], HostilePeer.Framed(new byte[9 * 1024]), [.. Enumerable.Repeat((byte)0xFF, 30)], [50, 1, 2],
            HostilePeer.Framed([8, 4, 18, 34, .. key, 66, 5, 10, 200, 1]),
        ];
        foreach (var bytes in broken) Assert.That(await stranger.AskAsync(VictimId, KadOptions.OwnProtocol, bytes), Is.Null.Or.Empty);
        var found = await stranger.AskKadAsync(VictimId, new KadMessage(KadType.FindNode, PeerId.Parse(Honest.PeerId).ToBytes()));
        Assert.That(found?.CloserPeers.Select(static p => p.Id.ToString()), Does.Contain(Honest.PeerId));
        var providers = await stranger.AskKadAsync(VictimId, new KadMessage(KadType.GetProviders, key));
        Assert.That(providers?.ProviderPeers, Is.Empty, "nobody is provider in another's name");
    }

    /// <summary>Every liar asks the least price of all: only what its advert is worth keeps it out.</summary>
    [Test]
    public async Task A_bucket_full_of_dead_and_lying_providers_still_leads_to_an_honest_worker()
    {
        var liars = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => HostilePeer.StartAsync(Network.Id)));
        var elsewhere = NetworkId.Of(RandomNumberGenerator.GetBytes(NetworkId.Bytes));
        var honest = await AdvertOfAsync(liars[0]);
        for (var i = 0; i < liars.Length; i++)
        {
            var liar = liars[i];
            liar.Advert = (i % 6) switch
            {
                0 => () => Adverts.Of(KeyPair.FromSeed(new byte[32]), Network.Id, liar.Self), // signed by another
                1 => () => Adverts.Of(liar.Key, elsewhere, liar.Self),
                2 => () => Adverts.Of(liar.Key, Network.Id, liar.Self, TimeSpan.FromDays(-2)), // expired
                3 => () => Adverts.Of(liar.Key, Network.Id, liar.Self, TimeSpan.FromDays(2)), // of tomorrow
                4 => () => honest, // another's, replayed
                _ => static () => null,
            };
            foreach (var node in new[] { Bootstrap, Victim, Honest })
            {
                await liar.ConnectAsync(Network.AddressOf(node));
                await liar.ProvideAsync(PeerId.Parse(node.PeerId));
            }
        }

        foreach (var dead in liars.Chunk(2)) await dead[1].DisposeAsync();
        await using var light = await Network.LightAsync("d");
        await Network.WorksAsync(light, "among liars");
        foreach (var liar in liars) await liar.DisposeAsync();
    }

    private async Task<PeerMessage> AdvertOfAsync(HostilePeer stranger)
    {
        await stranger.ConnectAsync(Network.AddressOf(Honest));
        var answer = await stranger.AskAsync(PeerId.Parse(Honest.PeerId), Protocols.Advert, HostilePeer.Framed(new AdvertQuery(default).Frame()));
        Assert.That(Base.Bytes.Varint.TryRead(answer!, out _, out var at), Is.True);
        return PeerMessage.Decode(Protocols.Advert, answer.AsMemory(at));
    }
}
