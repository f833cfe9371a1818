// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Simulator;

/// <summary>A measured number of a run.</summary>
/// <param name="Name">Lower case with underscores; ends in its unit where it has one.</param>
/// <param name="Value">The number.</param>
public readonly record struct Figure(string Name, double Value);
