// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Simulator.Matching;

/// <summary>
/// A reverse auction in the open: a job's offer goes to every worker, each bids its price and how busy it is, and when all have, or the window is over, the
/// lowest price times the expected time of one more task takes each task. 2B messages a job with B workers, beside those of the tasks themselves.
/// </summary>
internal sealed class BroadcastMarket(MatchingWorld world) : Polling(world)
{
    /// <summary>How long bids are waited for: some round trips across the world.</summary>
    private const long BidWindowMicros = 1_000_000;

    protected override long WindowMicros => BidWindowMicros;

    public override void Submit(MatchJob job)
    {
        var tasks = new List<MatchTask>();
        while (job.Take() is { } task) tasks.Add(task);
        Ask(job, tasks);
    }

    protected override int Asked(int tasks) => World.Workers.Length;

    /// <summary>Price times expected time: its own turn and its share of what stands before it, in thousandths of a mean task.</summary>
    protected override Int128 Rank(MatchWorker worker, int load)
    {
        var slots = worker.Class.Slots;
        var time = (1000 + (Math.Max(0, load - slots + 1) * 1000L / slots)) * 1000 / worker.Class.SpeedPermille;
        return (Int128)Math.Max(1, worker.Class.PriceMicro) * time;
    }
}
