// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Simulator.Files;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace PeerCompute.Simulator.Scenarios;

/// <summary>
/// The files of a scenario: its own, those that it includes, those with data. Puts them together and fills parameters in; its hash is over all of them and the
/// parameters' values, so that it names an experiment.
/// </summary>
internal sealed class ScenarioSource
{
    private const int FileBytes = 1 << 20;
    private const int FilesMost = 64;
    private const int IncludesDeep = 8;
    private const int ParametersMost = 256;
    private const int ValueMost = 1000;
    private const int NodesMost = 500_000;
    private const int DepthMost = 64; // the parser calls itself for each level; a scenario needs six
    private const int TextMost = 10_000; // of one value with its parameters filled in

    private readonly Dictionary<YamlNode, string> _files = new(ReferenceEqualityComparer.Instance);
    private readonly SortedDictionary<string, string> _parameters = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string> _given;
    private readonly HashBuilder _hash = new("peercompute/1/scenario");
    private readonly List<DataFile> _loaded = [];
    private readonly string _folder;
    private int _read;
    private int _nodes;

    private ScenarioSource(string folder, IReadOnlyDictionary<string, string> given)
        => (_folder, _given) = (folder, new SortedDictionary<string, string>(given.ToDictionary(), StringComparer.Ordinal));

    /// <summary>Hash of every file that was read so far, and of every parameter.</summary>
    public Hash32 Hash => _hash.Hash();

    /// <summary>Every file that was read so far, its own first; empty for one that lies in memory.</summary>
    public IReadOnlyList<DataFile> Files => _loaded;

    /// <summary>Values of its parameters.</summary>
    public IReadOnlyDictionary<string, string> Parameters => _parameters;

    /// <summary>Opens a scenario.</summary>
    /// <param name="path">Its file.</param>
    /// <param name="given">Values that take the place of those in the file.</param>
    /// <returns>The source and its mapping, with includes and parameters filled in.</returns>
    /// <exception cref="PeerComputeException">It is not there, too large, or no such mapping; names file and line.</exception>
    public static (ScenarioSource Source, YamlMap Root) Open(string path, IReadOnlyDictionary<string, string> given)
    {
        if (path.Contains('\0') || !File.Exists(path))
            throw new PeerComputeException(ErrorCode.NotFound, $"Scenario {path} does not exist; docs/samples/scenarios has some.");
        var file = new FileInfo(path);
        var source = new ScenarioSource(file.DirectoryName!, given);
        return (source, source.Fill(source.Load(file.Name, FileBytes).Bytes, file.Name));
    }

    /// <summary>Opens a scenario that lies in memory and includes nothing.</summary>
    public static (ScenarioSource Source, YamlMap Root) Open(string name, byte[] bytes)
    {
        var source = new ScenarioSource("", new Dictionary<string, string>());
        source._hash.Add(name).Add(bytes);
        return (source, source.Fill(bytes, name));
    }

    /// <summary>The scenario as one mapping, with includes and parameters filled in.</summary>
    public YamlMappingNode Root { get; private set; } = [];

    /// <summary>The file that a node of the document stands in.</summary>
    public string FileOf(YamlNode node) => _files.GetValueOrDefault(node, "");

    /// <summary>Reads a file that the scenario names, relative to its own folder.</summary>
    /// <exception cref="PeerComputeException">It is not there, too large, or one of too many.</exception>
    public DataFile Load(string name, int most = DataFile.BytesMost)
    {
        if (++_read > FilesMost) throw new PeerComputeException(ErrorCode.LimitExceeded, $"A scenario reads more than {FilesMost} files.");
        var bytes = InputFile.Read(Path.Combine(_folder, name), most, $"File {name}, which the scenario names, does not exist in {_folder}.");
        _hash.Add(name).Add(bytes);
        _loaded.Add(new DataFile(name, bytes));
        return _loaded[^1];
    }

    private YamlMap Fill(byte[] bytes, string name)
    {
        var root = Merge(bytes, name, 1);
        ReadParameters(root, name);
        foreach (var (parameter, value) in _parameters) _hash.Add(parameter).Add(value);
        foreach (var node in root.AllNodes.OfType<YamlScalarNode>()) Substitute(node);
        Root = root;
        return new YamlMap(this, root, "a scenario");
    }

