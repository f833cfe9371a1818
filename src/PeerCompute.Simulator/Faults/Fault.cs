// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using System.Globalization;

namespace PeerCompute.Simulator.Faults;

/// <summary>One fault of a run.</summary>
/// <param name="Kind">What goes wrong.</param>
/// <param name="AtMicros">When it begins.</param>
/// <param name="ForMicros">How long it lasts.</param>
/// <param name="Nodes">Indices of the nodes that it happens to, rising.</param>
/// <param name="Strength">How hard, in the unit of its kind.</param>
internal sealed record Fault(FaultKind Kind, long AtMicros, long ForMicros, ImmutableArray<int> Nodes, long Strength)
{
    private const int NodesNamed = 12;

    /// <summary>When it is over.</summary>
    public long EndMicros => AtMicros + ForMicros;

    /// <summary>The fault in a line, for people.</summary>
    public override string ToString()
    {
        var traits = FaultKinds.Of(Kind);
        var strength = traits.Unit.Length == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" {Strength} {traits.Unit}");
        var nodes = Nodes.Length <= NodesNamed ? string.Join(' ', Nodes) : $"{string.Join(' ', Nodes.Take(NodesNamed))} and {Nodes.Length - NodesNamed} more";
        return string.Create(CultureInfo.InvariantCulture, $"{traits.Name}{strength} at {Seconds(AtMicros)} for {Seconds(ForMicros)}, nodes {nodes}");
    }

    private static string Seconds(long micros) => string.Create(CultureInfo.InvariantCulture, $"{micros / 1000 / 1000m:0.###} s");
}
