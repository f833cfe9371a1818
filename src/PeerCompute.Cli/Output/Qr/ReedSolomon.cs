// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Cli.Output.Qr;

/// <summary>
/// Reed–Solomon correction over GF(256) modulo x^8 + x^4 + x^3 + x^2 + 1, generator roots 2^0, 2^1, … (ISO/IEC 18004, clause 7.5 and annex A).
/// </summary>
internal static class ReedSolomon
{
    private const int Modulus = 0x11D;

    /// <summary>The remainder of data · x^count by the generator.</summary>
    /// <param name="data">Codewords, the highest power first.</param>
    /// <param name="count">Correction codewords.</param>
    public static byte[] Correction(ReadOnlySpan<byte> data, int count)
    {
        var generator = Generator(count);
        var rest = new byte[count];
        foreach (var word in data)
        {
            var factor = word ^ rest[0];
            rest.AsSpan(1).CopyTo(rest);
            rest[^1] = 0;
            for (var i = 0; i < count; i++) rest[i] ^= Multiply(generator[i], factor);
        }

        return rest;
    }

    /// <summary>(x − 2^0)(x − 2^1)… without its leading 1, the highest power first.</summary>
    private static byte[] Generator(int count)
    {
        var polynomial = new byte[count];
        polynomial[^1] = 1;
        var root = 1;
        for (var i = 0; i < count; i++)
        {
            for (var j = 0; j < count; j++)
            {
                polynomial[j] = Multiply(polynomial[j], root);
                if (j + 1 < count) polynomial[j] ^= polynomial[j + 1];
            }

            root = Multiply((byte)root, 2);
        }

        return polynomial;
    }

    private static byte Multiply(byte a, int b)
    {
        var product = 0;
        for (var bit = 7; bit >= 0; bit--)
        {
            product = (product << 1) ^ ((product >> 7) * Modulus);
            product ^= ((b >> bit) & 1) * a;
        }

        return (byte)product;
    }
}
