// SPDX-License-Identifier: Apache-2.0
using System.Numerics;

namespace PeerCompute.Base.Numbers;

/// <summary>
/// A number as programs print it, digits × 10^exponent, without rounding: two machines that compare such numbers agree. Read from an optional sign, digits
/// with at most one point among them, and an optional exponent: <c>-12.5</c>, <c>.5</c>, <c>1e-9</c>. Neither <c>inf</c> nor <c>nan</c> is a number.
/// </summary>
public readonly struct ExactDecimal
{
    /// <summary>Longest text of a number, bytes: a stranger's digits cost no more.</summary>
    public const int TextMost = 64;

    /// <summary>Largest exponent, either way: what a number of 64 bits floating point can have, and more.</summary>
    public const int ExponentMost = 400;

    private readonly BigInteger _digits;
    private readonly int _exponent;

    private ExactDecimal(BigInteger digits, int exponent) => (_digits, _exponent) = (digits, exponent);

    /// <summary>Whether it is below zero.</summary>
    public bool IsNegative => _digits.Sign < 0;

    /// <summary>Reads a number.</summary>
    /// <param name="text">All of its text, in ASCII.</param>
    /// <param name="number">The number.</param>
    /// <returns>Whether the text is one, within the bounds.</returns>
    public static bool TryParse(ReadOnlySpan<byte> text, out ExactDecimal number)
    {
        number = default;
        if (text.IsEmpty || text.Length > TextMost) return false;
        var negative = text[0] == '-';
        if (text[0] is (byte)'-' or (byte)'+') text = text[1..];
        var digits = BigInteger.Zero;
        var (at, count, behind, point) = (0, 0, 0, false);
        for (; at < text.Length; at++)
        {
            if (char.IsAsciiDigit((char)text[at]))
            {
                digits = (digits * 10) + (text[at] - '0');
                count++;
                if (point) behind++;
            }
            else if (text[at] == '.' && !point)
            {
                point = true;
            }
            else
            {
                break;
            }
        }

        var exponent = 0;
        if (count == 0 || (at < text.Length && !TryExponent(text[at..], out exponent))) return false;
        number = new ExactDecimal(negative ? -digits : digits, exponent - behind);
        return true;
    }

    /// <summary>Whether two numbers are as near as <c>|a - b| ≤ absolute + relative × max(|a|, |b|)</c>.</summary>
    /// <param name="a">One.</param>
    /// <param name="b">The other.</param>
    /// <param name="absolute">At least 0.</param>
    /// <param name="relative">At least 0.</param>
    /// <returns>Whether they are.</returns>
    public static bool Near(ExactDecimal a, ExactDecimal b, ExactDecimal absolute, ExactDecimal relative)
    {
        var common = Math.Min(Math.Min(a._exponent, b._exponent), absolute._exponent);
        var (x, y) = (a.In(common), b.In(common));
        var larger = BigInteger.Max(BigInteger.Abs(x), BigInteger.Abs(y));
        var share = relative._digits * larger; // in units of 10^(common + relative's exponent)
        var off = BigInteger.Abs(x - y) - absolute.In(common);
        return relative._exponent < 0
            ? off * BigInteger.Pow(10, -relative._exponent) <= share
            : off <= share * BigInteger.Pow(10, relative._exponent);
    }

    private static bool TryExponent(ReadOnlySpan<byte> text, out int exponent)
    {
        exponent = 0;
        if (text[0] is not ((byte)'e' or (byte)'E')) return false;
        text = text[1..];
        var negative = !text.IsEmpty && text[0] == '-';
        if (!text.IsEmpty && text[0] is (byte)'-' or (byte)'+') text = text[1..];
        if (text.IsEmpty) return false;
        foreach (var digit in text)
        {
            if (!char.IsAsciiDigit((char)digit)) return false;
            exponent = (exponent * 10) + (digit - '0');
            if (exponent > ExponentMost) return false;
        }

        if (negative) exponent = -exponent;
        return true;
    }

    private BigInteger In(int exponent) => _digits * BigInteger.Pow(10, _exponent - exponent);
}
