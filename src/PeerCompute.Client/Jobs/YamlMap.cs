// SPDX-License-Identifier: Apache-2.0
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace PeerCompute.Client.Jobs;

/// <summary>
/// Reads the keys of one mapping. Every getter reports what is wrong and returns a harmless value, so that all findings come together;
/// <see cref="Close"/> reports the keys that nobody asked for.
/// </summary>
/// <param name="node">The mapping; null reads as empty.</param>
/// <param name="key">Dotted key of the mapping, empty at the top.</param>
/// <param name="errors">Takes what is wrong.</param>
/// <param name="place">Place of the mapping for keys that are missing.</param>
internal sealed class YamlMap(YamlMappingNode? node, string key, JobFileErrors errors, Mark place)
{
    private readonly List<string> _known = [];

    /// <summary>Place of the mapping.</summary>
    public Mark Place { get; } = place;

    /// <summary>The errors that getters report to.</summary>
    public JobFileErrors Errors { get; } = errors;

    /// <summary>Whether a key is there.</summary>
    public bool Has(string name) => Find(name) is not null;

    /// <summary>Whether a key's value is a text or a number.</summary>
    public bool IsText(string name) => Find(name) is YamlScalarNode;

    /// <summary>Place of a key's value, or of the mapping.</summary>
    public Mark PlaceOf(string name) => Find(name)?.Start ?? Place;

    /// <summary>Dotted name of a key.</summary>
    public string Full(string name) => key.Length == 0 ? name : $"{key}.{name}";

    /// <summary>Reports a finding at a key.</summary>
    public void Fail(string name, string text) => Errors.Add(PlaceOf(name), Full(name), text);

    /// <summary>A text; reports when a key without default is missing.</summary>
    public string Text(string name, string? standard = null)
    {
        switch (Find(name))
        {
            case YamlScalarNode { Value: { } value } scalar when !IsNull(scalar):
                return value;
            case null when standard is null:
                Errors.Add(Place, Full(name), "missing; docs/job-file.md describes it");
                return "";
            case null:
                return standard;
            default:
                Fail(name, "expected a text or a number");
                return standard ?? "";
        }
    }

    /// <summary>A value of a unit within bounds.</summary>
    /// <param name="name">The key.</param>
    /// <param name="standard">Value when the key is missing; null when it must be there.</param>
    /// <param name="least">Least allowed.</param>
    /// <param name="most">Most allowed.</param>
    /// <param name="unit">How it is written.</param>
    public ulong Value(string name, ulong? standard, ulong least, ulong most, YamlUnit unit)
    {
        var text = Text(name, standard is { } s ? unit.Write(s) : null);
        if (text.Length == 0 && !Has(name)) return least;
        if (!unit.TryRead(text, out var value))
        {
            Fail(name, $"\"{Cut(text)}\" is not {unit.What}; write for example {unit.Example}");
            return least;
        }

        if (value >= least && value <= most) return value;
        Fail(name, $"{text} is out of range; limit {unit.Write(least)} to {unit.Write(most)}");
        return least;
    }

    /// <summary>A yes or no, written <c>true</c> or <c>false</c>; no when the key is missing.</summary>
    public bool Flag(string name)
    {
        var text = Text(name, "false");
        if (text is not ("true" or "false")) Fail(name, $"\"{Cut(text)}\" is neither true nor false");
        return text == "true";
    }

    /// <summary>A mapping; empty when the key is missing.</summary>
    public YamlMap Map(string name)
    {
        var found = Find(name);
        if (found is not (null or YamlMappingNode)) Fail(name, "expected keys with values");
        return new YamlMap(found as YamlMappingNode, Full(name), Errors, PlaceOf(name));
    }

    /// <summary>The items of a list; empty when the key is missing.</summary>
    /// <param name="name">The key.</param>
    /// <param name="most">Most items.</param>
    public IReadOnlyList<YamlNode> List(string name, int most)
    {
        switch (Find(name))
        {
            case null:
                return [];
            case YamlSequenceNode list when list.Children.Count <= most:
                return [.. list.Children];
            case YamlSequenceNode list:
                Fail(name, $"{list.Children.Count} items, limit {most}");
                return [];
            default:
                Fail(name, "expected a list");
                return [];
        }
    }

    /// <summary>The items of a list of texts.</summary>
    /// <param name="name">The key.</param>
    /// <param name="most">Most items.</param>
    public IReadOnlyList<string> Texts(string name, int most)
    {
        var texts = new List<string>();
        foreach (var item in List(name, most))
        {
            if (item is YamlScalarNode { Value: { } value }) texts.Add(value);
            else Errors.Add(item.Start, Full(name), "expected a text or a number");
        }

        return texts;
    }

    /// <summary>Key and value of each text entry; for mappings whose keys are free.</summary>
    /// <param name="most">Most entries.</param>
    public IReadOnlyList<(string Name, string Value, Mark Place)> Entries(int most)
    {
        var entries = new List<(string, string, Mark)>();
        if (node is null) return entries;
        if (node.Children.Count > most) Errors.Add(Place, key, $"{node.Children.Count} entries, limit {most}");
        foreach (var (name, value) in node.Children.Take(most))
        {
            if (name is YamlScalarNode { Value: { } n } && value is YamlScalarNode { Value: { } v }) entries.Add((n, v, name.Start));
            else Errors.Add(name.Start, key, "expected a name and a text");
        }

        return entries;
    }

    /// <summary>The keys of a mapping whose keys are free.</summary>
    /// <param name="most">Most of them.</param>
    public IReadOnlyList<string> Names(int most)
    {
        if (node is null) return [];
        if (node.Children.Count > most) Errors.Add(Place, key, $"{node.Children.Count} entries, limit {most}");
        return [.. node.Children.Keys.Take(most).OfType<YamlScalarNode>().Select(static name => name.Value ?? "")];
    }

    /// <summary>Reports the keys that no getter asked for.</summary>
    public void Close()
    {
        foreach (var child in node?.Children.Keys ?? [])
        {
            if (child is YamlScalarNode { Value: { } name } && _known.Contains(name)) continue;
            var told = child is YamlScalarNode scalar ? Cut(scalar.Value ?? "") : "(not a text)";
            var near = _known.Find(k => IsNear(k, told));
            Errors.Add(child.Start, Full(told), near is null ? $"unknown key; known are {string.Join(", ", _known)}" : $"unknown key; did you mean {near}?");
        }
    }

    private static bool IsNull(YamlScalarNode scalar) => scalar.Style == ScalarStyle.Plain && scalar.Value is "" or "~" or "null";

    private static string Cut(string text) => text.Length <= 40 ? text : text[..40] + "…";

    // One letter more, less or different, or another way to write the word.
    private static bool IsNear(string a, string b)
    {
        static string Plain(string s) => s.Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal).ToLowerInvariant();
        (a, b) = (Plain(a), Plain(b));
        if (a.Length < b.Length) (a, b) = (b, a);
        if (a.Length - b.Length > 1) return false;
        var head = a.Zip(b).TakeWhile(p => p.First == p.Second).Count();
        return a.Length == b.Length ? head == a.Length || a[(head + 1)..] == b[(head + 1)..] : a[(head + 1)..] == b[head..];
    }

    private YamlNode? Find(string name)
    {
        if (!_known.Contains(name)) _known.Add(name);
        return node is not null && node.Children.TryGetValue(new YamlScalarNode(name), out var value) ? value : null;
    }
}
