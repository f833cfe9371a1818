// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using PeerCompute.Base.Errors;
using YamlDotNet.RepresentationModel;

namespace PeerCompute.Simulator.Scenarios;

/// <summary>Reads one mapping of a scenario file; every complaint names file, line and the remedy.</summary>
internal sealed class YamlMap
{
    private readonly ScenarioSource _source;
    private readonly YamlMappingNode _node;
    private readonly HashSet<string> _read = [];

    public YamlMap(ScenarioSource source, YamlNode node, string what)
    {
        _source = source;
        _node = node as YamlMappingNode ?? throw Bad(node, $"{what} is a mapping of keys to values");
    }

    public static PeerComputeException Bad(string file, YamlNode at, string text) => Bad(file, at.Start.Line, text);

    public static PeerComputeException Bad(string file, long line, string text) => new(ErrorCode.BadInput, $"{file}:{line}: {text}.");

    /// <summary>Refuses keys that nobody read.</summary>
    public void Done()
    {
        foreach (var (key, _) in _node.Children)
        {
            var name = (key as YamlScalarNode)?.Value ?? "";
            if (_read.Contains(name)) continue;
            throw Bad(key, $"key '{name}' is not known here; known are {string.Join(", ", _read.Order(StringComparer.Ordinal))}");
        }
    }

    public PeerComputeException Bad(string key, string text) => Bad(Find(key) ?? _node, $"'{key}' {text}");

    public YamlMap? Map(string key) => Find(key) is { } node ? new YamlMap(_source, node, $"'{key}'") : null;

    public IEnumerable<YamlMap> Maps(string key, int most)
    {
        if (Find(key) is not { } node) yield break;
        if (node is not YamlSequenceNode list) throw Bad(node, $"'{key}' is a list");
        if (list.Children.Count > most) throw Bad(node, $"'{key}' has {list.Children.Count} items, at most {most} are allowed");
        foreach (var item in list.Children) yield return new YamlMap(_source, item, $"an item of '{key}'");
    }

    public string Text(string key, string otherwise, params string[] allowed)
    {
        var text = Find(key) is { } node ? Scalar(node, key) : otherwise;
        if (text.Length is 0 or > 100) throw Bad(key, "is missing or longer than 100 characters");
        if (allowed.Length > 0 && Array.IndexOf(allowed, text) < 0) throw Bad(key, $"is '{text}', expected one of {string.Join(", ", allowed)}");
        return text;
    }

    public int Count(string key, int otherwise, int least, int most)
        => Find(key) is { } node ? (int)Number(node, key, least, most) : otherwise >= least ? otherwise : throw Bad(key, "is missing");

    public Spread Counts(string key, Spread otherwise, long least, long most) => Pair(key, otherwise, node => Number(node, key, least, most));

    public long Time(string key, long otherwise, long least, long most)
        => Find(key) is { } node ? Micros(node, key, least, most) : otherwise;

    public Spread Times(string key, Spread otherwise, long least, long most) => Pair(key, otherwise, node => Micros(node, key, least, most));

    /// <summary>A share in percent or ppm, as millionths.</summary>
    public int Share(string key, int otherwise)
    {
        if (Find(key) is not { } node) return otherwise;
        var text = Scalar(node, key);
        var (digits, unit) = text.EndsWith('%') ? (text[..^1], 10_000) : text.EndsWith("ppm", StringComparison.Ordinal) ? (text[..^3], 1) : ("", 0);
        if (!int.TryParse(digits.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || (long)number * unit > 1_000_000)
            throw Bad(key, $"is '{text}', expected a share such as 2% or 500ppm, at most 100%");
        return number * unit;
    }

    /// <summary>A number with up to three decimals, as thousandths.</summary>
    public int Thousandths(string key, int otherwise, int least, int most)
    {
        if (Find(key) is not { } node) return otherwise;
        var text = Scalar(node, key);
        if (!decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) || number > most
            || number * 1000 != decimal.Truncate(number * 1000) || number * 1000 < least || number * 1000 > most)
            throw Bad(node, $"'{key}' is '{text}', expected a number from {least / 1000m} to {most / 1000m} with up to three decimals");
        return (int)(number * 1000);
    }

    /// <summary>A list of whole numbers.</summary>
    public int[] List(string key, int length, int least, int most) => Has(key) ? List(key, length, length, least, most) : [];

    /// <summary>A list of so many whole numbers that has to be there.</summary>
    public int[] List(string key, int fewest, int longest, int least, int most)
    {
        var node = Find(key) ?? throw Bad(key, "is missing");
        if (node is not YamlSequenceNode list || list.Children.Count < fewest || list.Children.Count > longest)
            throw Bad(node, $"'{key}' is a list of {(fewest == longest ? $"{fewest}" : $"{fewest} to {longest}")} whole numbers");
        return [.. list.Children.Select(item => (int)Number(item, key, least, most))];
    }

    /// <summary>A whole number that may be negative, and has to be there.</summary>
    public long Signed(string key, long least, long most)
    {
        var node = Find(key) ?? throw Bad(key, "is missing");
        var good = long.TryParse(Scalar(node, key), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number);
        return good && number >= least && number <= most ? number : throw Bad(key, $"is '{Scalar(node, key)}', expected a whole number from {least} to {most}");
    }

    /// <summary>A file that is named here; null where none is.</summary>
    public DataFile? File(string key) => Find(key) is { } node ? _source.Load(Scalar(node, key)) : null;

    /// <summary>Whether a key has a list.</summary>
    public bool IsList(string key) => Find(key) is YamlSequenceNode;

    /// <summary>Whether a key has a mapping.</summary>
    public bool IsMap(string key) => Find(key) is YamlMappingNode;

    /// <summary>Whether a key stands here.</summary>
    public bool Has(string key) => Find(key) is not null;

    private PeerComputeException Bad(YamlNode at, string text) => Bad(_source.FileOf(at), at, text);

    private Spread Pair(string key, Spread otherwise, Func<YamlNode, long> read)
    {
        if (Find(key) is not { } node) return otherwise;
        if (node is not YamlSequenceNode list) return new Spread(read(node), read(node));
        if (list.Children.Count != 2) throw Bad(key, "is one value or [least, most]");
        var spread = new Spread(read(list.Children[0]), read(list.Children[1]));
        return spread.Least <= spread.Most ? spread : throw Bad(key, "has its least above its most");
    }

    private long Number(YamlNode node, string key, long least, long most)
    {
        var text = Scalar(node, key);
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < least || number > most)
            throw Bad(node, $"'{key}' is '{text}', expected a whole number from {least} to {most}");
        return number;
    }

    private long Micros(YamlNode node, string key, long least, long most)
    {
        var text = Scalar(node, key);
        var digits = text.TrimEnd('u', 'm', 's', 'h', 'd');
        var unit = text[digits.Length..] switch { "us" => 1L, "ms" => 1000L, "s" => 1_000_000L, "m" => 60_000_000L, "h" => 3_600_000_000L, _ => 0 };
        var good = long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && unit > 0 && number <= most / unit;
        if (!good || number * unit < least)
            throw Bad(node, $"'{key}' is '{text}', expected a time such as 80ms, 5s or 10m from {least} to {most} microseconds");
        return number * unit;
    }

    private string Scalar(YamlNode node, string key) => (node as YamlScalarNode)?.Value ?? throw Bad(node, $"'{key}' is a single value");

    private YamlNode? Find(string key)
    {
        _read.Add(key);
        foreach (var (name, value) in _node.Children)
        {
            if (name is YamlScalarNode { Value: { } text } && text == key) return value;
        }

        return null;
    }
}
