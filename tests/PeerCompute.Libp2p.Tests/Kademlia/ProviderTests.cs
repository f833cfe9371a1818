// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Chance;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Time;
using PeerCompute.Libp2p.Kademlia;

namespace PeerCompute.Libp2p.Tests.Kademlia;

[CancelAfter(120_000)]
internal sealed class ProviderTests
{
    private static readonly Hash32 Key = Hash32.Of("what is provided"u8);

    [Test]
    public void A_provider_is_found_until_its_record_expires_and_as_long_as_it_announces()
    {
        var network = new KadNetwork(3, KadNetwork.Quiet).Grow(100);
        var (leaving, staying, asker) = (network.Members[1], network.Members[2], network.Members[3]);
        var provided = network.Run(leaving, (node, now, effects) => node.Provide(Key, now, effects));
        network.Run(staying, (node, now, effects) => node.Provide(Key, now, effects));
        Assert.That(provided.Stored, Is.EqualTo(20));
        Assert.That(provided.Peers.Select(p => p.Id), Is.EquivalentTo(network.Closest(KadKey.Multihash(Key), leaving.Peer.Id)));
        Assert.That(Find(network, asker), Is.EquivalentTo(new[] { leaving.Peer.Id, staying.Peer.Id }));
        leaving.Node.StopProviding(Key);
        network.RunFor(new TimeSpan(2, 0, 0));
        Assert.That(Find(network, asker), Is.EquivalentTo(new[] { leaving.Peer.Id, staying.Peer.Id }), "not expired yet");
        network.RunFor(new TimeSpan(0, 11, 0));
        Assert.That(Find(network, asker), Is.EqualTo(new[] { staying.Peer.Id }));
        network.RunFor(new TimeSpan(10, 0, 0));
        Assert.That(Find(network, asker), Is.EqualTo(new[] { staying.Peer.Id }), "announced again and again");
        staying.Node.StopProviding(Key);
        network.RunFor(new TimeSpan(3, 0, 0));
        Assert.That(Find(network, asker), Is.Empty);
        Assert.That(network.Members.Sum(m => m.Node.ProviderRecords), Is.Zero, "nothing is kept of it");
    }

    [Test]
    public void Addresses_are_handed_on_for_half_an_hour_only()
    {
        var (node, provider) = (Server(), KadNetwork.RandomPeer(new Choices(5)));
        var start = new Instant(1);
        node.Answer(provider, Add(Key, provider), start);
        Assert.That(Ask(node, Key, start + TimeSpan.FromMinutes(30)).Single().Addresses, Has.Length.EqualTo(1));
        Assert.That(Ask(node, Key, start + TimeSpan.FromMinutes(31)).Single().Addresses, Is.Empty);
    }

    [Test]
    public void Records_of_one_peer_are_bounded_over_all_keys()
    {
        var (node, spammer) = (Server(), KadNetwork.RandomPeer(new Choices(5)));
        for (var i = 0; i < 1000; i++) node.Answer(spammer, Add(Hash32.Of([(byte)i, (byte)(i >> 8)]), spammer), new Instant(1));
        Assert.That(node.ProviderRecords, Is.EqualTo(64));
        var honest = KadNetwork.RandomPeer(new Choices(6));
        node.Answer(honest, Add(Key, honest), new Instant(1));
        Assert.That(Ask(node, Key, new Instant(2)).Select(p => p.Id), Does.Contain(honest));
    }

    [Test]
    public void A_flood_of_identities_leaves_honest_providers_their_share_whether_it_comes_before_or_after([Values] bool before)
    {
        var network = new KadNetwork(11, KadNetwork.Quiet).Grow(60);
        var providers = network.Members.Take(10).ToArray();
        var holders = network.Members.Skip(20).ToArray();
        if (before) Flood();
        foreach (var provider in providers) network.Run(provider, (node, now, effects) => node.Provide(Key, now, effects));
        if (!before) Flood();
        Assert.That(holders.All(m => m.Node.ProviderRecords <= 128));
        var found = Find(network, network.Members[15], 500);
        Assert.That(found.Intersect(providers.Select(p => p.Peer.Id)).Count(), Is.GreaterThanOrEqualTo(5));

        void Flood()
        {
            foreach (var holder in network.Members.Skip(10))
            {
                var choices = new Choices(77);
                for (var i = 0; i < 300; i++)
                {
                    var sybil = KadNetwork.RandomPeer(choices);
                    holder.Node.Answer(sybil, Add(Key, sybil), network.Now);
                }
            }
        }
    }

    [Test]
    public void A_full_store_keeps_the_keys_that_are_closest_to_the_node()
    {
        var options = new KadOptions { ProviderKeys = 50 };
        var node = new KadNode(KadNetwork.RandomPeer(new Choices(1)), options, new Choices(2));
        var keys = Enumerable.Range(0, 500).Select(i => Hash32.Of([(byte)i, (byte)(i >> 8), 1])).ToArray();
        var choices = new Choices(9);
        foreach (var key in keys)
        {
            var peer = KadNetwork.RandomPeer(choices);
            node.Answer(peer, Add(key, peer), new Instant(1));
        }

        var kept = keys.Where(k => Ask(node, k, new Instant(2)).Length > 0).ToArray();
        Assert.That(kept, Is.EquivalentTo(keys.OrderBy(k => Hash32.Of(KadKey.Multihash(k)) ^ node.Point).Take(50)));
    }

