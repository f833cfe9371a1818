// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Cli.Output.Qr;

/// <summary>How hard a masked QR code is to read (ISO/IEC 18004, clause 7.8.3): long runs, blocks, shapes like a finder, uneven shares.</summary>
internal static class QrPenalty
{
    private const int FinderLike = 0b1011101;

    /// <summary>The sum of the four penalties; the mask with the least is taken.</summary>
    /// <param name="picture">Modules, [row, column].</param>
    public static int Of(bool[,] picture)
    {
        var size = picture.GetLength(0);
        var (sum, dark) = (0, 0);
        for (var i = 0; i < size; i++)
        {
            sum += Line(size, j => picture[i, j]) + Line(size, j => picture[j, i]);
            for (var j = 0; j < size; j++)
            {
                dark += picture[i, j] ? 1 : 0;
                if (i == 0 || j == 0) continue;
                var module = picture[i, j];
                if (module == picture[i - 1, j] && module == picture[i, j - 1] && module == picture[i - 1, j - 1]) sum += 3;
            }
        }

        return sum + (Math.Abs((dark * 20) - (size * size * 10)) / (size * size) * 10);
    }

    /// <summary>Runs of five and more, and 1:1:3:1:1 with four light modules at one side, in one row or column.</summary>
    private static int Line(int size, Func<int, bool> at)
    {
        var (sum, run, window) = (0, 0, 0);
        for (var i = 0; i < size; i++)
        {
            run = i > 0 && at(i) == at(i - 1) ? run + 1 : 1;
            if (run == 5) sum += 3;
            else if (run > 5) sum++;
            window = ((window << 1) | (at(i) ? 1 : 0)) & 0x7FF;
            if (i >= 10 && window is (FinderLike << 4) or FinderLike) sum += 40;
        }

        return sum;
    }
}
