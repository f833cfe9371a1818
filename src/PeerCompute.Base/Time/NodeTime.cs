// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Base.Time;

/// <summary>The time that comes with an event: time-outs use <see cref="Mono"/>, signed times use <see cref="WallMs"/>.</summary>
/// <param name="Mono">The node's monotonic clock.</param>
/// <param name="WallMs">Wall clock, milliseconds since 1970-01-01 UTC.</param>
/// <param name="WallErrorMs">Bound on the wall clock's error in milliseconds as far as the node knows; a node above the skew limit stops bidding.</param>
public readonly record struct NodeTime(Instant Mono, long WallMs, long WallErrorMs);
