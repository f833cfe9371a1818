// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Cli.Output.Qr;

/// <summary>The square of a QR code: its fixed patterns, the way the bits take, and the masks (ISO/IEC 18004, clauses 6.3, 7.7 to 7.10).</summary>
internal sealed class QrMatrix
{
    private const int LevelL = 1;
    private const int FormatGenerator = 0x537;
    private const int FormatMask = 0x5412;
    private const int VersionGenerator = 0x1F25;

    private readonly int _version;
    private readonly int _size;
    private readonly bool[,] _dark;
    private readonly bool[,] _fixed;

    /// <summary>The fixed patterns of a version.</summary>
    /// <param name="version">1 to 40.</param>
    public QrMatrix(int version)
    {
        (_version, _size) = (version, 17 + (4 * version));
        (_dark, _fixed) = (new bool[_size, _size], new bool[_size, _size]);
        for (var i = 0; i < _size; i++)
        {
            Fix(6, i, i % 2 == 0);
            Fix(i, 6, i % 2 == 0);
        }

        foreach (var (row, column) in ((int, int)[])[(3, 3), (3, _size - 4), (_size - 4, 3)]) Rings(row, column, 4);
        var centres = Alignments();
        foreach (var row in centres)
        {
            foreach (var column in centres)
            {
                if (!NearFinder(row, column)) Rings(row, column, 2);
            }
        }

        Format(0, _dark);
        Versions();
        foreach (var module in _fixed) Free += module ? 0 : 1;
    }

    /// <summary>Modules that codewords may take.</summary>
    public int Free { get; }

    /// <summary>Lays codewords down: two columns at a time from the right, upwards and downwards in turn (clause 7.7.3).</summary>
    /// <param name="codewords">At most <see cref="Free"/> / 8.</param>
    public void Fill(ReadOnlySpan<byte> codewords)
    {
        var bit = 0;
        var up = true;
        for (var right = _size - 1; right > 0; right -= 2, up = !up)
        {
            if (right == 6) right--; // the column of the timing pattern
            for (var step = 0; step < _size; step++)
            {
                var row = up ? _size - 1 - step : step;
                for (var column = right; column >= right - 1; column--)
                {
                    if (_fixed[row, column] || bit >= codewords.Length * 8) continue;
                    _dark[row, column] = ((codewords[bit / 8] >> (7 - (bit % 8))) & 1) == 1;
                    bit++;
                }
            }
        }
    }

    /// <summary>The picture under the mask that reads best.</summary>
    public bool[,] Masked()
    {
        bool[,]? best = null;
        var least = int.MaxValue;
        for (var mask = 0; mask < 8; mask++)
        {
            var picture = (bool[,])_dark.Clone();
            for (var row = 0; row < _size; row++)
            {
                for (var column = 0; column < _size; column++) picture[row, column] ^= !_fixed[row, column] && Flips(mask, row, column);
            }

            Format(mask, picture);
            var penalty = QrPenalty.Of(picture);
            if (penalty >= least) continue;
            (best, least) = (picture, penalty);
        }

        return best!;
    }

    private static bool Flips(int mask, int i, int j) => mask switch
    {
        0 => (i + j) % 2 == 0,
        1 => i % 2 == 0,
        2 => j % 3 == 0,
        3 => (i + j) % 3 == 0,
        4 => ((i / 2) + (j / 3)) % 2 == 0,
        5 => (i * j % 2) + (i * j % 3) == 0,
        6 => ((i * j % 2) + (i * j % 3)) % 2 == 0,
        _ => (((i + j) % 2) + (i * j % 3)) % 2 == 0,
    };

    /// <summary>Concentric squares around a centre: a finder with its light border for radius 4, an alignment pattern for radius 2.</summary>
    private void Rings(int row, int column, int radius)
    {
        for (var i = -radius; i <= radius; i++)
        {
            for (var j = -radius; j <= radius; j++)
            {
                var ring = Math.Max(Math.Abs(i), Math.Abs(j));
                var (at, to) = (row + i, column + j);
                if (at < 0 || to < 0 || at >= _size || to >= _size) continue;
                Fix(at, to, radius == 4 ? ring is not (2 or 4) : ring != 1);
            }
        }
    }

    private bool NearFinder(int row, int column) => (row == 6 && column == 6) || (row == 6 && column == _size - 7) || (row == _size - 7 && column == 6);

    /// <summary>Rows and columns of alignment patterns (annex E): from 6 to the other edge, evenly but for the first step, by even steps.</summary>
    private int[] Alignments()
    {
        if (_version == 1) return [];
        var count = (_version / 7) + 2;
        var step = (((_version * 4) + (count * 2) + 1) / ((count * 2) - 2)) * 2;
        return [6, .. Enumerable.Range(0, count - 1).Select(i => _size - 7 - ((count - 2 - i) * step))];
    }

    /// <summary>Level and mask with their 10 correction bits, twice, and the dark module (clause 7.9).</summary>
    private void Format(int mask, bool[,] picture)
    {
        var data = (LevelL << 3) | mask;
        var bits = ((data << 10) | Remainder(data, FormatGenerator, 10)) ^ FormatMask;
        for (var i = 0; i < 15; i++)
        {
            var dark = ((bits >> i) & 1) == 1;
            var (row, column) = i < 6 ? (i, 8) : i < 8 ? (i + 1, 8) : (8, i == 8 ? 7 : 14 - i);
            var (otherRow, otherColumn) = i < 8 ? (8, _size - 1 - i) : (_size - 15 + i, 8);
            picture[row, column] = picture[otherRow, otherColumn] = dark;
            _fixed[row, column] = _fixed[otherRow, otherColumn] = true;
        }

        picture[_size - 8, 8] = _fixed[_size - 8, 8] = true;
    }

    /// <summary>The version with its 12 correction bits, twice, from version 7 (clause 7.10).</summary>
    private void Versions()
    {
        if (_version < 7) return;
        var bits = (_version << 12) | Remainder(_version, VersionGenerator, 12);
        for (var i = 0; i < 18; i++)
        {
            var dark = ((bits >> i) & 1) == 1;
            Fix(_size - 11 + (i % 3), i / 3, dark);
            Fix(i / 3, _size - 11 + (i % 3), dark);
        }
    }

    /// <summary>The remainder of data · x^degree by a binary polynomial.</summary>
    private static int Remainder(int data, int generator, int degree)
    {
        for (var i = 0; i < degree; i++) data = (data << 1) ^ (((data >> (degree - 1)) & 1) * generator);
        return data & ((1 << degree) - 1);
    }

    private void Fix(int row, int column, bool dark) => (_dark[row, column], _fixed[row, column]) = (dark, true);
}
