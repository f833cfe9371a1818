// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Chance;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Libp2p.Peers;
using PeerCompute.Libp2p.Tests.Kademlia;

namespace PeerCompute.Libp2p.Tests.Peers;

internal sealed class PeerBookTests
{
    private const long Now = 1_800_000_000_000;

    private readonly Choices _choices = new(1);
    private readonly PeerId _self = KadNetwork.RandomPeer(new Choices(99));

    [Test]
    public void A_book_is_read_back_as_it_was_written_and_the_order_of_events_leaves_no_trace([Range(1, 5)] int seed)
    {
        var choices = new Choices((ulong)seed);
        var peers = Enumerable.Range(0, 30).Select(_ => KadNetwork.RandomPeer(choices)).ToArray();
        var first = Write(peers);
        choices.Shuffle<PeerId>(peers);
        var second = Write(peers);
        Assert.That(second.Encode(), Is.EqualTo(first.Encode()));
        Assert.That(PeerBook.Decode(first.Encode(), _self).Encode(), Is.EqualTo(first.Encode()));

        PeerBook Write(PeerId[] order)
        {
            var book = new PeerBook(_self);
            foreach (var peer in order)
            {
                var at = peer.PublicKey()[5];
                book.Seen(peer, [KadNetwork.Address(at), KadNetwork.Address(at + 1)], at % 2 == 0 ? KadNetwork.Address(at + 2) : null, Now + at);
                if (at % 3 == 0) book.Failed(peer, Now + at + 5);
            }

            return book;
        }
    }

    [Test]
    public void This_node_itself_is_never_in_the_book()
    {
        var other = KadNetwork.RandomPeer(_choices);
        var book = new PeerBook(other);
        book.Seen(_self, [KadNetwork.Address(1)], KadNetwork.Address(1), Now);
        var back = PeerBook.Decode(book.Encode(), _self);
        var own = new PeerBook(_self);
        own.Seen(_self, [KadNetwork.Address(1)], null, Now);
        Assert.That((book.Count, back.Count, own.Count), Is.EqualTo((1, 0, 0)));
    }

    [TestCase(1, 6)]
    [TestCase(2, 9)]
    [TestCase(10, 105)]
    [TestCase(100, 300)]
    public void After_failures_a_peer_waits_longer_and_longer(int failures, int seconds)
    {
        var book = new PeerBook(_self);
        var peer = KadNetwork.RandomPeer(_choices);
        book.Seen(peer, [KadNetwork.Address(1)], null, Now);
        for (var i = 0; i < failures; i++) book.Failed(peer, Now);
        Assert.Multiple(() =>
        {
            Assert.That(book.Candidates(1, Now + (seconds * 1000) - 1, _choices), Is.Empty);
            Assert.That(book.Candidates(1, Now + (seconds * 1000), _choices).Single().Id, Is.EqualTo(peer));
            Assert.That(book.Candidates(1, Now - 1, _choices), Has.Length.EqualTo(1), "the clock was set back");
        });
    }

    [Test]
    public void Reliable_peers_come_first_and_a_success_ends_the_wait()
    {
        var book = new PeerBook(_self);
        var peers = Enumerable.Range(0, 40).Select(_ => KadNetwork.RandomPeer(_choices)).ToArray();
        foreach (var peer in peers) book.Seen(peer, [KadNetwork.Address(1)], null, Now);
        foreach (var peer in peers[8..]) book.Failed(peer, Now);
        var later = Now + 3_600_000;
        for (var i = 0; i < 50; i++) Assert.That(peers[..8], Does.Contain(book.Candidates(2, later, _choices)[0].Id));
        book.Seen(peers[20], [], KadNetwork.Address(2), Now);
        Assert.That(book.Find(peers[20])!.Failures, Is.Zero);
        Assert.That(book.Find(peers[20])!.Addresses, Is.EqualTo(new[] { KadNetwork.Address(2), KadNetwork.Address(1) }));
        Assert.That(book.Candidates(100, Now, _choices), Has.Length.EqualTo(9));
    }

