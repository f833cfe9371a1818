// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Core;

/// <summary>What an owner lends at the moment; the shell judges clocks and calendars and says what came out.</summary>
/// <param name="TakesWork">Whether the owner lends at all.</param>
/// <param name="Away">Why nothing is taken for now, for people: a pause, the hours. Empty while work is taken.</param>
/// <param name="Slots">Leases run at a time, at least 1.</param>
/// <param name="MemoryBytes">Memory lent to one task.</param>
/// <param name="FuelMost">Most fuel of one task.</param>
/// <param name="WallMsMost">Longest wall time of one task in milliseconds.</param>
/// <param name="PerTaskMicro">Price of one task in micro-units.</param>
public sealed record LendTerms(bool TakesWork, string Away, uint Slots, ulong MemoryBytes, ulong FuelMost, ulong WallMsMost, ulong PerTaskMicro);
