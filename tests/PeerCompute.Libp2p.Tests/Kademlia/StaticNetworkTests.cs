// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Libp2p.Tests.Kademlia;

/// <summary>Lookups among nodes that come and go not: reference figures of a prototype with perfect tables (k = 20, α = 10).</summary>
[CancelAfter(300_000)]
internal sealed class StaticNetworkTests
{
    [TestCase(100, 20.9)]
    [TestCase(1000, 27.7)]
    [TestCase(10_000, 31.3, Category = "Slow")]
    public void A_lookup_finds_exactly_the_closest_within_a_tenth_of_the_reference_cost(int count, double reference)
    {
        var network = new KadNetwork(7, KadNetwork.Quiet).Grow(count);
        const int Lookups = 300;
        int requests = 0, exact = 0;
        for (var i = 0; i < Lookups; i++)
        {
            var member = network.RandomLiving();
            var key = KadNetwork.RandomPeer(network.Choices).ToBytes();
            var result = network.Run(member, (node, now, effects) => node.FindClosest(key, now, effects));
            requests += result.Requests;
            if (result.Complete && result.Peers.Select(p => p.Id).SequenceEqual(network.Closest(key, member.Peer.Id))) exact++;
        }

        var mean = (double)requests / Lookups;
        TestContext.Out.WriteLine($"{count} nodes: {mean:0.00} requests a lookup, table {network.Members.Average(m => m.Node.Contacts):0.0}");
        Assert.Multiple(() =>
        {
            Assert.That(exact, Is.EqualTo(Lookups));
            Assert.That(mean, Is.EqualTo(reference).Within(10).Percent);
        });
    }

    [Test]
    public void With_three_contacts_in_ten_dead_a_living_peer_is_found([Range(1, 3)] int seed)
    {
        var network = new KadNetwork((ulong)seed, KadNetwork.Quiet).Grow(1000);
        foreach (var member in network.Members) member.Alive = network.Choices.Below(10) >= 3;
        const int Lookups = 300;
        int found = 0, requests = 0;
        for (var i = 0; i < Lookups; i++)
        {
            var (member, sought) = (network.RandomLiving(), network.RandomLiving());
            if (member == sought) sought = network.Members.First(m => m.Alive && m != member);
            var result = network.Run(member, (node, now, effects) => node.FindPeer(sought.Peer.Id, now, effects));
            requests += result.Requests;
            if (result.Complete && result.Peers.Single().Id == sought.Peer.Id) found++;
        }

        TestContext.Out.WriteLine($"{found} of {Lookups} found, {(double)requests / Lookups:0.0} requests a lookup");
        Assert.That(found, Is.GreaterThanOrEqualTo(Lookups * 99 / 100));
    }

    [Test]
    public void After_three_in_ten_died_upkeep_makes_lookups_exact_again()
    {
        var network = new KadNetwork(4).Grow(400);
        foreach (var member in network.Members) member.Alive = network.Choices.Below(10) >= 3;
        foreach (var member in network.Members) member.Schedule();
        network.RunFor(TimeSpan.FromMinutes(25));
        var exact = 0;
        for (var i = 0; i < 100; i++)
        {
            var member = network.RandomLiving();
            var key = KadNetwork.RandomPeer(network.Choices).ToBytes();
            var result = network.Run(member, (node, now, effects) => node.FindClosest(key, now, effects));
            if (result.Peers.Select(p => p.Id).SequenceEqual(network.Closest(key, member.Peer.Id))) exact++;
        }

        Assert.That(exact, Is.GreaterThanOrEqualTo(99));
    }

    [Test]
    public void Nodes_that_know_one_address_fill_their_tables_by_themselves()
    {
        var network = new KadNetwork(5);
        var first = network.Add();
        for (var i = 1; i < 200; i++)
        {
            var member = network.Add();
            member.Act((node, effects) => node.PeerSeen(first.Peer, server: true, network.Now, effects));
            first.Act((node, effects) => node.PeerSeen(member.Peer, server: true, network.Now, effects));
            network.RunFor(TimeSpan.FromSeconds(1));
        }

        network.RunFor(TimeSpan.FromMinutes(30));
        var exact = 0;
        for (var i = 0; i < 100; i++)
        {
            var member = network.RandomLiving();
            var key = KadNetwork.RandomPeer(network.Choices).ToBytes();
            var result = network.Run(member, (node, now, effects) => node.FindClosest(key, now, effects));
            if (result.Peers.Select(p => p.Id).SequenceEqual(network.Closest(key, member.Peer.Id))) exact++;
        }

        TestContext.Out.WriteLine($"{exact} of 100 exact, tables of {network.Members.Average(m => m.Node.Contacts):0.0}");
        Assert.That(exact, Is.GreaterThanOrEqualTo(99));
    }
}
