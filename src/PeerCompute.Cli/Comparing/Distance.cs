// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using PeerCompute.Trust.Comparing;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Cli.Comparing;

/// <summary>How far two contents are apart, for people: a measure beside the judgement, never a part of it.</summary>
internal static class Distance
{
    /// <summary>The distance by a way to compare; empty where there is none to tell.</summary>
    /// <param name="comparator">The way; null for bytes.</param>
    /// <param name="a">One content.</param>
    /// <param name="b">The other.</param>
    public static string Of(Comparator? comparator, byte[] a, byte[] b) => comparator?.By switch
    {
        Comparator.Numbers => Numbers(a, b),
        Comparator.Psnr or Comparator.Ssim => Comparators.DistanceOfPictures(a, b),
        null => Bytes(a, b),
        _ => "",
    };

    private static string Bytes(byte[] a, byte[] b)
    {
        long others = Math.Abs(a.Length - b.Length);
        for (var i = 0; i < Math.Min(a.Length, b.Length); i++) others += a[i] == b[i] ? 0 : 1;
        return others == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{others} of {Math.Max(a.Length, b.Length)} bytes differ");
    }

    private static string Numbers(byte[] a, byte[] b)
    {
        var (count, apart, most, line, relative) = (0, 0, 0.0, 0, 0.0);
        Comparators.EachPair(a, b, (first, second, at) =>
        {
            if (!Number(first, out var x) || !Number(second, out var y)) return;
            count++;
            var by = Math.Abs(x - y);
            if (by == 0 || double.IsNaN(by)) return;
            apart++;
            relative = Math.Max(relative, by / Math.Max(Math.Abs(x), Math.Abs(y)));
            if (by > most) (most, line) = (by, at);
        });
        if (apart == 0) return "";
        FormattableString words = $"{apart} of {count} numbers differ, by {most:G3} at most (line {line}), relatively by {relative:G3}";
        return words.ToString(CultureInfo.InvariantCulture);
    }

    private static bool Number(ReadOnlySpan<byte> word, out double number) =>
        double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && char.IsAsciiDigit((char)word[^1]);
}
