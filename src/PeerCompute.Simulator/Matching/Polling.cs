// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Simulator.Matching;

/// <summary>
/// Matching by asking first: some workers say how busy they are, and the tasks go to those with the lowest rank; a task that is placed counts for the next.
/// Bound at once: what a worker is given waits there.
/// </summary>
internal abstract class Polling(MatchingWorld world) : IMatching
{
    protected MatchingWorld World => world;

    public abstract void Submit(MatchJob job);

    /// <summary>How many workers are asked for so many tasks.</summary>
    protected abstract int Asked(int tasks);

    /// <summary>What a worker is judged by when so much is at it; the lowest comes first.</summary>
    protected abstract Int128 Rank(MatchWorker worker, int load);

    /// <summary>How long answers are waited for, microseconds; those that come later are not looked at.</summary>
    protected virtual long WindowMicros => long.MaxValue;

    public void Lost(MatchTask task)
    {
        if (!task.Job.Ended) Ask(task.Job, [task]);
    }

    public void Hear(int from, int to, MatchWord word, object about)
    {
        switch (word)
        {
            case MatchWord.Ask:
                world.Send(to, from, MatchWord.Answer, new Answer((Poll)about, world.WorkerAt(to), world.WorkerAt(to).Load));
                break;
            case MatchWord.Answer:
                var answer = (Answer)about;
                answer.Poll.Answers.Add(answer);
                Heard(answer.Poll);
                break;
            case MatchWord.Nothing:
                Close((Poll)about);
                break;
        }
    }

    public void Unheard(int from, int to, MatchWord word, object about)
    {
        if (word == MatchWord.Ask) Heard((Poll)about);
    }

    /// <summary>Asks workers for tasks of a job.</summary>
    protected void Ask(MatchJob job, List<MatchTask> tasks)
    {
        var poll = new Poll(job, tasks);
        var asked = world.Pick(job.Chance, Math.Min(Asked(tasks.Count), world.Workers.Length));
        poll.Open = asked.Length;
        foreach (var worker in asked) world.Send(job.Client, worker.Index, MatchWord.Ask, poll);
        if (asked.Length > 0 && WindowMicros < long.MaxValue) world.Later(job.Client, WindowMicros, MatchWord.Nothing, poll);
    }

    private void Heard(Poll poll)
    {
        if (--poll.Open == 0) Close(poll);
    }

    private void Close(Poll poll)
    {
        if (poll.Closed || poll.Job.Ended) return;
        poll.Closed = true;
        if (poll.Answers.Count == 0)
        {
            Ask(poll.Job, poll.Tasks);
            return;
        }

        var best = new PriorityQueue<(int Answer, int Load), (Int128 Rank, int Order)>();
        for (var i = 0; i < poll.Answers.Count; i++) best.Enqueue((i, poll.Answers[i].Load), (Rank(poll.Answers[i].Worker, poll.Answers[i].Load), i));
        foreach (var task in poll.Tasks)
        {
            var (i, load) = best.Dequeue();
            var worker = poll.Answers[i].Worker;
            world.Place(poll.Job.Client, worker, task);
            best.Enqueue((i, load + 1), (Rank(worker, load + 1), i));
        }
    }
}
