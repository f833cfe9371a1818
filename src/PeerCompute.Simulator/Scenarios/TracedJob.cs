// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Simulator.Scenarios;

/// <summary>A job of a trace.</summary>
/// <param name="AtMicros">When it is handed in.</param>
/// <param name="Tasks">How many tasks it has.</param>
/// <param name="CostMicros">Time of one of them on the reference machine.</param>
/// <param name="DeadlineMicros">How long it has.</param>
internal sealed record TracedJob(long AtMicros, int Tasks, long CostMicros, long DeadlineMicros);
