// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Chance;
using PeerCompute.Simulator.Events;

namespace PeerCompute.Simulator.Tests.Events;

[TestFixture]
internal sealed class EventQueueTest
{
    [TestCase("heap")]
    [TestCase("wheel")]
    public void Events_come_by_time_then_class_then_source_then_sequence(string kind)
    {
        var queue = Made(kind);
        SimEvent[] ordered =
        [
            new(1, SimEventKind.Wake, 5, 9, 0, 0, null),
            new(2, SimEventKind.Script, -1, 7, -1, 0, null),
            new(2, SimEventKind.Message, 0, 8, 0, 0, null),
            new(2, SimEventKind.Message, 1, 0, 0, 0, null),
            new(2, SimEventKind.Message, 1, 1, 0, 0, null),
            new(2, SimEventKind.Sample, 0, 0, 0, 0, null),
        ];
        foreach (var at in new[] { 3, 5, 0, 4, 2, 1 }) queue.Push(ordered[at]);
        foreach (var expected in ordered)
        {
            Assert.That(queue.TryPop(out var e), Is.True);
            Assert.That((e.At, e.Kind, e.Source, e.Sequence), Is.EqualTo((expected.At, expected.Kind, expected.Source, expected.Sequence)));
        }

        Assert.That(queue.TryPop(out _), Is.False);
        Assert.That(queue.NextAt, Is.EqualTo(long.MaxValue));
    }

    [TestCase("heap", 500)]
    [TestCase("wheel", 500)]
    [TestCase("wheel", 100_000)]
    [TestCase("wheel", 30_000_000)]
    [TestCase("wheel", 2_000_000_000)]
    public void A_queue_gives_the_order_of_a_sorted_set_under_pushes_and_pops(string kind, int spread)
    {
        var chance = new Choices(5);
        var queue = Made(kind);
        var sorted = new SortedQueue();
        var now = 0L;
        for (var i = 0; i < 60_000; i++)
        {
            // It fills for a while, then runs almost empty, and fills again.
            if (chance.Below(5) < (i % 20_000 < 10_000 ? 3 : 2))
            {
                var e = new SimEvent(now + chance.Below(spread), (SimEventKind)chance.Below(5), chance.Below(4), (ulong)i, 0, 0, null);
                queue.Push(e);
                sorted.Push(e);
            }
            else
            {
                Assert.That(queue.NextAt, Is.EqualTo(sorted.NextAt));
                Assert.That(queue.TryPop(out var a), Is.EqualTo(sorted.TryPop(out var b)));
                Assert.That(a.Sequence, Is.EqualTo(b.Sequence));
                now = Math.Max(now, a.At);
            }
        }

        Assert.That(queue.Count, Is.EqualTo(sorted.Count));
        while (sorted.TryPop(out var left))
        {
            Assert.That(queue.TryPop(out var e), Is.True);
            Assert.That(e.Sequence, Is.EqualTo(left.Sequence));
        }
    }

    private static IEventQueue Made(string kind) => kind == "heap" ? new HeapEventQueue() : new WheelEventQueue();
}
