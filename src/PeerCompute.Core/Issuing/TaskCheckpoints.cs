// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Collections;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Identity;
using PeerCompute.Wire.Checkpoints;

namespace PeerCompute.Core.Issuing;

/// <summary>
/// What the tasks of a job can go on from. A checkpoint is the word of its makers and nothing more: it may save work, and decides nothing. Follows from the
/// journal alone.
/// </summary>
/// <param name="keep">How many of each task are kept.</param>
internal sealed class TaskCheckpoints(uint keep)
{
    /// <summary>Leases that may go on from one checkpoint without getting further; then it goes, and the one before counts.</summary>
    private const int FailuresMost = 2;

    /// <summary>Workers that a checkpoint may go back to where replicas confirm: each could have spoilt it. Then the task begins anew.</summary>
    private const int MakersMost = 8;

    private readonly OrderedMap<uint, List<HeldCheckpoint>> _held = new();
    private readonly OrderedSet<uint> _rejected = new();

    /// <summary>Takes a checkpoint in; the oldest of the task goes.</summary>
    public void Add(Checkpoint checkpoint, ImmutableArray<PeerId> makers)
    {
        if (_rejected.Contains(checkpoint.Task)) return;
        if (!_held.TryGetValue(checkpoint.Task, out var held)) _held[checkpoint.Task] = held = [];
        held.Add(new HeldCheckpoint(checkpoint, makers));
        if (held.Count > keep) held.RemoveAt(0);
    }

    /// <summary>What a task goes on from; null: it begins.</summary>
    public HeldCheckpoint? Of(uint task) => _held.TryGetValue(task, out var held) ? held[^1] : null;

    /// <summary>Tasks from the first one on that begin, at most so many.</summary>
    public uint Beginning(uint first, uint most)
    {
        uint count = 0;
        while (count < most && Of(first + count) is null) count++;
        return count;
    }

    /// <summary>Whether replicas that confirm a result that goes on from a checkpoint can be others than its makers.</summary>
    public static bool LeavesOthers(HeldCheckpoint held, PeerId worker, ImmutableArray<PeerId> pool, uint replicas)
    {
        if (held.Makers.Length > MakersMost) return false;
        uint others = 0;
        foreach (var member in pool)
        {
            if (member != worker && !held.Makers.Contains(member)) others++;
        }

        return others + 1 >= replicas;
    }

    /// <summary>Who a lease's result goes back to beside its worker.</summary>
    public ImmutableArray<PeerId> MakersOf(uint task, Hash32 root)
    {
        foreach (var held in _held.TryGetValue(task, out var list) ? list : [])
        {
            if (held.Checkpoint.Root == root) return held.Makers;
        }

        return [];
    }

    /// <summary>A lease that went on from a checkpoint got no further.</summary>
    public void Blame(uint task, Hash32 root, bool isBad)
    {
        if (!_held.TryGetValue(task, out var held)) return;
        held.RemoveAll(one => one.Checkpoint.Root == root && (isBad || ++one.Failures >= FailuresMost));
        if (held.Count == 0) _held.Remove(task);
    }

    /// <summary>A result that goes back to checkpoints of a task was not confirmed: the task begins, and goes on from none any more.</summary>
    public void Reject(uint task)
    {
        _held.Remove(task);
        _rejected.Add(task);
    }

    /// <summary>A task is done.</summary>
    public void Forget(uint task) => _held.Remove(task);

    /// <summary>Names of all packs that are kept.</summary>
    public void AddRoots(ImmutableArray<Hash32>.Builder roots)
    {
        foreach (var held in _held.Values)
        {
            foreach (var one in held) roots.AddRange(one.Checkpoint.Roots);
        }
    }
}
