// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Api.V1;
using PeerCompute.Base.Errors;
using PeerCompute.Cli.Lending;

namespace PeerCompute.Cli.Tests.Lending;

public sealed class LendQuestionsTests
{
    [Test]
    public void Answers_become_terms_and_empty_ones_keep_what_is()
    {
        var terms = Ask("22:00-08:00\n50%\n250\n", out _);
        Assert.That(terms.Hours.Ranges, Is.EqualTo(new[] { "22:00-08:00" }));
        Assert.That((terms.Slots, terms.MemoryBytes, terms.PerTaskMicro), Is.EqualTo((4u, 1UL << 30, 250UL)));
        var kept = Ask("\n\n\n", out _);
        Assert.That((kept.Hours.Ranges.Count, kept.HasSlots, kept.HasMemoryBytes, kept.PerTaskMicro), Is.EqualTo((0, false, false, 1000UL)));
    }

    [Test]
    public void What_is_not_understood_is_asked_again_a_few_times()
    {
        var terms = Ask("8-9\n08:00-09:00\nhalf\n100%\ncheap\n7\n", out var said);
        Assert.That((terms.Hours.Ranges.Single(), terms.Slots, terms.PerTaskMicro), Is.EqualTo(("08:00-09:00", 8u, 7UL)));
        Assert.That(said, Does.Contain("'8-9' is not understood").And.Contain("'half' is not understood").And.Contain("'cheap' is not understood"));
        Assert.That(() => Ask("x\nx\nx\nx\nx\nx\n", out _), Throws.TypeOf<PeerComputeException>().With.Message.Contains("nothing was changed"));
        Assert.That(() => Ask("always\n", out _), Throws.TypeOf<PeerComputeException>().With.Message.Contains("nothing was changed"));
    }

    [TestCase(1, 1u)]
    [TestCase(12, 1u)]
    [TestCase(25, 2u)]
    [TestCase(100, 8u)]
    public void A_share_is_at_least_one_slot_and_never_more_memory_than_that_share(int percent, uint slots)
    {
        var share = Share.Of(percent, View().Devices);
        Assert.That(share.Slots, Is.EqualTo(slots));
        Assert.That(share.MemoryBytes * share.Slots, Is.LessThanOrEqualTo((8UL << 30) * (ulong)percent / 100 + (8 << 20)));
    }

    [TestCase("y", true)]
    [TestCase("yes", true)]
    [TestCase("", false)]
    [TestCase("n", false)]
    public void Only_a_yes_is_a_yes(string answer, bool agrees)
        => Assert.That(new LendQuestions(new StringReader(answer + "\n"), new StringWriter()).Agrees("Lend?"), Is.EqualTo(agrees));

    private static LendRequest Ask(string answers, out string said)
    {
        var output = new StringWriter();
        var terms = new LendQuestions(new StringReader(answers), output).Terms(View());
        said = output.ToString();
        return terms;
    }

    private static LendingView View()
    {
        var view = new LendingView { Slots = 2, MemoryBytes = 1 << 30, PerTaskMicro = 1000, Hours = new Hours() };
        view.Devices.Add(new DeviceView { Kind = "cpu", Cores = 8, MemoryBytes = 8UL << 30 });
        return view;
    }
}
