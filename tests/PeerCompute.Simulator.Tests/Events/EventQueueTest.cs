// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Chance;
using PeerCompute.Simulator.Events;

namespace PeerCompute.Simulator.Tests.Events;

[TestFixture]
internal sealed class EventQueueTest
{
    [Test]
    public void Events_come_by_time_then_class_then_source_then_sequence()
    {
        var queue = new HeapEventQueue();
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

    [Test]
    public void The_heap_gives_the_order_of_a_sorted_set_under_pushes_and_pops()
    {
        var chance = new Choices(5);
        var heap = new HeapEventQueue();
        var sorted = new SortedQueue();
        for (var i = 0; i < 20_000; i++)
        {
            if (chance.Below(5) < 3)
            {
                var e = new SimEvent(chance.Below(500), (SimEventKind)chance.Below(5), chance.Below(4), (ulong)i, 0, 0, null);
                heap.Push(e);
                sorted.Push(e);
            }
            else
            {
                Assert.That(heap.NextAt, Is.EqualTo(sorted.NextAt));
                Assert.That(heap.TryPop(out var a), Is.EqualTo(sorted.TryPop(out var b)));
                Assert.That(a.Sequence, Is.EqualTo(b.Sequence));
            }
        }

        Assert.That(heap.Count, Is.EqualTo(sorted.Count));
    }
}
