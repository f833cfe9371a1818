// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Identity;
using PeerCompute.Trust.Draws;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Trust.Tests.Receipts;

/// <summary>Ranges that drawn workers confirm for each other.</summary>
internal sealed partial class ReceiptScene
{
    /// <summary>A settled job by two replicas as a receipt file: tasks 0 and 1 by an honest pair; task 2 where the drawn worker lies and a referee
    /// decides, unless nobody is to lie.</summary>
    public static (ReceiptScene Scene, byte[] File) Replicated(bool liar = true)
    {
        var scene = new ReceiptScene(replicas: 2, workers: 5);
        scene.Agree(scene.Workers[0], 0, 2);
        if (liar) scene.Agree(scene.Workers[1], 2, 1, false, true, false);
        else scene.Agree(scene.Workers[1], 2, 1);
        return (scene, scene.Build());
    }

    /// <summary>The output that an honest worker gives.</summary>
    public static Hash32 Truth(uint task) => Hash32.Of([1, (byte)task]);

    /// <summary>The output on which all liars agree.</summary>
    public static Hash32 Lie(uint task) => Hash32.Of([2, (byte)task]);

    /// <summary>Drives a whole range: the first worker, then the drawn ones in order, judged by the truth.</summary>
    /// <param name="first">The first worker.</param>
    /// <param name="task">First task.</param>
    /// <param name="count">Tasks.</param>
    /// <param name="lies">Who lies, the first worker first; none: an honest pair.</param>
    public List<LeaseChains> Agree(KeyPair first, uint task, uint count, params bool[] lies)
    {
        if (lies.Length == 0) lies = [false, false];
        var set = new List<LeaseChains> { Open(first, task, count, lies[0] ? Lie : Truth) };
        for (var place = 0; place + 1 < lies.Length; place++) set.Add(OpenReplica(set[0], place, lies[place + 1] ? Lie : Truth));
        foreach (var chains in set) JudgeBy(chains, Truth);
        return set;
    }

    /// <summary>Two leases of the whole job, judged by the truth: an honest first worker's and another.</summary>
    /// <param name="other">Drives the other up to its opening.</param>
    public void Pair(Func<LeaseChains, LeaseChains> other)
    {
        var first = Open(Workers[0], 0, Spec.Tasks, Truth);
        var second = other(first);
        JudgeBy(first, Truth);
        JudgeBy(second, Truth);
    }

    /// <summary>Drives the lease of a drawn worker up to its opening.</summary>
    /// <param name="first">The first worker's lease, revealed.</param>
    /// <param name="place">Place in the draw's order; the slot is one more.</param>
    /// <param name="output">What the worker says each task gave.</param>
    /// <param name="change">Changes the lease before anybody signs it.</param>
    /// <param name="worker">The worker, where not the one in that place.</param>
    /// <param name="pool">Pool of the award, where not the scene's.</param>
    public LeaseChains OpenReplica(
        LeaseChains first, int place, Func<uint, Hash32> output, Func<Lease, Lease>? change = null, KeyPair? worker = null, Pool? pool = null)
    {
        var lease = first.Lease!;
        return Open(worker ?? Drawn(first, place), lease.FirstTask, first.Body<Commit>()!.Done, output, pool: pool, change: l =>
        {
            l = l with { Slot = (uint)place + 1, DrawnFrom = lease.Id, DrawnPlace = (uint)place };
            return change?.Invoke(l) ?? l;
        });
    }

    /// <summary>The worker that the draw puts in a place.</summary>
    public KeyPair Drawn(LeaseChains first, int place)
    {
        var lease = first.Lease!;
        var seed = DrawSeed.Of(lease.Id, first.Body<Reveal>()!.Nonce, first.Find<Commit>()!.Hash);
        var peer = Draw.Order(((Award)first.Issuer[0].Entry.Body).Pool, seed, lease.Worker, lease.Issuer, lease.Steward)[place];
        return Workers.First(w => w.PeerId == peer);
    }

    /// <summary>Judges an opened lease by the output that won.</summary>
    public void JudgeBy(LeaseChains chains, Func<uint, Hash32> winner, bool settle = true)
        => Judge(chains, leaf => (leaf.OutputHash == winner(leaf.Task) ? VerdictOutcome.Accepted : VerdictOutcome.Rejected, winner(leaf.Task)), settle);
}
