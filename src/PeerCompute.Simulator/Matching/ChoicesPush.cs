// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Simulator.Matching;

/// <summary>
/// The power of d choices: each task asks <c>probe_ratio</c> workers for itself and goes to the least loaded (Azar, Broder, Karlin and Upfal 1994; Mitzenmacher
/// 1996). Tasks of one job do not know of each other.
/// </summary>
internal sealed class ChoicesPush(MatchingWorld world) : Polling(world)
{
    public override void Submit(MatchJob job)
    {
        while (job.Take() is { } task) Ask(job, [task]);
    }

    protected override int Asked(int tasks) => World.Scenario.ProbeRatio;

    protected override Int128 Rank(MatchWorker worker, int load) => load * 1000L / worker.Class.Slots;
}
