// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;

namespace PeerCompute.Wire.Common;

/// <summary>What is paid for one accepted task, in micro-units (1 unit = 1 000 000).</summary>
/// <param name="Unit">Name of the unit of account.</param>
/// <param name="PerTaskMicro">Price of one accepted task; 0 in an offer.</param>
/// <remarks>Settlement is bilateral in this version: a signed promise between the two, without escrow.</remarks>
public sealed record PriceTerms(string Unit, ulong PerTaskMicro)
{
    internal V1.PriceTerms ToProto() => new()
    {
        Unit = Unit,
        PerTaskMicro = PerTaskMicro,
        Settlement = V1.PriceTerms.Types.Settlement.Bilateral,
    };

    internal static PriceTerms From(V1.PriceTerms? m)
    {
        Canonical.Present(m, "price");
        if (m!.Settlement != V1.PriceTerms.Types.Settlement.Bilateral)
            throw new WireException("price.settlement", $"{(int)m.Settlement} is not known; this version knows 1, bilateral");
        return new PriceTerms(
            Canonical.Text(m.Unit, WireLimits.NameBytes, "price.unit"),
            Canonical.Within(m.PerTaskMicro, 0, WireLimits.PriceMicro, "price.per_task_micro"));
    }
}