    [Test]
    public void A_flood_of_identities_pushes_out_itself_only()
    {
        var book = new PeerBook(_self, new PeerBookLimits { Peers = 50 });
        var proven = Enumerable.Range(0, 20).Select(_ => KadNetwork.RandomPeer(_choices)).ToArray();
        foreach (var peer in proven) book.Seen(peer, [], KadNetwork.Address(1), Now);
        for (var i = 0; i < 1000; i++) book.Seen(KadNetwork.RandomPeer(_choices), [KadNetwork.Address(2)], null, Now + i);
        Assert.That(book.Count, Is.EqualTo(50));
        Assert.That(proven.All(p => book.Find(p) is not null));
    }

    [Test]
    public void A_stranger_that_came_in_between_goes_before_peers_that_were_dialled()
    {
        var book = new PeerBook(_self, new PeerBookLimits { Peers = 50 });
        var proven = Enumerable.Range(0, 49).Select(_ => KadNetwork.RandomPeer(_choices)).ToArray();
        foreach (var peer in proven) book.Seen(peer, [], KadNetwork.Address(1), Now);
        var strangers = Enumerable.Range(0, 4).Select(_ => KadNetwork.RandomPeer(_choices)).ToArray();
        for (var i = 0; i < 3; i++) book.Seen(strangers[i], [KadNetwork.Address(2)], null, Now + i);
        Assert.That(book.Find(strangers[2]), Is.Not.Null, "the latest stranger takes the place of the one before");
        var late = KadNetwork.RandomPeer(_choices);
        book.Seen(late, [], KadNetwork.Address(3), Now + 10);
        Assert.That(book.Find(strangers[2]), Is.Null);
        Assert.That(proven.Append(late).All(p => book.Find(p) is not null));
        book.Seen(strangers[3], [KadNetwork.Address(2)], null, Now + 11);
        Assert.That(book.Find(strangers[3]), Is.Null, "all others were dialled");
        book.Failed(proven[7], Now + 12);
        book.Seen(KadNetwork.RandomPeer(_choices), [], KadNetwork.Address(4), Now + 13);
        Assert.That(book.Find(proven[7]), Is.Null, "who failed goes first");
    }

    [Test]
    public void Addresses_are_bounded_and_old_peers_forgotten()
    {
        var book = new PeerBook(_self);
        var peer = KadNetwork.RandomPeer(_choices);
        book.Seen(peer, [.. Enumerable.Range(0, 100).Select(KadNetwork.Address)], KadNetwork.Address(200).WithPeer(peer), Now);
        Assert.That(book.Find(peer)!.Addresses, Has.Length.EqualTo(20));
        Assert.That(book.Find(peer)!.Addresses[0], Is.EqualTo(KadNetwork.Address(200)));
        book.Purge(Now + (long)TimeSpan.FromDays(30).TotalMilliseconds);
        Assert.That(book.Count, Is.EqualTo(1));
        book.Purge(Now + (long)TimeSpan.FromDays(31).TotalMilliseconds);
        Assert.That(book.Count, Is.Zero);
    }

    [Test]
    public void Damaged_bytes_are_read_or_refused([Range(1, 10)] int seed)
    {
        var choices = new Choices((ulong)seed);
        var book = new PeerBook(_self);
        for (var i = 0; i < 5; i++) book.Seen(KadNetwork.RandomPeer(choices), [KadNetwork.Address(i)], KadNetwork.Address(i), Now);
        var good = book.Encode();
        var refused = 0;
        for (var i = 0; i < 1000; i++)
        {
            var bad = good[..(good.Length - choices.Below(3))];
            for (var n = choices.Below(3); n >= 0; n--) bad[choices.Below(bad.Length)] = (byte)choices.Below(256);
            try
            {
                var read = PeerBook.Decode(bad, _self);
                Assert.That(read.Candidates(10, Now, choices).All(p => p.Id != _self && p.Addresses.Length is > 0 and <= 20));
            }
            catch (WireException)
            {
                refused++;
            }
        }

        Assert.That(refused, Is.GreaterThan(0));
        Assert.That(() => PeerBook.Decode([0x08, 0x02], _self), Throws.TypeOf<WireException>(), "another version");
        Assert.That(() => PeerBook.Decode([], _self), Throws.TypeOf<WireException>());
    }
}
