// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Base.Checks;

/// <summary>A bug of ours: an invariant does not hold.</summary>
/// <param name="what">The rule that is broken.</param>
public sealed class InvariantException(string what) : Exception("invariant broken: " + what);
