// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Checks;
using PeerCompute.Trust.Forms;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Trust.Comparing;

/// <summary>
/// The ways to compare two outputs. All arithmetic is of whole numbers, so every machine finds the same. Outputs are strangers' bytes: any bytes are
/// taken, and memory and time are within what the pages of each way name.
/// </summary>
public static class Comparators
{
    /// <summary>What differs by more than a comparator allows.</summary>
    /// <param name="comparator">The way.</param>
    /// <param name="a">One output.</param>
    /// <param name="b">The other.</param>
    /// <param name="checkpoint">Called every few milliseconds; what it throws ends the work.</param>
    /// <returns>Empty when they are alike; else the difference, for people.</returns>
    public static string Difference(Comparator comparator, ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, Action? checkpoint = null)
    {
        if (a.SequenceEqual(b)) return "";
        return comparator.By switch
        {
            Comparator.Numbers => NumberComparator.Difference(comparator, a, b, checkpoint),
            Comparator.Psnr or Comparator.Ssim => PictureComparator.Difference(comparator, a, b, checkpoint),
            Comparator.Text or Comparator.Lines => DifferenceOfForms(CanonicalForms.Apply(comparator.By, a), CanonicalForms.Apply(comparator.By, b)),
            _ => throw Invariant.Unreachable("a spec names known ways only"),
        };
    }

    /// <summary>Where two outputs differ byte for byte.</summary>
    /// <param name="a">One output.</param>
    /// <param name="b">The other.</param>
    /// <returns>Empty when they are equal; else the difference, for people.</returns>
    public static string DifferenceOfBytes(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        if (a.SequenceEqual(b)) return "";
        var at = a.CommonPrefixLength(b);
        return at == Math.Min(a.Length, b.Length) ? $"{a.Length} bytes, or {b.Length}" : $"other bytes from byte {at} on";
    }

    /// <summary>How far two pictures are apart.</summary>
    /// <param name="a">One file.</param>
    /// <param name="b">The other.</param>
    /// <returns>For people; empty where they are the same, or no two pictures of one shape.</returns>
    public static string DistanceOfPictures(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b) => PictureComparator.Distance(a, b);

    /// <summary>Goes through two texts word by word, as numbers are compared.</summary>
    /// <param name="a">One text.</param>
    /// <param name="b">The other.</param>
    /// <param name="visit">Called for each pair, as long as one text has words.</param>
    public static void EachPair(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, WordPair visit) => NumberComparator.EachPair(a, b, visit);

    private static string DifferenceOfForms(byte[]? a, byte[]? b)
        => a is null || b is null ? "other bytes, and one has too many lines to be compared" : DifferenceOfBytes(a, b);
}
