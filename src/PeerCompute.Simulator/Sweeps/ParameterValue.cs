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
        var suffix = Suffix(text);
        var digits = text.AsSpan(0, text.Length - suffix.Length);
        if (!double.TryParse(digits, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)) return null;
        double? unit = suffix switch
        {
            "" => 1, "%" => 0.01, "ppm" => 1e-6, "us" => 1e-6, "ms" => 1e-3, "s" => 1, "m" => 60, "h" => 3600, _ => null,
        };
        return number * unit;
    }

    /// <summary>Unit of the numbers of some values, for an axis: seconds where all are times (0 may stand alone), else nothing.</summary>
    /// <param name="values">The values.</param>
    public static string Unit(IReadOnlyCollection<string> values)
        => values.Any(IsTime) && values.All(static v => IsTime(v) || (Suffix(v).Length == 0 && Number(v) == 0)) ? "s" : "";

    private static bool IsTime(string value) => Suffix(value) is "us" or "ms" or "s" or "m" or "h" && Number(value) is not null;

    private static string Suffix(string text) => text[text.TrimEnd('%', 'u', 'm', 's', 'h', 'p').Length..];
}
