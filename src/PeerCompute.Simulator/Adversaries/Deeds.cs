// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Simulator.Adversaries;

/// <summary>What adversaries of one kind did, and what came of it; for the report alone.</summary>
/// <param name="Nodes">How many they are.</param>
/// <param name="Done">How often they did what their kind does; docs/simulator.md says what counts.</param>
/// <param name="Planted">Results that they spoiled.</param>
/// <param name="Judged">Of those, how many came to a verdict.</param>
/// <param name="Found">Of those, how many the verdict did not accept.</param>
public sealed record Deeds(int Nodes, long Done, int Planted, int Judged, int Found);
