// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Checks;
using PeerCompute.Base.Crypto;
using PeerCompute.Market.Jobs;
using PeerCompute.Wire.Tests;

namespace PeerCompute.Market.Tests.Jobs;

internal sealed class TaskBookTests
{
    [Test]
    public void However_leases_come_and_go_a_task_is_in_one_lease_at_most_and_done_once([Range(1, 30)] int seed)
    {
        var make = new Samples((ulong)seed);
        var tasks = make.Small(1, 40);
        var book = new TaskBook(tasks);
        var holder = new Hash32[tasks];
        var done = new bool[tasks];
        var live = new List<(Hash32 Id, uint First, uint Count)>();
        for (var step = 0; step < 400 && !book.AllDone; step++)
        {
            var (first, count) = book.NextRange(make.Small(1, 6));
            Assert.That(first + count, Is.LessThanOrEqualTo(tasks));
            for (var task = first; task < first + count; task++) Assert.That(holder[task].IsZero && !done[task], "a range offered is free");
            if (count > 0 && make.Number(0, 2) > 0)
            {
                var id = make.Hash();
                book.Take(first, count, id);
                live.Add((id, first, count));
                for (var task = first; task < first + count; task++) holder[task] = id;
            }
            else if (live.Count > 0)
            {
                var at = (int)make.Number(0, (ulong)live.Count - 1);
                EndOne(make, book, live[at], holder, done);
                live.RemoveAt(at);
            }

            for (uint task = 0; task < tasks; task++) Assert.That((book.LeaseOf(task), book.IsDone(task)), Is.EqualTo((holder[task], done[task])));
            Assert.That(book.Done, Is.EqualTo(done.Count(static d => d)));
        }
    }

    [Test]
    public void Freed_tasks_are_leased_again_before_later_ones()
    {
        var make = new Samples(1);
        var book = new TaskBook(6);
        var (a, b) = (make.Hash(), make.Hash());
        book.Take(0, 2, a);
        book.Take(2, 2, b);
        Assert.That(book.NextRange(9), Is.EqualTo((4u, 2u)));
        book.Release(0, 2, a);
        Assert.That(book.NextRange(9), Is.EqualTo((0u, 2u)));
    }

    [Test]
    public void Another_leases_release_changes_nothing()
    {
        var make = new Samples(2);
        var book = new TaskBook(3);
        var held = make.Hash();
        book.Take(0, 3, held);
        book.Release(0, 3, make.Hash());
        Assert.That(book.LeaseOf(1), Is.EqualTo(held));
        book.Finish(1, held);
        book.Release(0, 3, held);
        Assert.That((book.LeaseOf(1), book.IsDone(1)), Is.EqualTo((held, true)), "a task that is done stays with its lease");
    }

    [Test]
    public void A_task_taken_or_finished_twice_breaks_the_invariant()
    {
        var make = new Samples(3);
        var book = new TaskBook(2);
        var held = make.Hash();
        book.Take(0, 1, held);
        Assert.That(book.IsFree(0, 2), Is.False);
        Assert.That(book.IsFree(1, 2), Is.False, "behind the last task");
        Assert.That(() => book.Take(0, 2, make.Hash()), Throws.TypeOf<InvariantException>());
        var replica = make.Hash();
        book.Finish(0, replica);
        Assert.That(book.LeaseOf(0), Is.EqualTo(replica), "another lease may have done it as well, and its output is the one that is kept");
        Assert.That(() => book.Finish(0, held), Throws.TypeOf<InvariantException>());
    }

    [Test]
    public void A_task_leased_too_often_is_named()
    {
        var make = new Samples(4);
        var book = new TaskBook(2);
        for (var i = 0; i < TaskBook.AttemptsMost; i++)
        {
            Assert.That(book.Exhausted(), Is.Null);
            var id = make.Hash();
            book.Take(0, 1, id);
            book.Release(0, 1, id);
        }

        Assert.That(book.Exhausted(), Is.EqualTo(0));
    }

    private static void EndOne(Samples make, TaskBook book, (Hash32 Id, uint First, uint Count) lease, Hash32[] holder, bool[] done)
    {
        for (var task = lease.First; task < lease.First + lease.Count; task++)
        {
            if (make.Number(0, 1) == 0) continue;
            book.Finish(task, lease.Id);
            done[task] = true;
        }

        book.Release(lease.First, lease.Count, lease.Id);
        for (var task = lease.First; task < lease.First + lease.Count; task++)
        {
            if (!done[task]) holder[task] = default;
        }
    }
}
