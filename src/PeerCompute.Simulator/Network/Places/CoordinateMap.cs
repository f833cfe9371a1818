// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using PeerCompute.Simulator.Scenarios;

namespace PeerCompute.Simulator.Network.Places;

/// <summary>
/// Vivaldi coordinates (Dabek et al., Vivaldi: A Decentralized Network Coordinate System, 2004): lines "x y height" in milliseconds of round trip, one a point.
/// The round trip of two points is their distance in the plane and both heights; 12 bytes a point, whatever their number.
/// </summary>
internal sealed class CoordinateMap : PlaceMap
{
    private const int PointsMost = 500_000;
    private const double Far = 60_000;

    private readonly (float X, float Y, float Height)[] _points;

    private CoordinateMap((float, float, float)[] points) => _points = points;

    /// <inheritdoc/>
    public override int Count => _points.Length;

    /// <inheritdoc/>
    public override long Micros(int from, int to)
    {
        var (a, b) = (_points[from], _points[to]);
        double x = a.X - b.X, y = a.Y - b.Y;
        var plane = from == to ? 0 : Math.Sqrt((x * x) + (y * y)); // exact to the last bit by IEEE 754
        return Math.Max(1, (long)((plane + a.Height + b.Height) * 500));
    }

    /// <summary>Reads a file.</summary>
    /// <exception cref="Base.Errors.PeerComputeException">It holds something else; names the line.</exception>
    public static CoordinateMap Read(DataFile file)
    {
        List<(float, float, float)> points = [];
        foreach (var (line, text) in file.Lines())
        {
            var words = text.Split([' ', '\t', ','], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length != 3 || !Number(words[0], out var x) || !Number(words[1], out var y) || !Number(words[2], out var height) || height < 0)
                throw file.Bad(line, $"expected x, y and a height of at least 0, milliseconds up to {Far}");
            if (points.Count == PointsMost) throw file.Bad(line, $"more than {PointsMost} points: sample them");
            points.Add(((float)x, (float)y, (float)height));
        }

        return points.Count > 0 ? new CoordinateMap([.. points]) : throw file.Bad(1, "holds no point");
    }

    private static bool Number(string word, out double number)
        => double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && Math.Abs(number) <= Far;
}
