// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace PeerCompute.Simulator.Sweeps;

/// <summary>Values of parameters as numbers, for the order and the axes of plots.</summary>
public static class ParameterValue
{
    /// <summary>A value as a number.</summary>
    /// <param name="text">A number, alone or with a unit of a scenario: a time becomes seconds, a share a part of one.</param>
    /// <returns>Null where it is none.</returns>
    public static double? Number(string text)
    {
        var digits = text.TrimEnd('%', 'u', 'm', 's', 'h', 'p');
        if (!double.TryParse(digits, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)) return null;
        double? unit = text[digits.Length..] switch
        {
            "" => 1, "%" => 0.01, "ppm" => 1e-6, "us" => 1e-6, "ms" => 1e-3, "s" => 1, "m" => 60, "h" => 3600, _ => null,
        };
        return number * unit;
    }

    /// <summary>Unit of the numbers of some values, for an axis: seconds for times, else nothing.</summary>
    /// <param name="values">The values.</param>
    public static string Unit(IEnumerable<string> values) => values.All(static v => v.Length > 0 && v[^1] is 's' or 'm' or 'h') ? "s" : "";
}
