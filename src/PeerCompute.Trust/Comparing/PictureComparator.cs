// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Numerics;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Trust.Comparing;

/// <summary>Compares pictures, PNG or raw PGM and PPM, by the ratio of peak signal to noise or by structural similarity.</summary>
internal static class PictureComparator
{
    private const int Window = 8, Stride = 4, Millionths = 1_000_000, SamplesBetween = 1 << 18, WindowsBetween = 1 << 12;

    /// <summary>Empty when they are alike; else why they are not.</summary>
    public static string Difference(Comparator comparator, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, Action? checkpoint)
    {
        if (Picture.Read(first, checkpoint) is not { } a || Picture.Read(second, checkpoint) is not { } b)
            return "other bytes, and not both are pictures that can be compared";
        if (a.Width != b.Width || a.Height != b.Height || a.Channels != b.Channels || a.Peak != b.Peak) return $"{Shape(a)}, or {Shape(b)}";
        if (!a.Looks.AsSpan().SequenceEqual(b.Looks)) return "gamma, colour space or something else that changes the look differs";
        return comparator.By == Comparator.Psnr ? Noise(comparator.Least, a, b, checkpoint) : Structure(comparator.Least, a, b, checkpoint);
    }

    /// <summary>Ratio and similarity of two that differ; empty where they do not, or cannot be compared.</summary>
    public static string Distance(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        if (Picture.Read(first) is not { } a || Picture.Read(second) is not { } b) return "";
        if (a.Width != b.Width || a.Height != b.Height || a.Channels != b.Channels || a.Peak != b.Peak) return "";
        var (signal, noise) = Powers(a, b, null);
        if (noise.IsZero) return "";
        var (decibel, (sum, windows)) = (Tenths(signal, noise), Similarity(a, b, null));
        return string.Create(CultureInfo.InvariantCulture, $"PSNR {decibel / 10}.{decibel % 10} dB, SSIM {Math.Max(0, sum / windows) / 1e6m:F6}");
    }

    /// <summary>
    /// 10 log10(peak² / mean squared error) ≥ tenths / 10, over all samples: with whole numbers, (peak² n)^100 ≥ 10^tenths (squared errors)^100.
    /// </summary>
    private static string Noise(uint tenths, Picture a, Picture b, Action? checkpoint)
    {
        var (signal, noise) = Powers(a, b, checkpoint);
        if (noise.IsZero || signal >= BigInteger.Pow(10, (int)tenths) * noise) return "";
        var found = Tenths(signal, noise);
        return string.Create(CultureInfo.InvariantCulture, $"PSNR {found / 10}.{found % 10} dB, at least {tenths / 10}.{tenths % 10} is asked");
    }

    /// <summary>(peak² n)^100 and (squared errors)^100.</summary>
    private static (BigInteger Signal, BigInteger Noise) Powers(Picture a, Picture b, Action? checkpoint)
    {
        ulong errors = 0;
        var samples = a.Height * a.RowLength;
        for (var i = 0; i < samples; i++)
        {
            if (i % SamplesBetween == 0) checkpoint?.Invoke();
            long off = a[i] - b[i];
            errors += (ulong)(off * off);
        }

        return (BigInteger.Pow((ulong)a.Peak * (ulong)a.Peak * (BigInteger)samples, 100), BigInteger.Pow(errors, 100));
    }

    /// <summary>Tenths of a decibel, rounded down; 0 where there is more noise than signal.</summary>
    private static int Tenths(BigInteger signal, BigInteger noise)
    {
        var found = 0;
        while (signal >= BigInteger.Pow(10, found + 1) * noise) found++;
        return found;
    }

    /// <summary>
    /// Wang, Bovik, Sheikh and Simoncelli's index (2004) with K1 = 0.01, K2 = 0.03 and L = peak, each channel by itself, over windows of 8 × 8 samples at every
    /// fourth place and at the last one, all samples of a window alike in weight; a window that a side is too short for is as long as the side. The mean of
    /// all windows counts, each rounded down to millionths.
    /// </summary>
    private static string Structure(uint least, Picture a, Picture b, Action? checkpoint)
    {
        var (sum, windows) = Similarity(a, b, checkpoint);
        if (sum >= (long)least * windows) return "";
        return string.Create(CultureInfo.InvariantCulture, $"SSIM {Math.Max(0, sum / windows) / 1e6m:F6}, at least {least / 1e6m:F6} is asked");
    }

    private static (long Sum, long Windows) Similarity(Picture a, Picture b, Action? checkpoint)
    {
        long sum = 0, windows = 0;
        var (width, height) = (Math.Min(Window, a.Width), Math.Min(Window, a.Height));
        for (var channel = 0; channel < a.Channels; channel++)
        {
            for (var y = 0; y < a.Height; y = Next(y, height, a.Height))
            {
                for (var x = 0; x < a.Width; x = Next(x, width, a.Width), windows++)
                {
                    if (windows % WindowsBetween == 0) checkpoint?.Invoke();
                    sum += Index(a, b, (y * a.RowLength) + (x * a.Channels) + channel, width, height);
                }
            }
        }

        return (sum, windows);
    }

    /// <summary>Where the next window of a side begins: the last one ends with the side; at the end of the side where there is none.</summary>
    private static int Next(int at, int window, int side) => at + window == side ? side : Math.Min(at + Stride, side - window);

    /// <summary>The index of one window in millionths, rounded down; sums are of up to 64 samples of 16 bits, products of them below 2^118.</summary>
    private static long Index(Picture a, Picture b, int at, int width, int height)
    {
        long n = width * height, sx = 0, sy = 0, sxx = 0, syy = 0, sxy = 0;
        for (var row = 0; row < height; row++)
        {
            for (var i = 0; i < width; i++)
            {
                var place = at + (row * a.RowLength) + (i * a.Channels);
                long x = a[place], y = b[place];
                (sx, sy, sxx, syy, sxy) = (sx + x, sy + y, sxx + (x * x), syy + (y * y), sxy + (x * y));
            }
        }

        // Means and variances times n², and the constants with them, times 10 000 so that they are whole.
        Int128 square = (Int128)a.Peak * a.Peak * n * n;
        var (c1, c2) = (square, square * 9);
        var above = ((2 * (Int128)sx * sy * 10_000) + c1) * ((2 * ((n * (Int128)sxy) - ((Int128)sx * sy)) * 10_000) + c2);
        var (mean, spread) = (((Int128)sx * sx) + ((Int128)sy * sy), (n * ((Int128)sxx + syy)) - ((Int128)sx * sx) - ((Int128)sy * sy));
        var below = ((mean * 10_000) + c1) * ((spread * 10_000) + c2);
        var scaled = (BigInteger)above * Millionths;
        return (long)(BigInteger.Remainder(scaled, below).Sign < 0 ? (scaled / below) - 1 : scaled / below);
    }

    private static string Shape(Picture picture) => $"{picture.Width} × {picture.Height} with {picture.Channels} channels up to {picture.Peak}";
}
