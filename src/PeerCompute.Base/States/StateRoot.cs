// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;

namespace PeerCompute.Base.States;

/// <summary>The root over the parts of a step program's state (docs/step-abi.md).</summary>
public static class StateRoot
{
    /// <summary>Parts under a root.</summary>
    public const int Parts = 7;

    /// <summary>The leaf of one part.</summary>
    /// <param name="part">Which.</param>
    /// <param name="length">Bytes of it; entries of the folder.</param>
    /// <param name="root">Root of its <see cref="PageTree"/>; the manifest's for the folder.</param>
    /// <returns>A leaf hash.</returns>
    public static Hash32 Leaf(StatePart part, long length, Hash32 root) => MerkleTree.Leaf(
        new HashBuilder("peercompute/1/step-part").Add((ulong)part).Add((ulong)length).Add(root).Hash().ToArray());
}
