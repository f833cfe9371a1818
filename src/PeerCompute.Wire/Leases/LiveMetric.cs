// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wire.Leases;

/// <summary>A figure that a running task tells: the newest value under a name.</summary>
/// <param name="Name">1 to <see cref="NameMost"/> of letters, digits and <c>_ . : / -</c>.</param>
/// <param name="Value">As the program wrote it: a decimal number of at most <see cref="ValueMost"/> characters, or nan, inf, -inf.</param>
/// <param name="Step">What it belongs to, by the program's count; 0 where it did not say.</param>
public sealed record LiveMetric(string Name, string Value, ulong Step)
{
    /// <summary>Most characters of a name.</summary>
    public const int NameMost = 64;

    /// <summary>Most characters of a value: a double needs 24.</summary>
    public const int ValueMost = 32;

    /// <summary>Largest step: what JSON readers hold exactly.</summary>
    public const ulong StepMost = 1UL << 53;

    /// <summary>Whether a text may be a name.</summary>
    public static bool IsName(ReadOnlySpan<char> text)
    {
        if (text.Length is 0 or > NameMost) return false;
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && !"_.:/-".Contains(c)) return false;
        }

        return true;
    }

    /// <summary>Whether a text is a value: <c>-?D+(.D+)?([eE][+-]?D+)?</c>, <c>nan</c>, <c>inf</c> or <c>-inf</c>.</summary>
    public static bool IsValue(ReadOnlySpan<char> text)
    {
        if (text.Length is 0 or > ValueMost) return false;
        if (text is "nan" or "inf" or "-inf") return true;
        var left = text[0] == '-' ? text[1..] : text;
        if (!SkipDigits(ref left)) return false;
        if (left is ['.', ..])
        {
            left = left[1..];
            if (!SkipDigits(ref left)) return false;
        }

        if (left is not ['e' or 'E', ..]) return left.IsEmpty;
        left = left is [_, '+' or '-', ..] ? left[2..] : left[1..];
        return SkipDigits(ref left) && left.IsEmpty;
    }

    private static bool SkipDigits(ref ReadOnlySpan<char> text)
    {
        var digits = 0;
        while (digits < text.Length && char.IsAsciiDigit(text[digits])) digits++;
        text = text[digits..];
        return digits > 0;
    }
}
