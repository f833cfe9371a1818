// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Market.Bids;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Offers;
using PeerCompute.Wire.Tests;

namespace PeerCompute.Market.Tests.Bids;

internal sealed class BidPolicyTests
{
    private const long Now = 1_000_000;

    private static readonly Capacity Lent = new(true, "", 2, 1 << 30, 1_000_000, 60_000, 5, "wasm", 0, 1000);

    [Test]
    public void A_fitting_offer_is_bid_on() => Assert.That(BidPolicy.Decide(Fitting(), Lent, Now), Is.Null);

    [Test]
    public void Whatever_exceeds_what_is_lent_is_declined_with_its_reason()
    {
        var fits = Fitting();
        Declines(fits, Lent with { TakesWork = false }, DeclineReason.Policy);
        Declines(fits, Lent with { Away = "paused" }, DeclineReason.Busy);
        Declines(fits, Lent with { ClockErrorMs = 1001 }, DeclineReason.Clock);
        Declines(fits with { Header = fits.Header with { Rules = new Samples(1).Hash() } }, Lent, DeclineReason.Terms);
        Declines(fits with { Semantics = "other" }, Lent, DeclineReason.Semantics);
        Declines(fits with { Header = fits.Header with { TimeMs = (ulong)(Now + BidPolicy.SkewMs + 1) } }, Lent, DeclineReason.Clock);
        Declines(fits with { BidEndMs = (ulong)Now }, Lent, DeclineReason.Expired);
        Declines(fits with { DeadlineMs = (ulong)Now }, Lent, DeclineReason.Deadline);
        Declines(fits, Lent with { MemoryBytes = fits.Limits.MemoryBytes - 1 }, DeclineReason.Memory);
        Declines(fits, Lent with { FuelMost = fits.Limits.Fuel - 1 }, DeclineReason.Limits);
        Declines(fits, Lent with { WallMsMost = fits.Limits.WallMs - 1 }, DeclineReason.Limits);
        Declines(fits, Lent with { RoomBytes = Blobs(fits) - 1 }, DeclineReason.Limits);
        Declines(fits with { InputBytes = ulong.MaxValue - 1 }, Lent with { RoomBytes = 1 << 30 }, DeclineReason.Limits);
        Declines(fits, Lent with { PerTaskMicro = fits.PriceCeilingMicro + 1 }, DeclineReason.Price);
    }

    [Test]
    public void What_is_just_within_what_is_lent_is_bid_on()
    {
        var fits = Fitting();
        var (limits, price) = (fits.Limits, fits.PriceCeilingMicro);
        var just = Lent with { MemoryBytes = limits.MemoryBytes, FuelMost = limits.Fuel, WallMsMost = limits.WallMs, PerTaskMicro = price };
        just = just with { RoomBytes = Blobs(fits) };
        Assert.That(BidPolicy.Decide(fits, just with { ClockErrorMs = 1000 }, Now), Is.Null);
        Assert.That(BidPolicy.Decide(fits with { Header = fits.Header with { TimeMs = (ulong)(Now + BidPolicy.SkewMs) } }, just, Now), Is.Null);
    }

    [Test]
    public void Any_offer_that_decodes_gets_an_answer([Range(1, 50)] int seed)
    {
        var make = new Samples((ulong)seed);
        var offer = Offer.Decode(make.Offer(make.Key()).Encode());
        var capacity = Lent with { Semantics = offer.Semantics, MemoryBytes = make.Number(0, 1UL << 33) };
        var answer = BidPolicy.Decide(offer, capacity, (long)offer.Header.TimeMs);
        Assert.That(answer is null || answer.Value.Detail.Length > 0);
    }

    private static ulong Blobs(Offer offer) => offer.ModuleBytes + offer.InputBytes + offer.Limits.OutputBytes;

    private static Offer Fitting()
    {
        var make = new Samples(9);
        var offer = make.Offer(make.Key());
        return offer with
        {
            Header = offer.Header with { TimeMs = (ulong)Now, Rules = Rules.Hash },
            Semantics = "wasm",
            Limits = new TaskLimits(1 << 20, 1000, 1000, 1000),
            DeadlineMs = (ulong)Now + 1,
            BidEndMs = (ulong)Now + 1,
            PriceCeilingMicro = 5,
        };
    }

    private static void Declines(Offer offer, Capacity capacity, DeclineReason reason)
    {
        var answer = BidPolicy.Decide(offer, capacity, Now);
        Assert.That(answer?.Reason, Is.EqualTo(reason));
        Assert.That(answer!.Value.Detail, Is.Not.Empty);
    }
}
