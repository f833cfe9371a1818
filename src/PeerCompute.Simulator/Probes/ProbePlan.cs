// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Simulator.Probes;

/// <summary>What a scenario wants to be looked at.</summary>
/// <param name="Name">Name in tables and figures.</param>
/// <param name="Of">What is measured at each node.</param>
/// <param name="Class">The class of nodes; empty for all.</param>
/// <param name="EveryMicros">Between two looks.</param>
internal sealed record ProbePlan(string Name, ProbeQuantity Of, string Class, long EveryMicros);
