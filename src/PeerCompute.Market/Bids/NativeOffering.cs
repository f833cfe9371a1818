// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Wire.Common;

namespace PeerCompute.Market.Bids;

/// <summary>A root file system that a node has for native programs, and what its owner says of it.</summary>
/// <param name="Semantics">The semantics id of programs that run in it.</param>
/// <param name="Leave">Whether they may.</param>
public sealed record NativeOffering(NativeSemantics Semantics, NativeLeave Leave)
{
    /// <summary>Isolation class of its programs where a card is granted to them; empty: that of all native programs.</summary>
    public string Isolation { get; init; } = "";
}
