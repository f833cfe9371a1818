// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Serialization;

namespace PeerCompute.Benchmarks;

/// <summary>One measured value, beside the value of what it is compared with where there is such a thing.</summary>
internal sealed record Figure(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("value")] double Value,
    [property: JsonPropertyName("unit")] string Unit,
    [property: JsonPropertyName("baseline")] double? Baseline = null,
    [property: JsonPropertyName("better")] string Better = "higher")
{
    /// <summary>Value over baseline.</summary>
    [JsonPropertyName("ratio")]
    public double? Ratio => Baseline is > 0 ? Value / Baseline : null;
}
