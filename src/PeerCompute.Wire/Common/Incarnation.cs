// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wire.Common;

/// <summary>
/// One life of a node: new at every start and journalled before the first signature, so neither a copied home nor a
/// rolled-back disk signs twice under one.
/// </summary>
/// <param name="Start">How often this home was started.</param>
/// <param name="Salt">64 bits from the system, drawn at that start.</param>
public readonly record struct Incarnation(ulong Start, ulong Salt);
