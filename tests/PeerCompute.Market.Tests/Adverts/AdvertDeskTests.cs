// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Time;
using PeerCompute.Market.Adverts;
using PeerCompute.Wire.Adverts;
using PeerCompute.Wire.Tests;

namespace PeerCompute.Market.Tests.Adverts;

internal sealed class AdvertDeskTests
{
    private readonly Samples _make = new(2);
    private KeyPair _key = null!;
    private AdvertDesk _desk = null!;
    private Capabilities _has = null!;

    [SetUp]
    public void SetUp()
    {
        _key = _make.Key();
        _desk = new AdvertDesk(_key, AdvertSamples.Network, new(5, 6));
        _has = _make.Capabilities();
    }

    [Test]
    public void Who_holds_the_profile_gets_the_status_only()
    {
        var both = Ask(default, Free(2), 0);
        Assert.That(Samples.Describe(both.Profile!.Profile.Capabilities), Is.EqualTo(Samples.Describe(_has)));
        Assert.That(AdvertAnswer.Decode(both.Encode()), Is.Not.Null);
        var one = Ask(both.Profile.Hash, Free(1), 5);
        Assert.That(one.Profile, Is.Null);
        Assert.That(one.Status.Status.Load, Is.EqualTo(Free(1)));
        Assert.That(Ask(_make.Hash(), Free(1), 6).Profile, Is.EqualTo(both.Profile));
    }

    [Test]
    public void A_flood_of_queries_costs_one_signature_of_each_part_in_a_second()
    {
        for (var ms = 0; ms < 10_000; ms += 10) Ask(default, Free((uint)(ms / 10 % 3)), ms / 1000.0m);
        Assert.That(_desk.Signatures, Is.EqualTo(1 + 10));
        for (var ms = 10_000; ms < 20_000; ms += 10)
        {
            _has = _has with { Cores = (uint)ms };
            Ask(default, Free(1), ms / 1000.0m);
        }

        Assert.That(_desk.Signatures, Is.EqualTo(11 + 20));
    }

    [Test]
    public void Parts_are_signed_anew_when_they_are_old_or_have_changed()
    {
        var first = Ask(default, Free(2), 0);
        Assert.That(Ask(default, Free(2), 29), Is.EqualTo(first));
        var later = Ask(default, Free(2), 30);
        Assert.That(later.Profile, Is.EqualTo(first.Profile));
        Assert.That(later.Status.Status.Header.Sequence, Is.EqualTo(1));
        Assert.That(Ask(default, Free(2), 3599).Profile, Is.EqualTo(first.Profile));
        var hour = Ask(default, Free(2), 3600);
        Assert.That(hour.Profile!.Profile.Header.Sequence, Is.EqualTo(1));
        Assert.That(hour.Status.Status.Profile, Is.EqualTo(hour.Profile.Hash));
        _has = _has with { Region = 1 };
        Assert.That(Ask(default, Free(2), 3602).Profile!.Profile.Capabilities.Region, Is.EqualTo(1));
    }

    [Test]
    public void Whatever_is_asked_when_every_answer_is_news_or_known_to_who_took_the_last()
    {
        var book = new AdvertBook(AdvertSamples.Network);
        var second = 0m;
        for (var step = 0; step < 300; step++)
        {
            second += _make.Number(0, 60_000) / 1000m;
            if (_make.Number(0, 9) == 0) _has = _make.Capabilities();
            var query = book.QueryFor(_key.PeerId, At(second).Mono);
            var answer = _desk.Answer(query, _has, Free(_make.Small(0, 2)), At(second));
            Assert.That(book.Take(CheckedAdvert.Of(_key.PeerId, answer), At(second)), Is.AnyOf(AdvertVerdict.Accepted, AdvertVerdict.Known));
            Assert.That(book.Current(_key.PeerId, At(second).Mono)!.LoadAt(At(second).Mono), Is.Not.Null);
        }
    }

    private static Load Free(uint slots) => new(true, slots, 0, 5);

    private static NodeTime At(decimal second) => new(new Instant((long)(second * 1_000_000)), 1_000_000 + (long)(second * 1000), 0);

    private AdvertAnswer Ask(Hash32 held, Load load, decimal second) => _desk.Answer(new AdvertQuery(held), _has, load, At(second));
}
