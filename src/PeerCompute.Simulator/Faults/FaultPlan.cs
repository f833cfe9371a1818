// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;

namespace PeerCompute.Simulator.Faults;

/// <summary>A kind that may be drawn, and how hard at most.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Ppm">Of its greatest strength, and where it has none of its longest time, millionths.</param>
internal sealed record FaultAllowance(FaultKind Kind, int Ppm);

/// <summary>What a scenario says of faults: which may be drawn from the seed, or which happen.</summary>
/// <param name="Drawn">What the seed may draw.</param>
/// <param name="Given">What happens whatever the seed is.</param>
internal sealed record FaultPlan(ImmutableArray<FaultAllowance> Drawn, ImmutableArray<Fault> Given)
{
    /// <summary>No faults but those that <c>links</c> and <c>nodes</c> name.</summary>
    public static FaultPlan None { get; } = new([], []);

    /// <summary>Every kind, as hard as it comes.</summary>
    public static FaultPlan Swarm { get; } = new([.. FaultKinds.All.Select(static traits => new FaultAllowance(traits.Kind, 1_000_000))], []);

    public bool IsEmpty => Drawn.IsEmpty && Given.IsEmpty;
}
