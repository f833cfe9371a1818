// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;

namespace PeerCompute.Simulator.Faults;

/// <summary>What is known of one kind of fault.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Name">As scenario files write it.</param>
/// <param name="Unit">What its strength counts; empty where it has none.</param>
/// <param name="Least">Least strength that is drawn.</param>
/// <param name="Most">Greatest that is drawn, and that a file may name.</param>
/// <param name="LongestMicros">Longest time that is drawn.</param>
/// <param name="Episodes">Most that are drawn for one run.</param>
internal sealed record FaultTraits(FaultKind Kind, string Name, string Unit, long Least, long Most, long LongestMicros, int Episodes);

/// <summary>The kinds of faults. A new one is a line here, and what it does in <see cref="FaultWorks"/>.</summary>
internal static class FaultKinds
{
    private const long Second = 1_000_000;

    /// <summary>All of them, in the order in which they are drawn.</summary>
    public static ImmutableArray<FaultTraits> All { get; } =
    [
        new(FaultKind.Partition, "partition", "", 0, 0, 60 * Second, 3),
        new(FaultKind.OneWay, "one-way", "", 0, 0, 40 * Second, 2),
        new(FaultKind.Clog, "clog", "", 0, 0, 20 * Second, 2),
        new(FaultKind.Gray, "gray", "times slower", 2, 10, 120 * Second, 2),
        new(FaultKind.Loss, "loss", "ppm", 1_000, 300_000, 120 * Second, 2),
        new(FaultKind.Duplicates, "duplicates", "ppm", 1_000, 300_000, 120 * Second, 2),
        new(FaultKind.Reorder, "reorder", "us", 1_000, Second, 120 * Second, 2),
        new(FaultKind.Reset, "reset", "", 0, 0, 0, 6),
        new(FaultKind.Crash, "crash", "", 0, 0, 30 * Second, 4),
        new(FaultKind.Unsaid, "unsaid", "", 0, 0, 60 * Second, 4),
        new(FaultKind.Torn, "torn", "entries left", 0, 4, 60 * Second, 4),
        new(FaultKind.Lost, "lost", "entries", 1, 4, 30 * Second, 2),
        new(FaultKind.SlowDisk, "slow-disk", "times slower", 2, 200, 120 * Second, 2),
        new(FaultKind.FullDisk, "full-disk", "", 0, 0, 60 * Second, 2),
        new(FaultKind.Clock, "clock", "us", -10 * Second, 10 * Second, 120 * Second, 2),
    ];

    /// <summary>Names of all kinds.</summary>
    public static string[] Names { get; } = [.. All.Select(static traits => traits.Name)];

    public static FaultTraits Of(FaultKind kind) => All[(int)kind];

    /// <summary>The kind of a name that is known.</summary>
    public static FaultTraits Of(string name) => All[Array.IndexOf(Names, name)];
}
