// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Simulator.Matching;

/// <summary>
/// How evenly work is spread within short windows. Over a long time even a random placement is fair, so each window is judged by itself: what a worker was busy
/// of what its slots could be, of the workers that were up for the whole window.
/// </summary>
/// <param name="Jain">Mean of Jain's index over the windows in which somebody worked.</param>
/// <param name="Unused">Mean share of workers that did nothing in a window.</param>
/// <param name="MostOverMean">Mean of the busiest worker's share over the mean share.</param>
internal sealed record BusyWindows(double Jain, double Unused, double MostOverMean)
{
    /// <summary>Most windows that are looked at: the first ones.</summary>
    private const int Most = 100_000;

    /// <summary>Looks at the windows of a span.</summary>
    /// <returns>Null where no whole window with work fits in.</returns>
    public static BusyWindows? Of(IReadOnlyList<Lender> lenders, ILookup<int, TaskRun> runs, long from, long to, long window)
    {
        var count = (int)Math.Min(Most, (to - from) / window);
        if (count < 1) return null;
        var (workers, unused) = (new int[count], new int[count]);
        var (sum, squares, most) = (new double[count], new double[count], new double[count]);
        foreach (var lender in lenders)
        {
            var busy = Busy(runs[lender.Index], from, window, count);
            for (var i = 0; i < count; i++)
            {
                var begin = from + (i * window);
                if (!lender.Up.Any(life => life.From <= begin && life.To >= begin + window)) continue;
                var share = busy[i] / ((double)window * lender.Class.Slots);
                workers[i]++;
                unused[i] += busy[i] == 0 ? 1 : 0;
                (sum[i], squares[i], most[i]) = (sum[i] + share, squares[i] + (share * share), Math.Max(most[i], share));
            }
        }

        var worked = Enumerable.Range(0, count).Where(i => sum[i] > 0).ToList();
        return worked.Count == 0 ? null : new BusyWindows(
            worked.Average(i => sum[i] * sum[i] / (workers[i] * squares[i])),
            worked.Average(i => (double)unused[i] / workers[i]),
            worked.Average(i => most[i] * workers[i] / sum[i]));
    }

    /// <summary>Slot time that a worker's tasks took in each window, microseconds.</summary>
    private static long[] Busy(IEnumerable<TaskRun> runs, long from, long window, int count)
    {
        var busy = new long[count];
        foreach (var run in runs)
        {
            var (begin, end) = (Math.Max(run.From, from), Math.Min(run.To, from + (count * window)));
            while (begin < end)
            {
                var i = (int)((begin - from) / window);
                var part = Math.Min(end, from + ((i + 1) * window));
                busy[i] += part - begin;
                begin = part;
            }
        }

        return busy;
    }
}
