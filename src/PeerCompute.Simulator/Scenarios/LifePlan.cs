// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Chance;
using PeerCompute.Simulator.Chance;

namespace PeerCompute.Simulator.Scenarios;

/// <summary>How long something lasts: exponential with a mean, or Weibull with shape and scale.</summary>
/// <param name="Micros">The mean; with a shape the scale, below which 63.2 % of all are.</param>
/// <param name="ShapePermille">The shape, thousandths; 0: exponential.</param>
internal sealed record LifePlan(long Micros, int ShapePermille = 0)
{
    private const long Most = 400L * 86_400_000_000;

    /// <summary>Draws one, microseconds.</summary>
    public long Draw(Choices chance) => ShapePermille == 0 ? chance.Around(Micros) : chance.Weibull(ShapePermille, Micros, Most);
}
