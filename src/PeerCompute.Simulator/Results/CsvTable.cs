// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using PeerCompute.Base.Errors;
using PeerCompute.Simulator.Files;

namespace PeerCompute.Simulator.Results;

/// <summary>A file of comma-separated values under a line of names (RFC 4180), as runs and sweeps leave them.</summary>
public sealed class CsvTable
{
    /// <summary>Largest file that is read, bytes.</summary>
    public const long BytesMost = 256 << 20;

    private const int ColumnsMost = 1000;

    private readonly string _path;

    private CsvTable(string path, IReadOnlyList<string[]> lines) => (_path, Names, Rows) = (path, lines[0], [.. lines.Skip(1)]);

    /// <summary>Names of the columns.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The lines below them, each with as many cells.</summary>
    public IReadOnlyList<string[]> Rows { get; }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="PeerComputeException">It is not there, too large, or no such table; names file and line.</exception>
    public static CsvTable Read(string path)
    {
        var bytes = InputFile.Read(path, BytesMost, $"{path} does not exist: the folder is not one of sim run, or not complete.");
        return Parse(path, Encoding.UTF8.GetString(bytes).TrimStart('\uFEFF'));
    }

    /// <summary>Reads a text.</summary>
    /// <param name="path">Name for complaints.</param>
    /// <param name="text">The text.</param>
    /// <exception cref="PeerComputeException">It is no such table; names the line.</exception>
    public static CsvTable Parse(string path, string text)
    {
        var lines = new List<string[]>();
        var cells = new List<string>();
        for (var at = 0; at < text.Length;)
        {
            cells.Add(Cell(text, ref at));
            if (cells.Count > ColumnsMost) throw Bad(path, lines.Count + 1, $"has more than {ColumnsMost} columns");
            if (at < text.Length && text[at] == ',')
            {
                if (++at == text.Length) cells.Add("");
                else continue;
            }
            else if (at < text.Length && text[at] is not ('\r' or '\n'))
            {
                throw Bad(path, lines.Count + 1, "has text behind a quoted value");
            }

            if (at < text.Length && text[at] == '\r') at++;
            if (at < text.Length && text[at] == '\n') at++;
            if (lines.Count > 0 && cells.Count != lines[0].Length) throw Bad(path, lines.Count + 1, $"has {cells.Count} values, expected {lines[0].Length}");
            lines.Add([.. cells]);
            cells.Clear();
        }

        return lines.Count > 0 ? new CsvTable(path, lines) : throw Bad(path, 1, "is empty: the first line names the columns");
    }

    /// <summary>A value as it stands in a line: quoted where it has to be.</summary>
    public static string Quoted(string value)
        => value.AsSpan().IndexOfAny(",\"\r\n") < 0 ? value : "\"" + value.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";

    /// <summary>Where a column stands.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="PeerComputeException">There is none.</exception>
    public int Column(string name) => Names.ToList().IndexOf(name) is var at and >= 0 ? at : throw Bad(_path, 1, $"has no column '{name}'");

    /// <summary>A column of numbers.</summary>
    /// <param name="column">Where it stands.</param>
    /// <returns>Its values; null where one is no number.</returns>
    public double[]? Numbers(int column)
    {
        var numbers = new double[Rows.Count];
        for (var i = 0; i < numbers.Length; i++)
        {
            if (!double.TryParse(Rows[i][column], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i])) return null;
        }

        return numbers;
    }

    private static string Cell(string text, ref int at)
    {
        if (text[at] != '"')
        {
            var end = text.AsSpan(at).IndexOfAny(',', '\r', '\n');
            var plain = end < 0 ? text[at..] : text.Substring(at, end);
            at += plain.Length;
            return plain;
        }

        var cell = new StringBuilder();
        for (at++; at < text.Length; at++)
        {
            if (text[at] != '"') cell.Append(text[at]);
            else if (at + 1 < text.Length && text[at + 1] == '"') cell.Append(text[at++]);
            else break;
        }

        at = Math.Min(at + 1, text.Length);
        return cell.ToString();
    }

    private static PeerComputeException Bad(string path, int line, string text) => new(ErrorCode.BadInput, $"{path}:{line}: {text}.");
}
