// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Market.Adverts;

/// <summary>One requirement that a node does not meet.</summary>
/// <param name="Requirement">Which.</param>
/// <param name="Level">What the node has, in the requirement's unit; 0 where there is no more or less of it.</param>
public readonly record struct Shortfall(Requirement Requirement, ulong Level);
