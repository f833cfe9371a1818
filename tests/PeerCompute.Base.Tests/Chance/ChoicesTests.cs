// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Chance;
using PeerCompute.Base.Checks;

namespace PeerCompute.Base.Tests.Chance;

public sealed class ChoicesTests
{
    [TestCase(0UL, new ulong[] { 0x99EC5F36CB75F2B4, 0xBF6E1F784956452A, 0x1A5F849D4933E6E0, 0x6AA594F1262D2D2C, 0xBBA5AD4A1F842E59, 0xFFEF8375D9EBCACA })]
    [TestCase(1UL, new ulong[] { 0xB3F2AF6D0FC710C5, 0x853B559647364CEA, 0x92F89756082A4514, 0x642E1C7BC266A3A7, 0xB27A48E29A233673 })]
    [TestCase(42UL, new ulong[] { 0x15780B2E0C2EC716, 0x6104D9866D113A7E, 0xAE17533239E499A1, 0xECB8AD4703B360A1, 0xFDE6DC7FE2EC5E64, 0xC50DA53101795238 })]
    public void IsTheReferenceGeneratorSeededBySplitMix(ulong seed, ulong[] expected)
    {
        var choices = new Choices(seed);
        foreach (var value in expected) Assert.That(choices.Next(), Is.EqualTo(value));
    }

    [Test]
    public void AnotherGeneratorGoesOnWhereOneStands()
    {
        var one = new Choices(9);
        for (var i = 0; i < 100; i++)
        {
            var other = new Choices(one.State);
            Assert.That(other.Next(), Is.EqualTo(one.Next()));
            Assert.That(other.State, Is.EqualTo(one.State));
        }

        Assert.Throws<InvariantException>(() => _ = new Choices((0, 0, 0, 0)));
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(7)]
    [TestCase(1000)]
    [TestCase(int.MaxValue)]
    public void BelowStaysBelow(int bound)
    {
        var choices = new Choices(3);
        for (var i = 0; i < 2000; i++) Assert.That(choices.Below(bound), Is.InRange(0, bound - 1));
    }

    [Test]
    public void BelowIsEven()
    {
        var choices = new Choices(5);
        var counts = new int[10];
        for (var i = 0; i < 100_000; i++) counts[choices.Below(10)]++;
        Assert.That(counts, Has.All.InRange(9_500, 10_500));
    }

    [Test]
    public void ABoundOfZeroIsABug() => Assert.That(() => new Choices(0).Below(0), Throws.TypeOf<InvariantException>());

    [Test]
    public void SpansStayBetweenAndReachBothEnds()
    {
        var choices = new Choices(9);
        TimeSpan least = TimeSpan.FromMicroseconds(10), most = TimeSpan.FromMicroseconds(12);
        var seen = new SortedSet<TimeSpan>();
        for (var i = 0; i < 100; i++) seen.Add(choices.Span(least, most));
        Assert.That(seen, Is.EqualTo(new[] { least, TimeSpan.FromMicroseconds(11), most }));
        Assert.That(choices.Span(least, least), Is.EqualTo(least));
    }

    [Test]
    public void AShuffleKeepsItemsAndEveryOrderOfThreeComesUp()
    {
        var choices = new Choices(11);
        var orders = new SortedSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < 200; i++)
        {
            char[] items = ['a', 'b', 'c'];
            choices.Shuffle<char>(items);
            Assert.That(items, Is.EquivalentTo(new[] { 'a', 'b', 'c' }));
            orders.Add(new string(items));
        }

        Assert.That(orders, Has.Count.EqualTo(6));
    }
}
