// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Market.Bids;
using PeerCompute.Wire.Tests;

namespace PeerCompute.Market.Tests.Bids;

internal sealed class ReachTests
{
    [Test]
    public void Everybody_is_within_the_whole_reach()
    {
        var make = new Samples(1);
        for (var i = 0; i < 100; i++) Assert.That(Reach.Contains(make.Hash(), make.Peer(), Reach.All, 1000, 0));
    }

    [Test]
    public void A_peer_once_reached_stays_reached_and_all_are_in_the_end()
    {
        var make = new Samples(2);
        var offer = make.Hash();
        for (var i = 0; i < 100; i++)
        {
            var peer = make.Peer();
            var before = false;
            for (long age = 0; age <= 21_000; age += 500)
            {
                var now = Reach.Contains(offer, peer, 1, 1000, age);
                Assert.That(now || !before);
                before = now;
            }

            Assert.That(before);
        }
    }

    [Test]
    public void The_share_that_is_reached_is_about_what_the_offer_says()
    {
        var make = new Samples(3);
        var offer = make.Hash();
        var reached = 0;
        for (var i = 0; i < 400; i++) reached += Reach.Contains(offer, make.Peer(), 250_000, 1000, 0) ? 1 : 0;
        Assert.That(reached, Is.InRange(60, 140));
    }

    [Test]
    public void A_clock_before_the_offer_reaches_no_more_than_its_start()
    {
        var make = new Samples(4);
        var offer = make.Hash();
        for (var i = 0; i < 50; i++)
        {
            var peer = make.Peer();
            Assert.That(Reach.Contains(offer, peer, 500_000, 1000, -5000), Is.EqualTo(Reach.Contains(offer, peer, 500_000, 1000, 0)));
        }
    }
}
