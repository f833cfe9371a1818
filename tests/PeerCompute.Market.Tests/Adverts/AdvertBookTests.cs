// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Identity;
using PeerCompute.Base.Time;
using PeerCompute.Market.Adverts;
using PeerCompute.Market.Bids;
using PeerCompute.Wire.Adverts;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Tests;

namespace PeerCompute.Market.Tests.Adverts;

internal sealed class AdvertBookTests
{
    private const long Wall = 1_000_000;

    private static readonly Incarnation Life = new(3, 77);

    private readonly Samples _make = new(1);

    [Test]
    public void News_is_kept_and_the_same_bytes_again_change_nothing()
    {
        var (book, owner) = (new AdvertBook(AdvertSamples.Network), _make.Key());
        var answer = _make.Answer(owner, Life);
        Assert.That(Take(book, owner, answer), Is.EqualTo(AdvertVerdict.Accepted));
        var held = book.Current(owner.PeerId, At(0).Mono)!;
        Assert.That(held.Capabilities, Is.SameAs(answer.Profile!.Profile.Capabilities));
        Assert.That(Take(book, owner, answer), Is.EqualTo(AdvertVerdict.Known));
        Assert.That(Take(book, owner, answer with { Profile = null }), Is.EqualTo(AdvertVerdict.Known));
        Assert.That(book.Current(owner.PeerId, At(0).Mono), Is.SameAs(held));
        Assert.That(book.QueryFor(owner.PeerId, At(0).Mono).Held, Is.EqualTo(answer.Profile.Hash));
    }

    [Test]
    public void Forged_adverts_are_dropped()
    {
        var (book, owner, liar) = (new AdvertBook(AdvertSamples.Network), _make.Key(), _make.Key());
        var answer = _make.Answer(owner, Life);
        Assert.That(Take(book, liar, answer), Is.EqualTo(AdvertVerdict.Forged), "carried by another");
        var bytes = answer.Encode();
        bytes[^1] ^= 1;
        Assert.That(Take(book, owner, AdvertAnswer.Decode(bytes)), Is.EqualTo(AdvertVerdict.Forged), "a bad signature of the status");
        var other = SignedProfile.Sign(liar, answer.Profile!.Profile);
        Assert.That(Take(book, owner, answer with { Profile = other }), Is.EqualTo(AdvertVerdict.Forged), "another's profile");
        Assert.That(book.Count, Is.Zero);
    }

    [Test]
    public void A_sequence_only_rises_within_a_life()
    {
        var (book, owner) = (new AdvertBook(AdvertSamples.Network), _make.Key());
        var (first, second) = (_make.Answer(owner, Life, 4), _make.Answer(owner, Life, 5));
        Assert.That(Take(book, owner, second), Is.EqualTo(AdvertVerdict.Accepted));
        Assert.That(Take(book, owner, first), Is.EqualTo(AdvertVerdict.Replayed));
        Assert.That(Take(book, owner, first with { Profile = null }), Is.EqualTo(AdvertVerdict.Replayed), "an old status of an old profile");
        Assert.That(Take(book, owner, _make.Answer(owner, Life, 5)), Is.EqualTo(AdvertVerdict.Replayed), "two under one number");
        var status = SignedStatus.Sign(owner, _make.Status(second.Profile!, 5, Wall));
        Assert.That(Take(book, owner, new AdvertAnswer(null, status)), Is.EqualTo(AdvertVerdict.Replayed));
        var next = SignedStatus.Sign(owner, _make.Status(second.Profile!, 6, Wall));
        Assert.That(Take(book, owner, new AdvertAnswer(null, next)), Is.EqualTo(AdvertVerdict.Accepted));
        Assert.That(book.Current(owner.PeerId, At(0).Mono)!.Status, Is.SameAs(next));
    }

    [Test]
    public void A_later_life_wins_and_an_earlier_one_is_stale()
    {
        var (book, owner) = (new AdvertBook(AdvertSamples.Network), _make.Key());
        Assert.That(Take(book, owner, _make.Answer(owner, Life, 90)), Is.EqualTo(AdvertVerdict.Accepted));
        Assert.That(Take(book, owner, _make.Answer(owner, new(4, 1), 0)), Is.EqualTo(AdvertVerdict.Accepted));
        Assert.That(Take(book, owner, _make.Answer(owner, Life, 91)), Is.EqualTo(AdvertVerdict.Stale));
        Assert.That(Take(book, owner, _make.Answer(owner, new(4, 2), 9)), Is.EqualTo(AdvertVerdict.Stale), "a copied home, not issued later");
        Assert.That(Take(book, owner, _make.Answer(owner, new(4, 2), 0, Wall + 1)), Is.EqualTo(AdvertVerdict.Accepted), "a copied home, issued later");
    }

    [Test]
    public void Expired_adverts_and_those_of_the_future_are_dropped()
    {
        var (book, owner) = (new AdvertBook(AdvertSamples.Network), _make.Key());
        var answer = _make.Answer(owner, Life);
        Assert.That(Take(book, owner, answer, (long)WireLimits.ProfileLifeMs), Is.EqualTo(AdvertVerdict.Expired), "the profile");
        Assert.That(Take(book, owner, answer, (long)WireLimits.StatusLifeMs), Is.EqualTo(AdvertVerdict.Expired), "the status");
        Assert.That(Take(book, owner, answer, -BidPolicy.SkewMs - 1), Is.EqualTo(AdvertVerdict.ClockAhead));
        Assert.That(book.Count, Is.Zero);
        Assert.That(Take(book, owner, answer, -BidPolicy.SkewMs), Is.EqualTo(AdvertVerdict.Accepted));
    }

