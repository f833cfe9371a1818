// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using System.Text;
using PeerCompute.Base.Chance;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Multiformats;
using PeerCompute.Base.Time;
using PeerCompute.Libp2p.Kademlia;

namespace PeerCompute.Libp2p.Tests.Kademlia;

[CancelAfter(120_000)]
internal sealed class KadNodeTests
{
    private static readonly KadNamespace Rules = new("pc", r => r.Value.Length is > 0 and < 100, (a, b) => a.Value.Span.SequenceCompareTo(b.Value.Span) > 0);

    private static readonly KadOptions WithRules = KadNetwork.Quiet with { Namespaces = [Rules] };

    [Test]
    public void A_client_finds_and_is_in_nobodys_table_and_answers_nobody()
    {
        var network = new KadNetwork(2, KadNetwork.Quiet);
        var client = network.Add(KadNetwork.Quiet with { Server = false });
        network.Grow(60);
        foreach (var member in network.Members.Skip(1)) member.Act((node, effects) => node.PeerSeen(client.Peer, server: false, network.Now, effects));
        var found = network.Run(client, (node, now, effects) => node.FindPeer(network.Members[40].Peer.Id, now, effects));
        Assert.Multiple(() =>
        {
            Assert.That(found.Peers.Single().Id, Is.EqualTo(network.Members[40].Peer.Id));
            Assert.That(network.Members.Skip(1).All(m => m.Node.Known(client.Peer.Id) is null));
            var request = new KadMessage(KadType.FindNode, new byte[] { 1 });
            Assert.That(() => client.Node.Answer(network.Members[1].Peer.Id, request, network.Now), Throws.TypeOf<WireException>());
        });
        client.Node.Server = true;
        Assert.That(client.Node.Answer(network.Members[1].Peer.Id, new KadMessage(KadType.FindNode, new byte[] { 1 }), network.Now)!.CloserPeers, Is.Not.Empty);
    }

    [Test]
    public void One_block_of_public_addresses_gets_a_part_of_a_bucket_and_private_ones_are_exempt()
    {
        var choices = new Choices(3);
        var node = new KadNode(KadNetwork.RandomPeer(choices), new KadOptions(), new Choices(1));
        for (var i = 0; i < 1000; i++) See(node, KadNetwork.RandomPeer(choices), $"/ip4/198.51.{i & 255}.1/tcp/1");
        var sybils = node.Contacts;
        for (var i = 0; i < 1000; i++) See(node, KadNetwork.RandomPeer(choices), $"/ip4/{100 + (i % 100)}.{128 + (i & 127)}.0.1/tcp/1");
        var mixed = node.Contacts;
        var local = new KadNode(KadNetwork.RandomPeer(choices), new KadOptions(), new Choices(1));
        for (var i = 0; i < 1000; i++) See(local, KadNetwork.RandomPeer(choices), $"/ip4/10.0.{i & 255}.1/tcp/1");
        Assert.Multiple(() =>
        {
            Assert.That(sybils, Is.InRange(25, 5 * 11));
            Assert.That(mixed, Is.GreaterThan(2 * sybils), "room is left for others");
            Assert.That(local.Contacts, Is.GreaterThan(110));
        });
    }

    [Test]
    public void A_contact_that_fails_twice_is_gone_and_one_in_doubt_is_not_handed_on()
    {
        var choices = new Choices(3);
        var node = new KadNode(KadNetwork.RandomPeer(choices), KadNetwork.Quiet, new Choices(1));
        var peer = KadNetwork.RandomPeer(choices);
        See(node, peer, "/ip4/10.0.0.1/tcp/1");
        Assert.That(node.ClosestKnown(peer, 1), Has.Length.EqualTo(1));
        for (var i = 0; i < 2; i++)
        {
            var effects = new List<KadEffect>();
            node.FindClosest(new byte[] { 1 }, new Instant(i), effects);
            var ask = effects.OfType<KadAsk>().Single();
            node.Failed(ask.Query, ask.Peer, new Instant(i), effects);
            Assert.That(effects.OfType<KadDone>().Single().Result.Complete, Is.False);
            Assert.That(node.ClosestKnown(peer, 1), Is.Empty);
        }

        Assert.That(node.Contacts, Is.Zero);
    }

    [Test]
    public void A_peer_whose_connection_ends_before_it_ever_answered_is_forgotten()
    {
        var network = new KadNetwork(2, KadNetwork.Quiet).Grow(3);
        var (a, b, c) = (network.Members[0], network.Members[1], network.Members[2]);
        network.Run(a, (node, now, effects) => node.FindPeer(b.Peer.Id, now, effects));
        a.Node.PeerGone(b.Peer.Point);
        Assert.That(a.Node.Known(b.Peer.Id), Is.Not.Null);
        b.Node.PeerGone(c.Peer.Point);
        Assert.That(b.Node.Known(c.Peer.Id), Is.Null);
    }

