// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using System.Globalization;
using PeerCompute.Simulator.Faults;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace PeerCompute.Simulator.Shrinking;

/// <summary>A scenario as a tree that can be cut: one file, with what it included and its parameters filled in.</summary>
/// <param name="text">Its YAML.</param>
internal sealed class ScenarioTree(string text)
{
    private readonly YamlMappingNode _root = Parse(text);

    /// <summary>A tree of its own, so that what is tried changes nothing.</summary>
    public ScenarioTree Copy() => new(ToString());

    /// <summary>A tree of a mapping.</summary>
    /// <remarks>What an alias stood for is written out at each place: files that were included may name different things by one anchor.</remarks>
    public static ScenarioTree Of(YamlMappingNode root)
    {
        foreach (var node in root.AllNodes) node.Anchor = AnchorName.Empty;
        return new ScenarioTree(Text(root));
    }

    /// <summary>Its YAML; the same tree gives the same text.</summary>
    public override string ToString() => Text(_root);

    /// <summary>Names the faults that happen in the place of what the seed draws.</summary>
    public void Give(ImmutableArray<Fault> faults) => Set(FaultReader.Key, new YamlSequenceNode(faults.Select(Node)));

    public void Set(string key, string value) => Set(key, new YamlScalarNode(value));

    /// <summary>Removes a key, where it stands.</summary>
    public bool Remove(params string[] path) => Parent(path)?.Children.Remove(new YamlScalarNode(path[^1])) == true;

    /// <summary>Items of a list; 0 where there is none.</summary>
    public int Items(string key) => List(key)?.Children.Count ?? 0;

    /// <summary>Removes some items of a list.</summary>
    public void RemoveItems(string key, int first, int count)
    {
        var list = List(key)!;
        for (var i = 0; i < count; i++) list.Children.RemoveAt(first);
        if (list.Children.Count == 0) Remove(key);
    }

    /// <summary>Sets a whole number in a mapping, or in an item of a list.</summary>
    public void SetCount(string key, int item, string name, int value)
    {
        var map = (YamlMappingNode)(item < 0 ? Find(_root, key)! : List(key)!.Children[item]);
        map.Children[new YamlScalarNode(name)] = new YamlScalarNode(value.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Removes a key of an item of a list.</summary>
    public bool RemoveIn(string key, int item, string name)
        => List(key)!.Children[item] is YamlMappingNode map && map.Children.Remove(new YamlScalarNode(name));

    /// <summary>Leaves nodes out: faults no more happen to them, and name those after them by their new numbers.</summary>
    /// <param name="first">The first node that is left out.</param>
    /// <param name="count">How many are.</param>
    public void LeaveOut(int first, int count)
    {
        if (List(FaultReader.Key) is not { } faults) return;
        foreach (var fault in faults.Children.ToList())
        {
            var nodes = (YamlSequenceNode)Find((YamlMappingNode)fault, "nodes")!;
            var kept = nodes.Children.Select(static node => int.Parse(((YamlScalarNode)node).Value!, CultureInfo.InvariantCulture))
                .Where(index => index < first || index >= first + count).Select(index => index < first ? index : index - count).ToList();
            nodes.Children.Clear();
            foreach (var index in kept) nodes.Add(Number(index));
            if (kept.Count == 0) faults.Children.Remove(fault);
        }

        if (faults.Children.Count == 0) Remove(FaultReader.Key);
    }

    private static YamlMappingNode Parse(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return (YamlMappingNode)stream.Documents[0].RootNode;
    }

    private static string Text(YamlMappingNode root)
    {
        using var writer = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        new YamlStream(new YamlDocument(root)).Save(writer, assignAnchors: false);
        return writer.ToString().Replace("\n...\n", "\n", StringComparison.Ordinal);
    }

    private static YamlNode? Find(YamlMappingNode? map, string key)
        => map is not null && map.Children.TryGetValue(new YamlScalarNode(key), out var node) ? node : null;

    private static YamlMappingNode Node(Fault fault)
    {
        var traits = FaultKinds.Of(fault.Kind);
        var map = new YamlMappingNode { { "kind", traits.Name }, { "at", Micros(fault.AtMicros) } };
        if (traits.LongestMicros > 0) map.Add("for", Micros(fault.ForMicros));
        map.Add("nodes", new YamlSequenceNode(fault.Nodes.Select(static index => Number(index))) { Style = YamlDotNet.Core.Events.SequenceStyle.Flow });
        if (traits.Unit.Length > 0) map.Add("strength", Number(fault.Strength));
        return map;
    }

    private static string Micros(long micros) => string.Create(CultureInfo.InvariantCulture, $"{micros}us");

    private static YamlScalarNode Number(long number) => new(number.ToString(CultureInfo.InvariantCulture));

    private YamlSequenceNode? List(string key) => Find(_root, key) as YamlSequenceNode;

    private void Set(string key, YamlNode value) => _root.Children[new YamlScalarNode(key)] = value;

    private YamlMappingNode? Parent(string[] path)
    {
        var at = _root;
        foreach (var key in path[..^1])
        {
            if (Find(at, key) is not YamlMappingNode map) return null;
            at = map;
        }

        return at;
    }
}
