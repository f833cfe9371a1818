// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Simulator.Matching;

/// <summary>
/// Batch sampling without late binding: a job of m tasks asks <c>probe_ratio</c> times m workers at once and gives its tasks to the least loaded of them
/// (Ousterhout and others, Sparrow, SOSP 2013, section 3.2).
/// </summary>
internal sealed class BatchPush(MatchingWorld world) : Polling(world)
{
    public override void Submit(MatchJob job)
    {
        var tasks = new List<MatchTask>();
        while (job.Take() is { } task) tasks.Add(task);
        Ask(job, tasks);
    }

    protected override int Asked(int tasks) => (int)Math.Min((long)World.Scenario.ProbeRatio * tasks, int.MaxValue);

    protected override Int128 Rank(MatchWorker worker, int load) => load * 1000L / worker.Class.Slots;
}
