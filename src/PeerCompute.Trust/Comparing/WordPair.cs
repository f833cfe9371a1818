// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Trust.Comparing;

/// <summary>Takes two words that stand at the same place of two texts; one is empty where its text has ended.</summary>
/// <param name="first">Of the one text.</param>
/// <param name="second">Of the other.</param>
/// <param name="line">Line of the first, from 1.</param>
public delegate void WordPair(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, int line);
