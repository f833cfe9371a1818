// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Chance;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Identity;
using PeerCompute.Trust.Draws;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Trust.Tests.Draws;

internal sealed class DrawTests
{
    /// <summary>Computed by a program of another language from docs/protocol/receipt.md: keys 01…01 to 07…07, seed 00 01 … 1f, member 3 not drawn.</summary>
    [Test]
    public void The_order_is_that_of_the_published_vector()
    {
        var seed = new Hash32([.. Enumerable.Range(0, 32).Select(static i => (byte)i)]);
        Assert.That(Draw.Order(Pool.Of(Members(7)), seed, Member(3)), Is.EqualTo(new[] { 2, 7, 1, 5, 6, 4 }.Select(Member)));
    }

    [Test]
    public void The_order_in_which_a_pool_is_given_is_of_no_matter()
    {
        var choices = new Choices(5);
        var expected = Draw.Order(Pool.Of(Members(20)), Hash32.Of([1]));
        for (var round = 0; round < 50; round++)
        {
            var keyed = Members(20).Select(m => (Key: choices.Next(), m)).OrderBy(static k => k.Key).Select(static k => k.m);
            Assert.That(Draw.Order(Pool.Of(keyed), Hash32.Of([1])), Is.EqualTo(expected));
        }
    }

    [Test]
    public void Every_member_comes_once_but_for_those_that_may_not_be_drawn()
    {
        for (var size = 0; size <= 30; size++)
        {
            var order = Draw.Order(Pool.Of(Members(size)), Hash32.Of([(byte)size]), Member(2), Member(9), Member(99));
            Assert.That(order, Is.EquivalentTo(Members(size).Where(static m => m != Member(2) && m != Member(9))));
        }
    }

    /// <summary>All 24 orders of four members, 1000 seeds to each on average: chi-square with 23 degrees of freedom, below its 0.999 quantile (49.7).</summary>
    [Test]
    public void Every_order_is_as_likely_as_any_other()
    {
        var counts = new SortedDictionary<string, long>(StringComparer.Ordinal);
        var pool = Pool.Of(Members(6));
        for (ulong seed = 0; seed < 24_000; seed++)
        {
            var order = string.Join(',', Draw.Order(pool, new HashBuilder("test").Add(seed).Hash(), Member(1), Member(6)));
            counts[order] = counts.GetValueOrDefault(order) + 1;
        }

        Assert.That(counts, Has.Count.EqualTo(24));
        Assert.That(counts.Values.Sum(static n => (n - 1000) * (n - 1000)), Is.LessThan(49_700));
    }

    [Test]
    public void Another_seed_gives_another_order()
    {
        var pool = Pool.Of(Members(12));
        Assert.That(Enumerable.Range(0, 100).Select(i => string.Join(',', Draw.Order(pool, Hash32.Of([(byte)i])))).Distinct().Count(), Is.EqualTo(100));
    }

    private static IEnumerable<PeerId> Members(int count) => Enumerable.Range(1, count).Select(Member);

    private static PeerId Member(int number) => PeerId.FromPublicKey([.. Enumerable.Repeat((byte)number, 32)]);
}