    /// <summary>A file's mapping, over those that it includes: its keys take the place of theirs.</summary>
    private YamlMappingNode Merge(byte[] bytes, string name, int depth)
    {
        if (depth > IncludesDeep) throw YamlMap.Bad(name, 1, $"includes are more than {IncludesDeep} deep, or go round in a circle");
        var own = Parse(bytes, name);
        if (!own.Children.TryGetValue("include", out var include)) return own;
        own.Children.Remove("include");
        var merged = new YamlMappingNode();
        _files[merged] = name;
        IEnumerable<YamlNode> included = include is YamlSequenceNode list ? list.Children : [include];
        foreach (var item in included)
        {
            var file = (item as YamlScalarNode)?.Value ?? throw YamlMap.Bad(name, item, "'include' is a file or a list of files");
            foreach (var (key, value) in Merge(Load(file, FileBytes).Bytes, file, depth + 1).Children) merged.Children[key] = value;
        }

        foreach (var (key, value) in own.Children) merged.Children[key] = value;
        return merged;
    }

    private YamlMappingNode Parse(byte[] bytes, string name)
    {
        try
        {
            var text = Encoding.UTF8.GetString(bytes).TrimStart('\uFEFF');
            CheckDepth(text, name);
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            if (stream.Documents.Count != 1) throw YamlMap.Bad(name, 1, "a scenario is one YAML document");
            foreach (var node in stream.Documents[0].AllNodes)
            {
                if (++_nodes > NodesMost) throw YamlMap.Bad(name, 1, $"aliases and all, it has more than {NodesMost} values");
                _files[node] = name;
            }

            var root = stream.Documents[0].RootNode;
            return root as YamlMappingNode ?? throw YamlMap.Bad(name, root, "a scenario is a mapping of keys to values");
        }
        catch (YamlException broken)
        {
            throw YamlMap.Bad(name, broken.Start.Line, "is not YAML: " + broken.Message.ReplaceLineEndings(" "));
        }
    }

    private static void CheckDepth(string text, string name)
    {
        var parser = new Parser(new StringReader(text));
        for (var depth = 0; parser.MoveNext();)
        {
            depth += parser.Current!.NestingIncrease;
            if (depth > DepthMost) throw YamlMap.Bad(name, parser.Current.Start.Line, $"is nested more than {DepthMost} levels deep; no key needs that");
        }
    }

    private void ReadParameters(YamlMappingNode root, string name)
    {
        if (root.Children.TryGetValue("parameters", out var parameters))
        {
            root.Children.Remove("parameters");
            var map = parameters as YamlMappingNode ?? throw YamlMap.Bad(name, parameters, "'parameters' is a mapping of names to values");
            if (map.Children.Count > ParametersMost) throw YamlMap.Bad(name, map, $"'parameters' has more than {ParametersMost} names");
            foreach (var (key, value) in map.Children)
            {
                if (key is not YamlScalarNode { Value: { Length: > 0 } id } || value is not YamlScalarNode { Value: { Length: <= ValueMost } text })
                    throw YamlMap.Bad(name, key, "a parameter has a name and a single value");
                _parameters[id] = text;
            }
        }

        foreach (var (id, value) in _given)
        {
            if (!_parameters.ContainsKey(id))
                throw new PeerComputeException(ErrorCode.BadInput, $"{name} has no parameter '{id}'; it has {string.Join(", ", _parameters.Keys)}.");
            _parameters[id] = value;
        }
    }

    /// <summary>Puts values where <c>${name}</c> stands.</summary>
    private void Substitute(YamlScalarNode node)
    {
        var text = node.Value ?? "";
        for (var at = text.IndexOf("${", StringComparison.Ordinal); at >= 0; at = text.IndexOf("${", at, StringComparison.Ordinal))
        {
            var end = text.IndexOf('}', at);
            if (end < 0) throw YamlMap.Bad(FileOf(node), node, $"'{text}' has no end of the parameter's name");
            var name = text[(at + 2)..end];
            if (!_parameters.TryGetValue(name, out var value))
                throw YamlMap.Bad(FileOf(node), node, $"parameter '{name}' is not given; given are {string.Join(", ", _parameters.Keys)}");
            text = string.Create(CultureInfo.InvariantCulture, $"{text[..at]}{value}{text[(end + 1)..]}");
            if (text.Length > TextMost) throw YamlMap.Bad(FileOf(node), node, $"a value has more than {TextMost} characters with its parameters filled in");
            at += value.Length;
        }

        node.Value = text;
    }
}
