// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using PeerCompute.Simulator.Scenarios;

namespace PeerCompute.Simulator.Network.Places;

/// <summary>
/// Measured times between points: lines "i j microseconds", round trips between numbered points, each pair once or twice, as the King and Meridian data sets
/// have them. A pair that was not measured takes the median of all.
/// </summary>
internal sealed class TripleMap : PlaceMap
{
    private const int PointsMost = 5000;
    private const long RoundTripMost = 60_000_000;
    private const int Unit = 50; // half a round trip in tenths of a millisecond: a matrix of 2 bytes a pair

    private readonly ushort[] _halves;

    private TripleMap(int count, ushort[] halves) => (Count, _halves) = (count, halves);

    /// <inheritdoc/>
    public override int Count { get; }

    /// <inheritdoc/>
    public override long Micros(int from, int to) => Math.Max(1, _halves[(from * Count) + to] * (long)Unit);

    /// <summary>Reads a file.</summary>
    /// <exception cref="Base.Errors.PeerComputeException">It holds something else; names the line.</exception>
    public static TripleMap Read(DataFile file)
    {
        SortedDictionary<int, int> points = [];
        List<(int A, int B, ushort Half)> pairs = [];
        foreach (var (line, text) in file.Lines())
        {
            var words = text.Split([' ', '\t', ','], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length != 3 || !Whole(words[0], int.MaxValue, out var a) || !Whole(words[1], int.MaxValue, out var b)
                || !Whole(words[2], RoundTripMost, out var rtt))
                throw file.Bad(line, $"expected two numbers of points and a round trip of at most {RoundTripMost} microseconds");
            points.TryAdd((int)a, 0);
            points.TryAdd((int)b, 0);
            if (points.Count > PointsMost) throw file.Bad(line, $"more than {PointsMost} points: sample them");
            pairs.Add(((int)a, (int)b, (ushort)Math.Min(ushort.MaxValue, rtt / 2 / Unit)));
        }

        if (pairs.Count == 0) throw file.Bad(1, "holds no pair of points");
        var count = 0;
        foreach (var id in points.Keys.ToArray()) points[id] = count++;
        return new TripleMap(count, Matrix(count, points, pairs));
    }

    private static ushort[] Matrix(int count, SortedDictionary<int, int> points, List<(int A, int B, ushort Half)> pairs)
    {
        var sorted = pairs.Select(static pair => pair.Half).Order().ToArray();
        var matrix = new ushort[count * count];
        Array.Fill(matrix, sorted[sorted.Length / 2]);
        for (var i = 0; i < count; i++) matrix[(i * count) + i] = sorted[0];
        foreach (var (a, b, half) in pairs)
        {
            matrix[(points[a] * count) + points[b]] = half;
            matrix[(points[b] * count) + points[a]] = half;
        }

        return matrix;
    }

    private static bool Whole(string word, long most, out long number)
        => long.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number <= most;
}
