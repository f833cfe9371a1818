// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Time;

namespace PeerCompute.Base.Tests.Time;

public sealed class InstantTests
{
    [Test]
    public void AddingAndSubtractingAreInverse()
    {
        var start = new Instant(1_000_000);
        var later = start + TimeSpan.FromMilliseconds(1.5);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(later.Micros, Is.EqualTo(1_001_500));
            Assert.That(later - start, Is.EqualTo(TimeSpan.FromMilliseconds(1.5)));
            Assert.That(start - later, Is.EqualTo(TimeSpan.FromMilliseconds(-1.5)));
            Assert.That(start < later && start <= later && later > start && later >= start && start.CompareTo(later) < 0);
            Assert.That(Instant.Min(later, start), Is.EqualTo(start));
        }
    }

    [Test]
    public void NeverComesAfterEverythingAndIsNotPassed()
    {
        Assert.That(Instant.Never + TimeSpan.FromDays(1), Is.EqualTo(Instant.Never));
        Assert.That(new Instant(long.MaxValue - 5) + TimeSpan.FromSeconds(1), Is.EqualTo(Instant.Never));
        Assert.That(new Instant(0) + TimeSpan.MaxValue < Instant.Never);
    }
}
