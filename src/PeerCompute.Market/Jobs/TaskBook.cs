// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Checks;
using PeerCompute.Base.Crypto;

namespace PeerCompute.Market.Jobs;

/// <summary>Which tasks of a job are free, leased or done. A task (in its first slot) is in at most one live lease.</summary>
public sealed class TaskBook
{
    private readonly Hash32[] _lease;
    private readonly bool[] _done;
    private readonly byte[] _attempts;
    private int _firstFree;

    /// <summary>A book of free tasks.</summary>
    /// <param name="tasks">How many, at least 1.</param>
    public TaskBook(uint tasks)
    {
        Invariant.Check(tasks > 0);
        _lease = new Hash32[tasks];
        _done = new bool[tasks];
        _attempts = new byte[tasks];
    }

    /// <summary>Leases that a task may have before its job fails.</summary>
    public const int AttemptsMost = 5;

    /// <summary>Tasks done.</summary>
    public int Done { get; private set; }

    /// <summary>True when every task is done.</summary>
    public bool AllDone => Done == _lease.Length;

    /// <summary>The next free range.</summary>
    /// <param name="most">Most tasks of it.</param>
    /// <returns>First task and count; count 0 when none is free.</returns>
    public (uint First, uint Count) NextRange(uint most)
    {
        while (_firstFree < _lease.Length && !IsFree(_firstFree)) _firstFree++;
        var end = _firstFree;
        while (end < _lease.Length && end - _firstFree < most && IsFree(end)) end++;
        return ((uint)_firstFree, (uint)(end - _firstFree));
    }

    /// <summary>Whether every task of a range is free.</summary>
    /// <param name="first">First task.</param>
    /// <param name="count">Tasks.</param>
    /// <param name="except">A lease whose own tasks count as free; none by default.</param>
    /// <returns>False also when the range ends behind the last task.</returns>
    public bool IsFree(uint first, uint count, Hash32 except = default)
    {
        if ((ulong)first + count > (ulong)_lease.Length) return false;
        for (var task = first; task < first + count; task++)
        {
            if (_done[task] || (_lease[task] != except && !_lease[task].IsZero)) return false;
        }

        return true;
    }

    /// <summary>Gives a range of free tasks to a lease.</summary>
    /// <param name="first">First task.</param>
    /// <param name="count">Tasks.</param>
    /// <param name="leaseId">The lease.</param>
    public void Take(uint first, uint count, Hash32 leaseId)
    {
        Invariant.Check(IsFree(first, count));
        for (var task = first; task < first + count; task++)
        {
            _lease[task] = leaseId;
            if (_attempts[task] < byte.MaxValue) _attempts[task]++;
        }
    }

    /// <summary>Gives back what a lease holds and is not done.</summary>
    /// <param name="first">First task.</param>
    /// <param name="count">Tasks.</param>
    /// <param name="leaseId">The lease.</param>
    public void Release(uint first, uint count, Hash32 leaseId)
    {
        for (var task = first; task < first + count; task++)
        {
            if (_lease[task] != leaseId || _done[task]) continue;
            _lease[task] = default;
            _firstFree = Math.Min(_firstFree, (int)task);
        }
    }

    /// <summary>Forgets an attempt that ended for no reason of the tasks' own.</summary>
    /// <param name="first">First task.</param>
    /// <param name="count">Tasks.</param>
    public void Excuse(uint first, uint count)
    {
        for (var task = first; task < first + count; task++)
        {
            if (_attempts[task] > 0) _attempts[task]--;
        }
    }

    /// <summary>Marks a task as done by a lease: the one that took it, or one that did it as well.</summary>
    /// <param name="task">The task, not done yet.</param>
    /// <param name="leaseId">Whose output counts.</param>
    public void Finish(uint task, Hash32 leaseId)
    {
        Invariant.Check(!_done[task]);
        _lease[task] = leaseId;
        _done[task] = true;
        Done++;
    }

    /// <summary>The lease that holds or finished a task.</summary>
    /// <param name="task">The task.</param>
    /// <returns>The lease, or none.</returns>
    public Hash32 LeaseOf(uint task) => _lease[task];

    /// <summary>Whether a task is done.</summary>
    /// <param name="task">The task.</param>
    /// <returns>True when done.</returns>
    public bool IsDone(uint task) => _done[task];

    /// <summary>The first free task that has used up its attempts.</summary>
    /// <returns>The task, or null.</returns>
    public uint? Exhausted()
    {
        var (first, count) = NextRange(1);
        return count == 1 && _attempts[first] >= AttemptsMost ? first : null;
    }

    private bool IsFree(int task) => _lease[task].IsZero && !_done[task];
}
