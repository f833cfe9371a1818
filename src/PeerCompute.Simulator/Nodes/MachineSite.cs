// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Chance;
using PeerCompute.Base.Identity;
using PeerCompute.Core;
using PeerCompute.Simulator.Chance;
using PeerCompute.Simulator.Executors;

namespace PeerCompute.Simulator.Nodes;

/// <summary>What one life of a node's machine is made from.</summary>
/// <param name="Seed">The run's seed.</param>
/// <param name="Index">The node.</param>
/// <param name="Life">Counts its lives in this run.</param>
/// <param name="Signer">Its key.</param>
/// <param name="Settings">What it lends and asks.</param>
/// <param name="Secrets">From the run's seed.</param>
/// <param name="Choices">From the run's seed.</param>
/// <param name="Shelf">Its blobs; only an adversary reaches for them.</param>
/// <param name="Doom">Lets it die at a write to come, false where it is to die already or calm has come; only an adversary wants that.</param>
internal sealed record MachineSite(
    ulong Seed, int Index, int Life, ISigner Signer, NodeSettings Settings, Secrets Secrets, Choices Choices, BlobShelf Shelf, Func<CrashPlan, bool> Doom)
{
    /// <summary>The key of a node.</summary>
    public static KeyPair SignerOf(ulong seed, int index) => KeyPair.FromSeed(Draw.Bytes(seed, "identity", (ulong)index).ToArray());
}
