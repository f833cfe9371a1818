// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using PeerCompute.Base.Errors;

namespace PeerCompute.Cli.Demo.Sales;

/// <summary>The answer of the demo's second job: the parts of all tasks as one table, sorted by the bytes of region and category.</summary>
internal sealed class SalesTable
{
    private const string Heading = "region,category,rows,quantity,cents,least,most";
    private readonly SortedDictionary<string, Totals> _groups = new(StringComparer.Ordinal);

    /// <summary>Pairs of region and category.</summary>
    public int Groups => _groups.Count;

    /// <summary>Rows of the input that were added up.</summary>
    public long Rows => _groups.Values.Sum(static group => group.Rows);

    /// <summary>Combines parts.</summary>
    /// <param name="parts">What the tasks wrote, one after the other: the gathered file of docs/samples/csv/job.yaml.</param>
    /// <returns>The table.</returns>
    /// <exception cref="PeerComputeException"><see cref="ErrorCode.BadInput"/>: a line is none of a part.</exception>
    public static SalesTable Combine(string parts)
    {
        var table = new SalesTable();
        foreach (var line in parts.Split('\n', StringSplitOptions.RemoveEmptyEntries)) table.Add(line);
        return table;
    }

    /// <summary>The table as CSV, with a heading.</summary>
    /// <returns>Its text; lines end with a line feed.</returns>
    public override string ToString()
    {
        var text = new StringBuilder(Heading).Append('\n');
        foreach (var (key, group) in _groups)
            text.Append(CultureInfo.InvariantCulture, $"{key},{group.Rows},{group.Quantity},{group.Cents},{group.Least},{group.Most}\n");
        return text.ToString();
    }

    private void Add(string line)
    {
        var cells = line.Split(',');
        var numbers = new long[5];
        if (cells.Length != 7 || !Enumerable.Range(0, 5).All(i => long.TryParse(cells[i + 2], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture,
            out numbers[i])))
            throw new PeerComputeException(ErrorCode.BadInput, $"'{line}' is no line of {Heading}.");
        var (key, more) = ($"{cells[0]},{cells[1]}", new Totals(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4]));
        _groups[key] = _groups.TryGetValue(key, out var group) ? group.Plus(more) : more;
    }

    private readonly record struct Totals(long Rows, long Quantity, long Cents, long Least, long Most)
    {
        public Totals Plus(Totals other) => checked(new Totals(
            Rows + other.Rows, Quantity + other.Quantity, Cents + other.Cents, Math.Min(Least, other.Least), Math.Max(Most, other.Most)));
    }
}
