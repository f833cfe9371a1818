// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace PeerCompute.Client.Jobs;

/// <summary>Sizes, durations and amounts of fuel as people write them: a whole number and a unit, nothing else.</summary>
public static class Units
{
    private static readonly (string Unit, ulong Factor)[] Sizes =
    [
        ("KiB", 1UL << 10), ("MiB", 1UL << 20), ("GiB", 1UL << 30),
        ("KB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("B", 1),
    ];

    private static readonly (string Unit, ulong Factor)[] Durations =
    [
        ("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000),
    ];

    private static readonly (string Unit, ulong Factor)[] Amounts =
    [
        ("k", 1_000), ("M", 1_000_000), ("G", 1_000_000_000), ("T", 1_000_000_000_000), ("", 1),
    ];

    /// <summary>A size, for example <c>64MiB</c>; the unit is needed.</summary>
    /// <param name="text">The text.</param>
    /// <param name="bytes">Bytes.</param>
    /// <returns>Whether the text is one.</returns>
    public static bool TrySize(string text, out ulong bytes) => TryRead(text, Sizes, out bytes);

    /// <summary>A duration, for example <c>30s</c>; the unit is needed.</summary>
    /// <param name="text">The text.</param>
    /// <param name="ms">Milliseconds.</param>
    /// <returns>Whether the text is one.</returns>
    public static bool TryDuration(string text, out ulong ms) => TryRead(text, Durations, out ms);

    /// <summary>A number, for example <c>200M</c>, <c>5k</c> or <c>12</c>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="number">The number.</param>
    /// <returns>Whether the text is one.</returns>
    public static bool TryAmount(string text, out ulong number) => TryRead(text, Amounts, out number);

    /// <summary>A size in the largest unit that divides it.</summary>
    /// <param name="bytes">Bytes.</param>
    /// <returns>The text.</returns>
    public static string Size(ulong bytes) => Write(bytes, Sizes.AsSpan(0, 3), "B");

    /// <summary>A duration in the largest unit that divides it.</summary>
    /// <param name="ms">Milliseconds.</param>
    /// <returns>The text.</returns>
    public static string Duration(ulong ms) => Write(ms, Durations.AsSpan(1), "ms");

    /// <summary>A number with the largest suffix that divides it.</summary>
    /// <param name="number">The number.</param>
    /// <returns>The text.</returns>
    public static string Amount(ulong number) => Write(number, Amounts.AsSpan(0, 4), "");

    private static bool TryRead(string text, (string Unit, ulong Factor)[] units, out ulong value)
    {
        value = 0;
        var digits = 0;
        while (digits < text.Length && char.IsAsciiDigit(text[digits])) digits++;
        if (digits is 0 or > 19 || !ulong.TryParse(text.AsSpan(0, digits), NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return false;
        var suffix = text[digits..];
        var unit = Array.FindIndex(units, u => u.Unit == suffix);
        if (unit < 0) return false;
        var factor = units[unit].Factor;
        if (number > ulong.MaxValue / factor) return false;
        value = number * factor;
        return true;
    }

    private static string Write(ulong value, ReadOnlySpan<(string Unit, ulong Factor)> units, string one)
    {
        for (var i = units.Length - 1; i >= 0; i--)
        {
            var (unit, factor) = units[i];
            if (value >= factor && value % factor == 0) return string.Create(CultureInfo.InvariantCulture, $"{value / factor}{unit}");
        }

        return string.Create(CultureInfo.InvariantCulture, $"{value}{one}");
    }
}
