// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Simulator.Matching;

/// <summary>
/// Sparrow (Ousterhout and others, SOSP 2013, sections 3.2 to 3.5): a job of m tasks takes places in the queues of <c>probe_ratio</c> times m random workers; a
/// worker whose turn comes asks for a task, and gets one while there are some (late binding); once the last is bound the other places are given back
/// (proactive cancellation). While a worker asks, its slot stands idle for a round trip.
/// </summary>
internal sealed class SparrowPull(MatchingWorld world) : IMatching
{
    public void Submit(MatchJob job) => Reserve(job, (int)Math.Min((long)world.Scenario.ProbeRatio * job.Tasks, int.MaxValue));

    public void Lost(MatchTask task)
    {
        task.Job.Return(task);
        if (task.Job.HasUnplaced) Reserve(task.Job, world.Scenario.ProbeRatio);
    }

    public void Turn(MatchWorker worker, Reservation reservation)
    {
        reservation.Life = worker.Life;
        world.Send(worker.Index, reservation.Job.Client, MatchWord.Turn, reservation);
    }

    public void Hear(int from, int to, MatchWord word, object about)
    {
        var reservation = (Reservation)about;
        var worker = reservation.Worker;
        switch (word)
        {
            case MatchWord.Reserve:
                world.Enqueue(worker, reservation);
                break;
            case MatchWord.Turn:
                Bind(reservation);
                break;
            case MatchWord.Bound when reservation.Life == worker.Life:
                worker.Held--;
                worker.Queue.AddFirst(reservation.Task!);
                world.Next(worker);
                break;
            case MatchWord.Bound:
                world.Enqueue(worker, reservation.Task!);
                break;
            case MatchWord.Nothing when reservation.Life == worker.Life:
                worker.Held--;
                world.Next(worker);
                break;
            case MatchWord.Cancel:
                worker.Queue.Remove(reservation);
                break;
        }
    }

    public void Unheard(int from, int to, MatchWord word, object about)
    {
        var reservation = (Reservation)about;
        if (word == MatchWord.Bound) Lost(reservation.Task!);
        else if (word == MatchWord.Reserve && !reservation.Over && reservation.Job.HasUnplaced) Reserve(reservation.Job, 1);
    }

    private void Reserve(MatchJob job, int places)
    {
        foreach (var worker in world.Pick(job.Chance, places))
        {
            var reservation = new Reservation(job, worker);
            job.Reservations.Add(reservation);
            world.Send(job.Client, worker.Index, MatchWord.Reserve, reservation);
        }
    }

    private void Bind(Reservation reservation)
    {
        var (job, worker) = (reservation.Job, reservation.Worker);
        reservation.Over = true;
        reservation.Task = job.Take();
        if (reservation.Task is null)
        {
            world.Send(job.Client, worker.Index, MatchWord.Nothing, reservation);
            return;
        }

        job.Placed++;
        worker.Placed++;
        world.Send(job.Client, worker.Index, MatchWord.Bound, reservation);
        if (job.HasUnplaced) return;
        foreach (var other in job.Reservations)
        {
            if (!other.Over) world.Send(job.Client, other.Worker.Index, MatchWord.Cancel, other);
            other.Over = true;
        }

        job.Reservations.Clear();
    }
}
