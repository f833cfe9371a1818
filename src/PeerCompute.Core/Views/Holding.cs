// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Core.Views;

/// <summary>Something that grows with what others say or do, and its bound.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Count">How many there are.</param>
/// <param name="Most">How many there may be.</param>
public readonly record struct Holding(string Name, long Count, long Most);
