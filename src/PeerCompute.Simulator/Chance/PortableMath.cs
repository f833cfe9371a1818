// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Simulator.Chance;

/// <summary>
/// Logarithm, exponential and power from additions, multiplications and divisions alone, which IEEE 754 defines to the last bit: the same on every machine,
/// as the C library's are not. Right to about 1e-14, relative.
/// </summary>
internal static class PortableMath
{
    private const double Ln2 = 0.693147180559945309417;
    private const double HalfRoot = 0.707106781186547524401;

    /// <summary>The natural logarithm.</summary>
    /// <param name="x">Above 0, finite and not subnormal.</param>
    public static double Ln(double x)
    {
        var bits = BitConverter.DoubleToInt64Bits(x);
        var exponent = (int)((bits >> 52) & 0x7FF) - 1022;
        var mantissa = BitConverter.Int64BitsToDouble((bits & 0xFFFFFFFFFFFFF) | (1022L << 52)); // from 1/2 to 1
        if (mantissa < HalfRoot)
        {
            mantissa *= 2;
            exponent--;
        }

        // ln m = 2 artanh((m - 1) / (m + 1)); the argument is below 0.172, so 12 terms are more than enough.
        var s = (mantissa - 1) / (mantissa + 1);
        var square = s * s;
        double sum = 0;
        for (var i = 25; i >= 1; i -= 2) sum = (sum * square) + (1.0 / i);
        return (2 * s * sum) + (exponent * Ln2);
    }

    /// <summary>The exponential.</summary>
    /// <param name="x">From -700 to 700.</param>
    public static double Exp(double x)
    {
        var whole = (long)((x / Ln2) + (x < 0 ? -0.5 : 0.5));
        var rest = x - (whole * Ln2);
        double sum = 1;
        for (var i = 18; i >= 1; i--) sum = 1 + (sum * rest / i);
        return sum * BitConverter.Int64BitsToDouble((whole + 1023) << 52);
    }

    /// <summary>A power.</summary>
    /// <param name="x">Above 0.</param>
    /// <param name="y">The exponent.</param>
    public static double Pow(double x, double y) => Exp(y * Ln(x));
}
