// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Errors;
using PeerCompute.Wire.Common;

namespace PeerCompute.Wire.Adverts;

/// <summary>What executes programs on a node.</summary>
/// <param name="Id">For example <c>wasm</c>; no slash, no space.</param>
/// <param name="Version">Version of the node's implementation.</param>
/// <param name="Semantics">Semantics ids that it runs, ascending.</param>
public sealed record AdvertRuntime(string Id, string Version, ImmutableArray<string> Semantics)
{
    internal V1.Runtime ToProto() => new() { Id = Id, Version = Version, Semantics = { Semantics } };

    internal static AdvertRuntime From(V1.Runtime m, string field)
    {
        var semantics = Canonical.List(m.Semantics, WireLimits.AdvertItems, field + ".semantics",
            static (text, name) => Canonical.Label(text, WireLimits.LabelBytes, name));
        for (var i = 1; i < semantics.Length; i++)
        {
            if (string.CompareOrdinal(semantics[i - 1], semantics[i]) >= 0) throw new WireException($"{field}.semantics[{i}]", "not in ascending order");
        }

        return new AdvertRuntime(
            Canonical.Segment(m.Id, WireLimits.LabelBytes, field + ".id"), Canonical.Label(m.Version, WireLimits.LabelBytes, field + ".version"), semantics);
    }
}
