// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Simulator.Shrinking;

/// <summary>A smaller scenario that breaks the same rule.</summary>
/// <param name="ScenarioPath">Its file.</param>
/// <param name="Rule">The rule.</param>
/// <param name="Runs">Runs that it took to find.</param>
/// <param name="Result">What its run came to.</param>
public sealed record ShrinkResult(string ScenarioPath, string Rule, int Runs, SimulationResult Result);
