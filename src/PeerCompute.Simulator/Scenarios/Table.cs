// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace PeerCompute.Simulator.Scenarios;

/// <summary>Reads a trace: lines of numbers with commas between them, under a line of names.</summary>
internal static class Table
{
    private const int LinesMost = 2_000_000;

    /// <summary>Reads it.</summary>
    /// <param name="file">The file.</param>
    /// <param name="names">What its first line names, in order.</param>
    /// <returns>Each line's number and values in millionths: seconds become microseconds.</returns>
    /// <exception cref="Base.Errors.PeerComputeException">It is no such table; names the line.</exception>
    public static IEnumerable<(int Line, long[] Values)> Read(DataFile file, params string[] names)
    {
        var lines = 0;
        foreach (var (line, text) in file.Lines())
        {
            var words = text.Split(',', StringSplitOptions.TrimEntries);
            if (lines++ == 0)
            {
                if (!words.AsSpan().SequenceEqual(names)) throw file.Bad(line, $"the first line is '{string.Join(',', names)}'");
                continue;
            }

            if (lines > LinesMost) throw file.Bad(line, $"more than {LinesMost} lines");
            yield return (line, Values(file, line, words, names.Length));
        }

        if (lines == 0) throw file.Bad(1, $"the first line is '{string.Join(',', names)}'");
    }

    private static long[] Values(DataFile file, int line, string[] words, int length)
    {
        var values = new long[words.Length];
        for (var i = 0; i < words.Length; i++)
        {
            var read = decimal.TryParse(words[i], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && value <= 1_000_000_000;
            values[i] = read ? (long)(value * 1_000_000) : -1;
        }

        var good = words.Length == length && Array.TrueForAll(values, static v => v >= 0);
        return good ? values : throw file.Bad(line, $"expected {length} numbers of at least 0");
    }
}
