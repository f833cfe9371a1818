// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Crypto;

namespace PeerCompute.Core.Runs;

/// <summary>What a comparison found of two outputs.</summary>
/// <param name="Pair">The two.</param>
/// <param name="Likeness">Whether they are alike.</param>
/// <param name="Words">For people: what differs, or why it is unclear; empty where they are alike.</param>
public sealed record PairFound(OutputPair Pair, PairLikeness Likeness, string Words)
{
    /// <summary>Roots of those that were here and cannot be read any more: this node's fault, so they are asked for again.</summary>
    public ImmutableArray<Hash32> Lost { get; init; } = [];
}
