// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Simulator.Matching;

/// <summary>Each task goes to a random worker, and waits there: nobody is asked anything.</summary>
internal sealed class RandomPush(MatchingWorld world) : IMatching
{
    public void Submit(MatchJob job)
    {
        while (job.Take() is { } task) Lost(task);
    }

    public void Lost(MatchTask task)
    {
        if (world.Workers.Length > 0 && !task.Job.Ended) world.Place(task.Job.Client, world.Workers[task.Job.Chance.Below(world.Workers.Length)], task);
    }

    public void Hear(int from, int to, MatchWord word, object about)
    {
    }

    public void Unheard(int from, int to, MatchWord word, object about)
    {
    }
}