    [Test]
    public void Holders_that_lie_or_are_dead_do_not_keep_honest_providers_from_being_found([Range(1, 3)] int seed)
    {
        var network = new KadNetwork((ulong)seed, KadNetwork.Quiet).Grow(300);
        var provider = network.Members[0];
        network.Run(provider, (node, now, effects) => node.Provide(Key, now, effects));
        var holders = network.Closest(KadKey.Multihash(Key), provider.Peer.Id).Select(id => network.Members.Single(m => m.Peer.Id == id)).ToArray();
        for (var i = 0; i < holders.Length; i++)
        {
            if (i % 3 == 0) holders[i].Alive = false;
            if (i % 3 == 1) holders[i].Lie = (_, request) => Lie(network, request);
        }

        var asker = network.Members.First(m => m != provider && m.Alive && m.Lie is null && !holders.Contains(m));
        var result = network.Run(asker, (node, now, effects) => node.FindProviders(Key, 20, now, effects));
        Assert.That(result.Peers.Take(20).Select(p => p.Id), Does.Contain(provider.Peer.Id), "liars name many, the honest one is still in front");
        Assert.That(result.Requests, Is.LessThanOrEqualTo(new KadOptions().MaxRequests));
        Assert.That(result.Peers, Has.Length.LessThanOrEqualTo(512));
    }

    [Test]
    public void A_bucket_of_dead_contacts_delays_a_query_and_does_not_stall_it()
    {
        var network = new KadNetwork(8, KadNetwork.Quiet).Grow(300);
        var asker = network.Members[0];
        foreach (var id in network.Closest(asker.Peer.Id.ToBytes(), asker.Peer.Id)) network.Members.Single(m => m.Peer.Id == id).Alive = false;
        var began = network.Now;
        var result = network.Run(asker, (node, now, effects) => node.FindClosest(asker.Peer.Id.ToBytes(), now, effects));
        Assert.That(result.Peers, Has.Length.EqualTo(20));
        Assert.That((network.Now - began).TotalSeconds, Is.LessThan(12), "dead ones cost 5 s each, asked side by side");
    }

    [Test]
    public void Liars_that_invent_ever_closer_peers_make_a_query_spend_no_more_than_its_bound()
    {
        var network = new KadNetwork(8, KadNetwork.Quiet).Grow(200);
        foreach (var member in network.Members.Skip(1)) member.Lie = (_, request) => Lie(network, request);
        var result = network.Run(network.Members[0], (node, now, effects) => node.FindClosest(new byte[] { 1 }, now, effects));
        Assert.That(result.Requests, Is.LessThanOrEqualTo(160));
        Assert.That(network.Members[0].Node.Queries, Is.Zero);
    }

    [Test]
    public void Requests_to_provide_for_another_or_without_address_or_under_a_strange_key_are_refused()
    {
        var (node, peer) = (Server(), KadNetwork.RandomPeer(new Choices(5)));
        var other = KadNetwork.RandomPeer(new Choices(6));
        var homeless = new KadMessage(KadType.AddProvider, KadKey.Multihash(Key)) { ProviderPeers = [new KadPeer(peer, [])] };
        Assert.Multiple(() =>
        {
            Assert.That(() => node.Answer(peer, Add(Key, other), new Instant(1)), Throws.TypeOf<WireException>());
            Assert.That(() => node.Answer(peer, homeless, new Instant(1)), Throws.TypeOf<WireException>());
            var elsewhere = new KadMessage(KadType.AddProvider, peer.ToBytes()) { ProviderPeers = Add(Key, peer).ProviderPeers };
            Assert.That(() => node.Answer(peer, elsewhere, new Instant(1)), Throws.TypeOf<WireException>());
            Assert.That(node.ProviderRecords, Is.Zero);
        });
    }

    private static KadMessage Lie(KadNetwork network, KadMessage request)
    {
        // Fakes around the key: their ids are drawn until they fall close to it.
        var target = Hash32.Of(request.Key.Span);
        var fakes = Enumerable.Range(0, 400).Select(_ => new KadPeer(KadNetwork.RandomPeer(network.Choices), [KadNetwork.Address(99_999)]))
            .OrderBy(p => p.Point ^ target).ToArray();
        return new KadMessage(request.Type, request.Key) { CloserPeers = [.. fakes.Take(20)], ProviderPeers = [.. fakes.Take(128)] };
    }

    private static KadNode Server() => new(KadNetwork.RandomPeer(new Choices(1)), new KadOptions(), new Choices(2));

    private static KadMessage Add(Hash32 key, PeerId provider) =>
        new(KadType.AddProvider, KadKey.Multihash(key)) { ProviderPeers = [new KadPeer(provider, [KadNetwork.Address(7)])] };

    private static KadPeer[] Ask(KadNode node, Hash32 key, Instant now) =>
        [.. node.Answer(KadNetwork.RandomPeer(new Choices(4)), new KadMessage(KadType.GetProviders, KadKey.Multihash(key)), now)!.ProviderPeers];

    private static PeerId[] Find(KadNetwork network, Member asker, int count = 20) =>
        [.. network.Run(asker, (node, now, effects) => node.FindProviders(Key, count, now, effects)).Peers.Select(p => p.Id)];
}
