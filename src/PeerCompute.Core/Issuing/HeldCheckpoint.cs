// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Identity;
using PeerCompute.Wire.Checkpoints;

namespace PeerCompute.Core.Issuing;

/// <summary>A checkpoint that this node has for a task of its job.</summary>
/// <param name="checkpoint">The checkpoint.</param>
/// <param name="makers">Whose word it is: who made it, and who made those that it goes back to.</param>
internal sealed class HeldCheckpoint(Checkpoint checkpoint, ImmutableArray<PeerId> makers)
{
    public Checkpoint Checkpoint => checkpoint;

    public ImmutableArray<PeerId> Makers => makers;

    /// <summary>Leases that went on from it and ended with neither a result nor a later checkpoint.</summary>
    public int Failures { get; set; }
}
