// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Core.Blobs;

namespace PeerCompute.Core.Tests.Blobs;

/// <summary>Which holder is asked for what, over holders of every kind in virtual time.</summary>
[TestFixture]
internal sealed class FetchPlanTests
{
    private static readonly FetchLimits Limits = new();

    [Test]
    public void Four_equal_holders_give_a_quarter_each_and_take_a_quarter_of_the_time()
    {
        var alone = new FetchWorld(2000, Limits);
        alone.Add(microsPerChunk: 1000);
        Assert.That(alone.Run(), Is.True);
        var four = new FetchWorld(2000, Limits);
        for (var i = 0; i < 4; i++) four.Add(microsPerChunk: 1000);
        Assert.That(four.Run(), Is.True);
        Assert.That(four.Holders.Select(static h => h.Sent), Is.All.InRange(400, 600));
        Assert.That(four.Micros, Is.LessThan(alone.Micros / 3));
        Assert.That(alone.Micros, Is.LessThan(2000 * 1000 * 11 / 10), "one holder is kept busy");
    }

    [Test]
    public void Nobody_owes_more_than_its_credit_and_all_together_no_more_than_theirs()
    {
        var world = new FetchWorld(4096, Limits);
        for (var i = 0; i < 6; i++) world.Add(microsPerChunk: 100);
        Assert.That(world.Run(), Is.True);
        Assert.That(world.OwedMost, Is.InRange(Limits.CreditMost / 2, Limits.CreditMost));
        Assert.That(world.OwedInAllMost, Is.LessThanOrEqualTo(Limits.CreditInAll));
        Assert.That(world.StreamsMost, Is.EqualTo(Limits.AskedMost));
    }

    [Test]
    public void A_small_blob_is_asked_of_one_holder_in_one_request()
    {
        var world = new FetchWorld(3, Limits);
        for (var i = 0; i < 4; i++) world.Add(microsPerChunk: 1000);
        Assert.That(world.Run(), Is.True);
        Assert.That(world.Asks, Is.EqualTo(1));
    }

    [Test]
    public void What_is_here_after_a_crash_is_not_asked_for()
    {
        var world = new FetchWorld(100, Limits, here: static chunk => chunk is < 30 or 50 or 99);
        world.Add(microsPerChunk: 1000);
        Assert.That(world.Run(), Is.True);
        Assert.That(world.Holders[0].Sent, Is.EqualTo(68));
    }

    [Test]
    public void A_slow_holder_gets_little_and_its_last_chunks_go_to_a_fast_one()
    {
        var world = new FetchWorld(400, Limits);
        world.Add(microsPerChunk: 2_000_000);
        world.Add(microsPerChunk: 1000);
        Assert.That(world.Run(), Is.True);
        Assert.That(world.Micros, Is.LessThan(3_000_000), "less than two chunks of the slow one");
        Assert.That(world.Holders[0].Stops, Is.GreaterThan(0));
    }

    [Test]
    public void Slow_holders_give_way_to_those_that_were_not_tried()
    {
        var world = new FetchWorld(4096, Limits);
        for (var i = 0; i < 4; i++) world.Add(microsPerChunk: i == 0 ? 2_000 : 100_000);
        world.Add(microsPerChunk: 2_000);
        world.Add(microsPerChunk: 2_000);
        Assert.That(world.Run(), Is.True);
        Assert.That(world.Holders[4].Sent, Is.GreaterThan(500));
        Assert.That(world.Holders[5].Sent, Is.GreaterThan(500));
    }

    [Test]
    public void A_silent_holder_is_left_for_another_and_alone_it_is_given_more_time()
    {
        var world = new FetchWorld(50, Limits);
        world.Add(microsPerChunk: 1000, silentAfter: 10);
        world.Add(microsPerChunk: 1000);
        Assert.That(world.Run(), Is.True);
        Assert.That(world.Micros, Is.LessThan(2 * Limits.Silence.TotalMicroseconds));

        var alone = new FetchWorld(50, Limits);
        alone.Add(microsPerChunk: 1000, silentAfter: 10);
        Assert.That(alone.Run(), Is.False);
        Assert.That(alone.Holders[0].Sent, Is.EqualTo(10));
        Assert.That(alone.Micros, Is.GreaterThanOrEqualTo(Limits.SilenceAlone.TotalMicroseconds));
    }

    [Test]
    public void A_liar_is_asked_for_nothing_more_and_all_come_from_the_others()
    {
        var world = new FetchWorld(500, Limits);
        world.Add(microsPerChunk: 1000, liesAfter: 5);
        world.Add(microsPerChunk: 1000, liesAfter: 0);
        world.Add(microsPerChunk: 1000);
        Assert.That(world.Run(), Is.True);
        Assert.That(world.Holders[0].Sent, Is.EqualTo(5));
        Assert.That(world.Holders[0].Begins, Is.EqualTo(1));
        Assert.That(world.Holders[1].Begins, Is.EqualTo(1));

        var liars = new FetchWorld(500, Limits);
        liars.Add(microsPerChunk: 1000, liesAfter: 5);
        Assert.That(liars.Run(), Is.False);
        Assert.That(liars.Plan.IsDeserted);
    }

    [Test]
    public void A_holder_that_breaks_off_is_asked_again_later_and_later_until_patience_ends()
    {
        var world = new FetchWorld(10, Limits);
        world.Add(microsPerChunk: 1000, breaksAfter: 0);
        Assert.That(world.Run(), Is.False);
        Assert.That(world.Plan.IsTired);
        Assert.That(world.Micros, Is.InRange(Limits.Patience.TotalMicroseconds, (Limits.Patience + Limits.LongestRest).TotalMicroseconds));
        Assert.That(world.Holders[0].Begins, Is.InRange(8, 14), "0.1, 0.2, 0.4 … 10 s apart");
    }

    [Test]
    public void Whatever_holders_do_every_chunk_comes_once_there_is_an_honest_one([Range(1, 40)] int seed)
    {
        var random = new Random(seed);
        var world = new FetchWorld(random.Next(1, 600), Limits, chunk => chunk % 7 == seed % 9);
        for (var i = random.Next(0, 8); i > 0; i--)
        {
            world.Add(
                microsPerChunk: random.Next(1, 400_000),
                liesAfter: random.Next(3) == 0 ? random.Next(20) : int.MaxValue,
                silentAfter: random.Next(3) == 0 ? random.Next(20) : int.MaxValue,
                breaksAfter: random.Next(3) == 0 ? random.Next(1, 20) : int.MaxValue);
        }

        world.Add(microsPerChunk: random.Next(100, 10_000));
        Assert.That(world.Run(), Is.True, $"seed {seed}");
        Assert.That(world.Holders.Where(static h => h.Lied).Select(static h => h.BeginsAfterLie), Is.All.Zero, $"seed {seed}");
    }
}
