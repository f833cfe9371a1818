// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Identity;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Trust.Commitments;

/// <summary>
/// What a worker commits to before anything is revealed: a Merkle root over its tasks, salted so that nobody can guess outputs from it and
/// keyed to lease and worker so that nobody can copy it.
/// </summary>
public static class RangeCommitment
{
    /// <summary>Leaf of one task. The wall time is not part of it: two honest runs of one task give the same leaf.</summary>
    /// <param name="leaseId">The lease.</param>
    /// <param name="worker">The worker.</param>
    /// <param name="salt">Salt of the commit.</param>
    /// <param name="leaf">The task.</param>
    /// <returns>The leaf's hash.</returns>
    public static Hash32 Leaf(Hash32 leaseId, PeerId worker, Hash32 salt, TaskLeaf leaf)
        => MerkleTree.Leaf(new HashBuilder("peercompute/1/commit-leaf")
            .Add(leaseId).Add(worker.ToBytes()).Add(salt).Add(leaf.Task).Add(leaf.OutputHash).Add(leaf.CipherRoot)
            .Add(leaf.KeyHash).Add(leaf.Size).Add(leaf.Fuel).Hash().ToArray());

    /// <summary>Root over the leaves in order.</summary>
    /// <param name="leaseId">The lease.</param>
    /// <param name="worker">The worker.</param>
    /// <param name="salt">Salt of the commit.</param>
    /// <param name="leaves">The tasks done.</param>
    /// <returns>The root.</returns>
    public static Hash32 Root(Hash32 leaseId, PeerId worker, Hash32 salt, ImmutableArray<TaskLeaf> leaves)
    {
        var hashes = new Hash32[leaves.Length];
        for (var i = 0; i < hashes.Length; i++) hashes[i] = Leaf(leaseId, worker, salt, leaves[i]);
        return MerkleTree.Root(hashes);
    }

    /// <summary>Hash of a content key as a leaf names it.</summary>
    /// <param name="key">32 bytes.</param>
    /// <returns>The hash.</returns>
    public static Hash32 HashOfKey(ReadOnlySpan<byte> key) => new HashBuilder("peercompute/1/content-key-hash").Add(key).Hash();

    /// <summary>Whether an opening is that of a commit.</summary>
    /// <param name="lease">The lease.</param>
    /// <param name="commit">The commit.</param>
    /// <param name="opening">The opening.</param>
    /// <returns>Empty, or what does not match.</returns>
    public static string Check(Lease lease, Commit commit, Opening opening)
    {
        if (commit.Done > lease.TaskCount) return $"the commit counts {commit.Done} tasks, the lease has {lease.TaskCount}";
        if (opening.Leaves.Length != commit.Done) return $"the opening has {opening.Leaves.Length} tasks, the commit {commit.Done}";
        for (var i = 0; i < opening.Leaves.Length; i++)
        {
            var leaf = opening.Leaves[i];
            if (leaf.Task != lease.FirstTask + i) return $"task {lease.FirstTask + i} is not opened in its place";
            if (leaf.Fuel > lease.Limits.Fuel) return $"task {leaf.Task} says more fuel than its limit";
            // Outputs are read as a whole: one that no honest worker can have made must not be fetched.
            if (leaf.Size > TaskBundle.MaxBytes) return $"task {leaf.Task} says {leaf.Size} bytes, limit {TaskBundle.MaxBytes}";
        }

        return Root(lease.Id, lease.Worker, opening.Salt, opening.Leaves) == commit.Root ? "" : "the leaves do not give the committed root";
    }
}