    [Test]
    public void Wrong_addresses_that_a_liar_names_first_delay_finding_a_peer_only()
    {
        var network = new KadNetwork(6, KadNetwork.Quiet).Grow(100);
        var sought = network.Members[50];
        var wrong = new KadPeer(sought.Peer.Id, [KadNetwork.Address(88_888)]);
        foreach (var liar in network.Members.Where((m, i) => i % 3 == 0 && m != sought))
            liar.Lie = (_, request) => new KadMessage(request.Type, request.Key) { CloserPeers = [wrong] };
        var asker = network.Members.First(m => m.Lie is null && m != sought && m.Node.Known(sought.Peer.Id) is null);
        var result = network.Run(asker, (node, now, effects) => node.FindPeer(sought.Peer.Id, now, effects));
        Assert.That(result.Complete);
        Assert.That(result.Peers.Single().Addresses, Does.Contain(sought.Peer.Addresses[0]));
    }

    [Test]
    public void Records_are_stored_and_the_best_one_is_fetched()
    {
        var network = new KadNetwork(4, WithRules).Grow(60);
        KadRecord Record(string value) => new("/pc/key"u8.ToArray(), Encoding.UTF8.GetBytes(value), default);
        var put = network.Run(network.Members[1], (node, now, effects) => node.Put(Record("b"), now, effects));
        Assert.That(put.Stored, Is.EqualTo(20));
        var worse = network.Run(network.Members[2], (node, now, effects) => node.Put(Record("c"), now, effects));
        Assert.That(worse.Stored, Is.EqualTo(20), "a better value");
        network.Run(network.Members[3], (node, now, effects) => node.Get("/pc/key"u8.ToArray(), 3, now, effects));
        var got = network.Run(network.Members[3], (node, now, effects) => node.Get("/pc/key"u8.ToArray(), 3, now, effects));
        Assert.That(Encoding.UTF8.GetString(got.Record!.Value.Span), Is.EqualTo("c"));
        var none = network.Run(network.Members[3], (node, now, effects) => node.Get("/pc/other"u8.ToArray(), 3, now, effects));
        Assert.That(none.Record, Is.Null);
    }

    [Test]
    public void Records_outside_the_rules_are_refused_and_those_of_one_peer_bounded()
    {
        var options = WithRules with { RecordsPerPeer = 10, RecordBytes = 400 };
        var choices = new Choices(3);
        var node = new KadNode(KadNetwork.RandomPeer(choices), options, new Choices(1));
        var peer = KadNetwork.RandomPeer(choices);
        KadMessage Put(string key, int size, string? other = null) => new(KadType.PutValue, Encoding.UTF8.GetBytes(other ?? key))
        {
            Record = new KadRecord(Encoding.UTF8.GetBytes(key), Enumerable.Repeat((byte)1, size).ToArray(), default),
        };
        void Refused(PeerId from, KadMessage message) => Assert.That(() => node.Answer(from, message, new Instant(1)), Throws.TypeOf<WireException>());
        foreach (var key in (string[])["key", "/pc", "/", "//x", "/other/x", "/pcx/x"]) Refused(peer, Put(key, 1));
        Refused(peer, Put("/pc/x", 0));
        Refused(peer, Put("/pc/x", 100));
        Refused(peer, Put("/pc/x", 1, other: "/pc/y"));
        Refused(peer, new KadMessage(KadType.PutValue, "/pc/x"u8.ToArray()));
        Refused(peer, new KadMessage(KadType.GetValue, "nothing"u8.ToArray()));
        for (var i = 0; i < 10; i++) Assert.That(node.Answer(peer, Put($"/pc/{i}", 1), new Instant(1))!.Record, Is.Not.Null);
        Assert.That(node.Answer(peer, Put("/pc/1", 1), new Instant(1)), Is.Not.Null, "again");
        Refused(peer, Put("/pc/a", 1));
        var second = KadNetwork.RandomPeer(choices);
        for (var i = 0; i < 3; i++) node.Answer(second, Put($"/pc/b{i}", 90), new Instant(1));
        Refused(second, Put("/pc/b3", 90));
        Assert.That(node.Answer(second, new KadMessage(KadType.GetValue, "/pc/b0"u8.ToArray()), new Instant(1))!.Record!.Value.Length, Is.EqualTo(90));
    }

