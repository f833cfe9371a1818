// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Simulator.Matching;

/// <summary>
/// Goes through a run and counts, moment by moment, slots that are idle and tasks that wait: any task fits any worker that the jobs would pay. A run that was
/// broken off counts as idle time.
/// </summary>
internal sealed class SlotLedger
{
    private readonly ulong[] _prices;
    private readonly long[] _idle;
    private long _idleSlots;
    private long _slots;
    private long _waiting;

    private SlotLedger(IReadOnlyList<Lender> lenders, IReadOnlyList<TaskRun> runs, IReadOnlyList<JobSpan> jobs, long from, long to)
    {
        _prices = [.. lenders.Select(static l => l.Class.PriceMicro).Distinct().Order()];
        _idle = new long[_prices.Length];
        var (regret, tasks, at) = (0.0, 0L, from);
        foreach (var change in Changes(lenders, runs, jobs).OrderBy(static c => c.At).ThenBy(static c => c.Kind))
        {
            at = Pass(at, Math.Clamp(change.At, at, to));
            if (change.Kind == Kind.Begun && change.At >= from && change.At <= to)
            {
                tasks++;
                regret += Regret(change.Price);
            }

            Apply(change);
        }

        Pass(at, to);
        RegretMicro = tasks == 0 ? 0 : regret / tasks;
    }

    private enum Kind
    {
        Slots,
        Ended,
        Waits,
        Begun,
    }

    /// <summary>Slot time that was idle while a task waited for one.</summary>
    public double StrandedMicros { get; private set; }

    /// <summary>Slot time of the workers that were up.</summary>
    public double SlotMicros { get; private set; }

    /// <summary>What a task was begun for beyond the lowest price of a worker with an idle slot at that moment; mean, micro-units.</summary>
    public double RegretMicro { get; }

    /// <summary>Goes through a span of a run.</summary>
    public static SlotLedger Of(IReadOnlyList<Lender> lenders, IReadOnlyList<TaskRun> runs, IReadOnlyList<JobSpan> jobs, long from, long to)
        => new(lenders, runs, jobs, from, to);

    /// <summary>All changes in no order. A task waits from its job's submission until a worker first begins it, or its job ends.</summary>
    private static IEnumerable<Change> Changes(IReadOnlyList<Lender> lenders, IReadOnlyList<TaskRun> runs, IReadOnlyList<JobSpan> jobs)
    {
        foreach (var lender in lenders)
        {
            foreach (var (up, down) in lender.Up)
            {
                yield return new Change(up, Kind.Slots, lender.Class.Slots, lender.Class.PriceMicro);
                if (down < long.MaxValue) yield return new Change(down, Kind.Slots, -lender.Class.Slots, lender.Class.PriceMicro);
            }
        }

        foreach (var run in runs)
        {
            yield return new Change(run.From, Kind.Begun, -1, run.PriceMicro);
            yield return new Change(run.To, Kind.Ended, 1, run.PriceMicro);
        }

        // Replicas, and runs that come too late, are no answer to a task that waits.
        var begun = runs.GroupBy(static run => (run.Job, run.Task)).ToLookup(static task => task.Key.Job, static task => task.Min(static run => run.From));
        foreach (var job in jobs)
        {
            yield return new Change(job.From, Kind.Waits, job.Tasks, 0);
            var left = job.Tasks;
            foreach (var at in begun[job.Number])
            {
                if (job.To >= 0 && at > job.To) continue;
                left--;
                yield return new Change(at, Kind.Waits, -1, 0);
            }

            if (job.To >= 0 && left != 0) yield return new Change(job.To, Kind.Waits, -left, 0);
        }
    }

    private long Pass(long from, long to)
    {
        StrandedMicros += (double)(to - from) * Math.Max(0, Math.Min(_idleSlots, _waiting));
        SlotMicros += (double)(to - from) * _slots;
        return to;
    }

    private void Apply(in Change change)
    {
        if (change.Kind == Kind.Waits)
        {
            _waiting += change.By;
            return;
        }

        if (change.Kind == Kind.Slots) _slots += change.By;
        _idleSlots += change.By;
        var at = Array.BinarySearch(_prices, change.Price);
        if (at >= 0) _idle[at] += change.By;
    }

    private double Regret(ulong price)
    {
        for (var i = 0; i < _prices.Length && _prices[i] < price; i++)
        {
            if (_idle[i] > 0) return price - _prices[i];
        }

        return 0;
    }

    private readonly record struct Change(long At, Kind Kind, long By, ulong Price);
}