    [Test]
    public void A_status_counts_for_its_life_on_our_clock_and_a_fast_clock_gains_nothing()
    {
        var (book, owner) = (new AdvertBook(AdvertSamples.Network), _make.Key());
        Assert.That(Take(book, owner, _make.Answer(owner, Life, 0, Wall + BidPolicy.SkewMs)), Is.EqualTo(AdvertVerdict.Accepted));
        var held = book.Current(owner.PeerId, At(0).Mono)!;
        Assert.That(held.LoadAt(At((long)WireLimits.StatusLifeMs - 1).Mono), Is.Not.Null);
        Assert.That(held.LoadAt(At((long)WireLimits.StatusLifeMs).Mono), Is.Null);
        Assert.That(book.Current(owner.PeerId, At((long)WireLimits.ProfileLifeMs - 1).Mono), Is.SameAs(held));
        Assert.That(book.Current(owner.PeerId, At((long)WireLimits.ProfileLifeMs).Mono), Is.Null);
    }

    [Test]
    public void A_status_without_its_profile_asks_for_both()
    {
        var (book, owner) = (new AdvertBook(AdvertSamples.Network), _make.Key());
        var answer = _make.Answer(owner, Life);
        Assert.That(Take(book, owner, answer with { Profile = null }), Is.EqualTo(AdvertVerdict.NoProfile));
        Take(book, owner, answer);
        var next = _make.Answer(owner, Life, 1);
        Assert.That(Take(book, owner, next with { Profile = null }), Is.EqualTo(AdvertVerdict.NoProfile));
        Assert.That(Take(book, owner, next), Is.EqualTo(AdvertVerdict.Accepted));
    }

    [Test]
    public void An_advert_for_another_network_is_dropped()
    {
        var (book, owner) = (new AdvertBook(NetworkId.Of(_make.Bytes(NetworkId.Bytes))), _make.Key());
        Assert.That(Take(book, owner, _make.Answer(owner, Life)), Is.EqualTo(AdvertVerdict.OtherNetwork));
    }

    [Test]
    public void A_full_book_drops_expired_adverts_first_and_then_the_oldest()
    {
        var book = new AdvertBook(AdvertSamples.Network, capacity: 3);
        var owners = Enumerable.Range(0, 6).Select(_ => _make.Key()).ToArray();
        var hour = 3_600_000L;
        foreach (var (owner, at) in owners.Zip([0, hour, hour])) Take(book, owner, _make.Answer(owner, Life, 0, (ulong)(Wall + at)), at);
        Take(book, owners[3], _make.Answer(owners[3], Life, 0, (ulong)(Wall + (2 * hour))), 2 * hour);
        Assert.That(Held(book, 2 * hour), Is.EqualTo(owners[1..4].Select(static o => o.PeerId)));
        Take(book, owners[1], _make.Answer(owners[1], Life, 1, (ulong)(Wall + (2 * hour))), 2 * hour);
        Take(book, owners[4], _make.Answer(owners[4], Life, 0, (ulong)(Wall + (2 * hour))), 2 * hour);
        Assert.That(Held(book, 2 * hour), Is.EqualTo(new[] { owners[3].PeerId, owners[1].PeerId, owners[4].PeerId }));
        Assert.That(book.Forget(owners[1].PeerId));
        Assert.That(book.Count, Is.EqualTo(2));
        book.DropExpired(At(9 * hour).Mono);
        Assert.That(book.Count, Is.Zero);
    }

    [Test]
    public void However_adverts_come_the_book_holds_the_newest_accepted_and_never_goes_back([Range(1, 20)] int seed)
    {
        var make = new Samples((ulong)seed);
        var owner = make.Key();
        var book = new AdvertBook(AdvertSamples.Network);
        var pile = Enumerable.Range(0, 12).Select(_ => make.Answer(owner, new(make.Number(1, 3), 1), make.Number(0, 5))).ToArray();
        (ulong Start, ulong Sequence)? best = null;
        for (var step = 0; step < 60; step++)
        {
            var answer = pile[make.Number(0, 11)];
            var header = answer.Status.Status.Header;
            var rank = (header.Incarnation.Start, header.Sequence);
            var verdict = Take(book, owner, answer);
            Assert.That(verdict == AdvertVerdict.Accepted, Is.EqualTo(best is null || rank.CompareTo(best.Value) > 0), $"{rank} after {best}: {verdict}");
            if (verdict == AdvertVerdict.Accepted) best = rank;
            Assert.That(book.Current(owner.PeerId, At(0).Mono)!.Status.Status.Header.Sequence, Is.EqualTo(best!.Value.Sequence));
        }
    }

    private static NodeTime At(long afterMs) => new(new Instant((Wall + afterMs) * 1000), Wall + afterMs, 0);

    private static AdvertVerdict Take(AdvertBook book, KeyPair from, AdvertAnswer answer, long afterMs = 0)
        => book.Take(CheckedAdvert.Of(from.PeerId, answer), At(afterMs));

    private static IEnumerable<PeerId> Held(AdvertBook book, long afterMs) => book.All(At(afterMs).Mono).Select(static h => h.Owner);
}
