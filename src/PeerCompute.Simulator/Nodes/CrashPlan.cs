// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Simulator.Nodes;

/// <summary>A crash at one write of the journal.</summary>
/// <param name="Write">Which write since the run began, from 1.</param>
/// <param name="AfterEffects">Whether what waited for that write still leaves.</param>
/// <param name="DownMicros">How long the node stays down.</param>
/// <param name="Torn">Durable entries that the disk loses all the same.</param>
/// <param name="Part">How many of the write's entries are on the disk, never all: the node dies within it. Null: it dies after it.</param>
internal sealed record CrashPlan(long Write, bool AfterEffects, long DownMicros, int Torn = 0, int? Part = null);
