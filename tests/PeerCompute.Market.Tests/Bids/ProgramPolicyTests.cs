// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Market.Bids;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Offers;
using PeerCompute.Wire.Tests;

namespace PeerCompute.Market.Tests.Bids;

internal sealed class ProgramPolicyTests
{
    private static readonly NativeSemantics Runtime = NativeSemantics.Of("x64", "debian-12@12.11")!;
    private static readonly NativeSemantics Image = NativeSemantics.Of("x64", "sha256:" + new string('a', 64))!;

    private static readonly Capacity Lent = new(true, "", 2, 1 << 30, 1_000_000, 60_000, 5, "wasm", 0, 1000)
    {
        Isolation = "wasm-strict",
        NativeIsolation = "native-degraded",
        Natives = [new(Runtime, NativeLeave.Allowed), new(Image, NativeLeave.Allowed)],
        Architecture = "x64",
        Cores = 2,
    };

    [Test]
    public void A_root_that_is_here_and_allowed_is_run()
    {
        Assert.That(ProgramPolicy.Decide(Offer(Runtime), Lent), Is.Null);
        Assert.That(ProgramPolicy.Decide(Offer(Image), Lent), Is.Null);
        Assert.That(ProgramPolicy.Decide(Offer(Image) with { Isolation = "native-strict" }, Lent with { NativeIsolation = "native-strict" }), Is.Null);
    }

    [Test]
    public void What_cannot_or_may_not_run_is_declined_with_its_cause()
    {
        var other = NativeSemantics.Of("x64", "debian-12@12.10")!;
        var absent = NativeSemantics.Of("x64", "sha256:" + new string('b', 64))!;
        Declines(Offer(NativeSemantics.Of("arm64", Runtime.Root)!), Lent, DeclineReason.Semantics, "the program is for arm64, this worker's processor is x64");
        Declines(Offer(other), Lent, DeclineReason.Semantics, "does not offer host runtime debian-12@12.10; it offers debian-12@12.11");
        Declines(Offer(other), Lent with { Natives = [] }, DeclineReason.Semantics, "it offers none");
        Declines(Offer(absent), Lent, DeclineReason.Semantics, $"does not have image {absent.Root}: its owner can import and allow it");
        Declines(Offer(Image), Lent with { Natives = [new(Image, NativeLeave.Refused)] }, DeclineReason.Policy, "its owner has not allowed image sha256:");
        Declines(Offer(Image), Lent with { Natives = [new(Image, NativeLeave.Ask)] }, DeclineReason.Busy, "its owner is asked whether image sha256:");
        Declines(Offer(Image), Lent with { NativeIsolation = "none" }, DeclineReason.Policy, "its isolation class is none, the job needs native-degraded");
        Declines(Offer(Image) with { Isolation = "native-strict" }, Lent, DeclineReason.Policy, "its isolation class is native-degraded");
        Declines(Offer(Image) with { Isolation = "unheard-of" }, Lent, DeclineReason.Policy, "the job needs unheard-of");
        Declines(Offer(Image) with { Limits = Limits with { Cores = 3 } }, Lent, DeclineReason.Limits, "wants 3 cores, this worker has 2");
        var module = Offer(Image) with { Semantics = "wasm", Isolation = "wasm-strict" };
        Declines(module, Lent with { Isolation = "wasm-seccomp" }, DeclineReason.Policy, "wasm-seccomp");
    }

