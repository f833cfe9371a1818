// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Simulator.Statistics;

/// <summary>An estimate with its interval of confidence.</summary>
/// <param name="Value">The estimate.</param>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end.</param>
public sealed record Interval(double Value, double Low, double High)
{
    /// <summary>Whether 0 lies outside: the estimate is told from none.</summary>
    public bool ExcludesZero => Low > 0 || High < 0;
}