    [Test]
    public void Answers_stay_below_the_length_of_a_message_whatever_peers_say_of_themselves()
    {
        var choices = new Choices(3);
        var node = new KadNode(KadNetwork.RandomPeer(choices), new KadOptions(), new Choices(1));
        var name = new string('x', 200);
        for (var i = 0; i < 300; i++)
        {
            var peer = KadNetwork.RandomPeer(choices);
            var addresses = Enumerable.Range(0, 16).Select(j => Multiaddr.Parse($"/dns4/{name}{j}/tcp/1")).ToImmutableArray();
            node.PeerSeen(new KadPeer(peer, addresses), server: true, new Instant(1), []);
            var add = new KadMessage(KadType.AddProvider, KadKey.Multihash(default)) { ProviderPeers = [new KadPeer(peer, addresses)] };
            node.Answer(peer, add, new Instant(1));
        }

        var answer = node.Answer(KadNetwork.RandomPeer(choices), new KadMessage(KadType.GetProviders, KadKey.Multihash(default)), new Instant(2))!;
        Assert.That(answer.CloserPeers, Has.Length.EqualTo(20));
        Assert.That(answer.ProviderPeers.Sum(p => p.Encode().Length), Is.LessThanOrEqualTo(14 * 1024));
        Assert.That(answer.Encode(), Has.Length.LessThan(KadMessage.MaxLength));
    }

    [Test]
    public void Queries_beyond_the_bound_wait_and_all_end()
    {
        var network = new KadNetwork(2, KadNetwork.Quiet).Grow(50);
        var member = network.Members[0];
        for (byte i = 0; i < 100; i++) member.Act((node, effects) => node.FindClosest(new[] { i }, network.Now, effects));
        Assert.That(member.Node.Queries, Is.EqualTo(100));
        network.RunFor(TimeSpan.FromMinutes(1));
        Assert.That(member.Done, Has.Count.EqualTo(100));
        Assert.That(member.Done.Values.All(r => r.Complete));
    }

    [Test]
    public void A_query_that_is_never_answered_ends_in_time()
    {
        var node = new KadNode(KadNetwork.RandomPeer(new Choices(1)), KadNetwork.Quiet, new Choices(1));
        See(node, KadNetwork.RandomPeer(new Choices(2)), "/ip4/10.0.0.1/tcp/1");
        var effects = new List<KadEffect>();
        var query = node.FindClosest(new byte[] { 1 }, new Instant(0), effects);
        while (effects.OfType<KadDone>().SingleOrDefault() is null) node.Advance(node.NextWake, effects);
        var done = effects.OfType<KadDone>().Single();
        Assert.That((done.Query, done.Result.Complete, node.Queries), Is.EqualTo((query, false, 0)));
    }

    [Test]
    public void A_query_that_stores_wakes_nobody_for_those_that_were_slow_on_the_way()
    {
        var key = Hash32.Of("a bucket"u8);
        var target = Hash32.Of(KadKey.Multihash(key));
        var choices = new Choices(4);
        var strangers = Enumerable.Range(0, 60).Select(i => new KadPeer(KadNetwork.RandomPeer(choices), [KadNetwork.Address(i)]));
        var peers = strangers.OrderBy(p => p.Point ^ target).ToArray();
        var node = new KadNode(KadNetwork.RandomPeer(choices), KadNetwork.Quiet, new Choices(1)) { Addresses = [KadNetwork.Address(100)] };
        foreach (var far in peers[40..]) node.PeerSeen(far, server: true, new Instant(1), []);
        var asks = new Queue<KadAsk>();
        var effects = new List<KadEffect>();
        void Take()
        {
            foreach (var ask in effects.OfType<KadAsk>()) asks.Enqueue(ask);
            effects.Clear();
        }

        var now = new Instant(1_000_000);
        node.Provide(key, now, effects);
        Take();
        asks.Dequeue(); // one that is slow, far from the key
        while (asks.Peek().Request.WantsAnswer)
        {
            var ask = asks.Dequeue();
            node.Answered(ask.Query, ask.Peer, new KadMessage(ask.Request.Type, ask.Request.Key) { CloserPeers = [.. peers[..20]] }, now, effects);
            Take();
        }

        for (var i = 0; i < 10; i++)
        {
            now += TimeSpan.FromSeconds(1);
            node.Advance(now, effects);
            Assert.That(node.NextWake, Is.GreaterThan(now));
        }
    }

    [Test]
    public void The_same_seed_gives_the_same_run()
    {
        static string Trace(ulong seed)
        {
            var network = new KadNetwork(seed).Grow(25);
            foreach (var member in network.Members) member.Act((node, effects) => node.Provide(default, network.Now, effects));
            network.RunFor(TimeSpan.FromMinutes(80));
            return string.Join(' ', network.Members.Select(m => $"{m.Asked}/{m.Node.Contacts}/{m.Node.NextWake.Micros}"));
        }

        Assert.That(Trace(5), Is.EqualTo(Trace(5)));
        Assert.That(Trace(6), Is.Not.EqualTo(Trace(5)));
    }

    private static void See(KadNode node, PeerId peer, string address) =>
        node.PeerSeen(new KadPeer(peer, [Multiaddr.Parse(address)]), server: true, new Instant(1), []);
}