    [Test]
    public void What_is_granted_a_card_is_a_class_of_its_own_that_can_be_refused_and_demanded()
    {
        var gpu = NativeSemantics.Of("x64", NativeSemantics.OpenClRuntime)!;
        var onCard = Lent with { NativeIsolation = "native-strict", Natives = [new(gpu, NativeLeave.Allowed) { Isolation = "device-strict" }] };
        var onProcessor = onCard with { Natives = [new(gpu, NativeLeave.Allowed)] };
        foreach (var any in new[] { onCard, onProcessor }) Assert.That(ProgramPolicy.Decide(Offer(gpu), any), Is.Null);
        Assert.That(ProgramPolicy.ClassOf(gpu.ToString(), onCard), Is.EqualTo("device-strict"));
        Assert.That(ProgramPolicy.Decide(Offer(gpu) with { Isolation = "native-strict" }, onProcessor), Is.Null);
        Assert.That(ProgramPolicy.Decide(Offer(gpu) with { Isolation = "device-degraded" }, onCard), Is.Null);
        const string Card = "its isolation class is device-strict, the job needs native-degraded";
        Declines(Offer(gpu) with { Isolation = "native-degraded" }, onCard, DeclineReason.Policy, Card);
        Declines(Offer(gpu) with { Isolation = "device-degraded" }, onProcessor, DeclineReason.Policy, "its isolation class is native-strict");
    }

    [Test]
    public void A_program_for_a_card_runs_where_such_a_card_is_granted()
    {
        var (plain, card) = (NativeSemantics.Of("x64", Image.Root)!, NativeSemantics.Of("x64", Image.Root, "nvidia")!);
        var granting = Lent with { Natives = [new(plain, NativeLeave.Allowed), new(card, NativeLeave.Allowed) { Isolation = "device-degraded" }] };
        Assert.That(ProgramPolicy.Decide(Offer(card), granting), Is.Null);
        Declines(Offer(card) with { Isolation = "device-strict" }, granting, DeclineReason.Policy, "its isolation class is device-degraded");
        Declines(Offer(card), Lent, DeclineReason.Policy, "grants no card of nvidia");
        Declines(Offer(NativeSemantics.Of("x64", Image.Root, "amd")!), granting, DeclineReason.Policy, "no card of amd");
        var other = NativeSemantics.Of("x64", "sha256:" + new string('c', 64), "nvidia")!;
        Declines(Offer(other), granting with { SeeksImages = true }, DeclineReason.Fetching, "does not have image");
    }

    [Test]
    public void A_work_folder_is_memory_too()
    {
        var offer = Offer(Image);
        Assert.That(BidPolicy.Decide(offer, Lent with { MemoryBytes = offer.Limits.AllMemoryBytes }, Now), Is.Null);
        Assert.That(BidPolicy.Decide(offer, Lent with { MemoryBytes = offer.Limits.AllMemoryBytes - 1 }, Now)?.Reason, Is.EqualTo(DeclineReason.Memory));
    }

    [Test]
    public void Every_text_fits_into_a_decline()
    {
        var most = new string('m', NativeSemantics.RuntimePartMost);
        var offered = Enumerable.Range(10, 20).Select(i => NativeSemantics.Of("x64", $"{most[2..]}{i}@{most}")!);
        var many = Lent with { Natives = [.. offered.Select(static semantics => new NativeOffering(semantics, NativeLeave.Allowed))] };
        var answer = ProgramPolicy.Decide(Offer(NativeSemantics.Of("x64", $"{most}@{most}")!), many);
        var decline = new Decline(new Samples(1).Hash(), answer!.Value.Reason, answer.Value.Detail);
        Assert.That(Decline.Decode(decline.Encode()).Detail, Does.EndWith("and others"));
    }

    private const long Now = 1_000_000;

    private static TaskLimits Limits => new(1 << 20, 0, 1000, 1000) { WorkBytes = 1 << 16, Processes = 4, Cores = 2 };

    private static Offer Offer(NativeSemantics native)
    {
        var make = new Samples(9);
        var offer = make.Offer(make.Key());
        return offer with
        {
            Header = offer.Header with { TimeMs = (ulong)Now, Rules = Rules.Hash },
            Semantics = native.ToString(),
            Limits = Limits,
            DeadlineMs = (ulong)Now + 1,
            BidEndMs = (ulong)Now + 1,
            PriceCeilingMicro = 5,
        };
    }

    private static void Declines(Offer offer, Capacity capacity, DeclineReason reason, string detail)
    {
        var answer = ProgramPolicy.Decide(offer, capacity);
        Assert.That(answer?.Reason, Is.EqualTo(reason));
        Assert.That(answer!.Value.Detail, Does.Contain(detail));
    }
}
