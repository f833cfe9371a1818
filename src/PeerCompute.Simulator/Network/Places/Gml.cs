// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using PeerCompute.Simulator.Scenarios;

namespace PeerCompute.Simulator.Network.Places;

/// <summary>A block of a GML file (Himsolt, GML: A portable Graph File Format, 1997): names with values, of which some are blocks.</summary>
internal sealed class Gml
{
    private const int DepthMost = 8;
    private const int ItemsMost = 5_000_000;

    private readonly List<(string Name, string? Text, Gml? Block)> _items = [];
    private readonly DataFile _file;

    private Gml(DataFile file, int line) => (_file, Line) = (file, line);

    /// <summary>Where it begins.</summary>
    public int Line { get; }

    /// <summary>Reads a file.</summary>
    /// <exception cref="Base.Errors.PeerComputeException">It breaks the format; names the line.</exception>
    public static Gml Read(DataFile file)
    {
        var open = new Stack<Gml>([new Gml(file, 1)]);
        var name = "";
        var items = 0;
        foreach (var (line, text) in file.Lines())
        {
            foreach (var token in Tokens(file, line, text))
            {
                if (++items > ItemsMost) throw file.Bad(line, $"more than {ItemsMost} words");
                if (token == "]")
                {
                    if (open.Count == 1 || name.Length > 0) throw file.Bad(line, "a ] that closes nothing");
                    open.Pop();
                }
                else if (name.Length == 0)
                {
                    name = token;
                }
                else if (token == "[")
                {
                    if (open.Count == DepthMost) throw file.Bad(line, $"blocks more than {DepthMost} deep");
                    var block = new Gml(file, line);
                    open.Peek()._items.Add((name, null, block));
                    open.Push(block);
                    name = "";
                }
                else
                {
                    open.Peek()._items.Add((name, token.Trim('"'), null));
                    name = "";
                }
            }
        }

        return open.Count == 1 && name.Length == 0 ? open.Pop() : throw file.Bad(1, "ends within a block");
    }

    /// <summary>The first block of a name.</summary>
    public Gml? Block(string name) => Blocks(name).FirstOrDefault();

    /// <summary>The blocks of a name.</summary>
    public IEnumerable<Gml> Blocks(string name) => _items.Where(item => item.Name == name && item.Block is not null).Select(static item => item.Block!);

    /// <summary>A value as it stands there; null where there is none.</summary>
    public string? Text(string name) => _items.FirstOrDefault(item => item.Name == name).Text;

    /// <summary>A whole number.</summary>
    public long Whole(string name)
        => long.TryParse(Text(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw Bad(name, "a whole number");

    /// <summary>A time with its unit, microseconds.</summary>
    public long Time(string name) => Measure(name, "a time such as \"50 ms\"", static unit => unit switch
    {
        "us" or "microsecond" or "microseconds" => 1,
        "ms" or "millisecond" or "milliseconds" => 1000,
        "s" or "sec" or "second" or "seconds" => 1_000_000,
        _ => 0,
    });

    /// <summary>A rate with its unit, bits per second.</summary>
    public long Rate(string name) => Measure(name, "a rate such as \"100 Mbit\"", static unit => unit switch
    {
        "bit" => 1,
        "kbit" or "Kbit" => 1000,
        "Kibit" => 1024,
        "Mbit" => 1_000_000,
        "Mibit" => 1 << 20,
        "Gbit" => 1_000_000_000,
        "Gibit" => 1 << 30,
        _ => 0,
    });

    private long Measure(string name, string expected, Func<string, long> unit)
    {
        var words = (Text(name) ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var good = words.Length == 2 && decimal.TryParse(words[0], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _) && unit(words[1]) > 0;
        var value = good ? decimal.Parse(words[0], CultureInfo.InvariantCulture) : 0;
        return good && value <= 1_000_000 ? (long)(value * unit(words[1])) : throw Bad(name, expected);
    }

    private Base.Errors.PeerComputeException Bad(string name, string expected) => _file.Bad(Line, $"'{name}' is '{Text(name)}', expected {expected}");

    private static IEnumerable<string> Tokens(DataFile file, int line, string text)
    {
        for (var at = 0; at < text.Length;)
        {
            if (char.IsWhiteSpace(text[at]))
            {
                at++;
                continue;
            }

            var end = at + 1;
            if (text[at] == '"')
            {
                end = text.IndexOf('"', at + 1) + 1;
                if (end == 0) throw file.Bad(line, "a text without its end");
            }
            else if (text[at] is not ('[' or ']'))
            {
                while (end < text.Length && !char.IsWhiteSpace(text[end]) && text[end] is not ('[' or ']' or '"')) end++;
            }

            yield return text[at..end];
            at = end;
        }
    }
}
