// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Simulator.Matching;

/// <summary>
/// One queue for all, first come, first served: clients send jobs there, workers say when a slot comes free, and the next task goes to the fastest worker that
/// is known to have one. In a world without delays it is the ideal.
/// </summary>
internal sealed class CentralQueue(MatchingWorld world) : IMatching
{
    private readonly LinkedList<MatchJob> _jobs = [];
    private readonly Dictionary<int, int> _slots = [];
    private readonly SortedSet<(int Slowness, int Index)> _free = [];

    public void Submit(MatchJob job) => world.Send(job.Client, world.Scheduler, MatchWord.Job, job);

    public void Lost(MatchTask task)
    {
        if (task.Job.Ended) return;
        task.Job.Return(task);
        _jobs.AddFirst(task.Job);
        Dispatch();
    }

    public void Started(MatchWorker worker) => world.Send(worker.Index, world.Scheduler, MatchWord.Hello, worker);

    public void Freed(MatchWorker worker) => world.Send(worker.Index, world.Scheduler, MatchWord.Free, worker);

    public void Hear(int from, int to, MatchWord word, object about)
    {
        switch (word)
        {
            case MatchWord.Job:
                _jobs.AddLast((MatchJob)about);
                break;
            case MatchWord.Hello:
                Free((MatchWorker)about, ((MatchWorker)about).Class.Slots);
                break;
            case MatchWord.Free:
                Free((MatchWorker)about, _slots.GetValueOrDefault(from) + 1);
                break;
        }

        Dispatch();
    }

    public void Unheard(int from, int to, MatchWord word, object about)
    {
    }

    private void Free(MatchWorker worker, int slots)
    {
        _slots[worker.Index] = Math.Min(slots, worker.Class.Slots);
        if (slots > 0) _free.Add(Key(worker));
        else _free.Remove(Key(worker));
    }

    private void Dispatch()
    {
        while (_free.Count > 0 && _jobs.First is { } first)
        {
            if (first.Value.Take() is not { } task)
            {
                _jobs.RemoveFirst();
                continue;
            }

            var worker = world.WorkerAt(_free.Min.Index);
            Free(worker, _slots[worker.Index] - 1);
            world.Place(world.Scheduler, worker, task);
        }
    }

    private static (int Slowness, int Index) Key(MatchWorker worker) => (-worker.Class.SpeedPermille, worker.Index);
}
