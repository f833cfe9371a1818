// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using System.Text.Json.Nodes;
using PeerCompute.Base.Errors;

namespace PeerCompute.Execution.Devices.Cdi;

/// <summary>
/// A file of the Container Device Interface (CNCF, CDI specification 0.3 to 0.8), which tools of card makers write for container engines: what a container
/// gets for
/// each device, and what all get.
/// </summary>
internal sealed class CdiSpec
{
    /// <summary>Longest file that is read, bytes: a spec of eight cards has some 50 KiB.</summary>
    public const int MostBytes = 1 << 20;

    private const int MostFiles = 64, MostDevices = 512, MostEdits = 1024, MostText = 4096;
    private static readonly string[] Folders = ["etc/cdi", "var/run/cdi"]; // the specification's own, the second one goes before the first

    private readonly Dictionary<string, CdiEdits> _devices = [];

    private CdiSpec(string kind, CdiEdits common) => (Kind, Common) = (kind, common);

    /// <summary>Whose devices these are, such as <c>nvidia.com/gpu</c>.</summary>
    public string Kind { get; }

    /// <summary>What all devices get.</summary>
    public CdiEdits Common { get; }

    /// <summary>What one device gets beside; null where it is not known.</summary>
    /// <param name="name">The device's name: an index, a number, or a card and a slice.</param>
    public CdiEdits? Of(string name) => _devices.GetValueOrDefault(name);

    /// <summary>Reads a file.</summary>
    /// <param name="text">JSON, or what tools write of YAML.</param>
    /// <returns>The spec.</returns>
    /// <exception cref="WireException">It is none, or breaks a bound.</exception>
    public static CdiSpec Read(string text)
    {
        if (text.Length > MostBytes) throw new WireException("cdi", $"longer than {MostBytes} characters");
        JsonNode? root = text.AsSpan().TrimStart() is ['{', ..] ? Json(text) : PlainYaml.Read(text);
        if (root is not JsonObject map) throw new WireException("cdi", "is no map");
        var spec = new CdiSpec(Text(map, "kind"), Edits(map["containerEdits"], "containerEdits"));
        foreach (JsonObject device in Maps(map["devices"], "devices", MostDevices))
        {
            if (!spec._devices.TryAdd(Text(device, "name"), Edits(device["containerEdits"], "devices.containerEdits")))
                throw new WireException("cdi", "two devices of one name");
        }

        return spec;
    }

    /// <summary>The specs of a host for a kind of devices. Files that cannot be read are left out: they are of other tools.</summary>
    /// <param name="root">The root of the host's file system.</param>
    /// <param name="kind">The kind.</param>
    /// <returns>The specs, the one that counts first.</returns>
    public static IEnumerable<CdiSpec> OfHost(string root, string kind)
    {
        foreach (string folder in Folders.Reverse().Select(folder => Path.Combine(root, folder)).Where(Directory.Exists))
        {
            string[] files = [.. Directory.EnumerateFiles(folder).Take(MostFiles).Order(StringComparer.Ordinal)];
            foreach (string file in files.Where(static file => Path.GetExtension(file) is ".json" or ".yaml"))
            {
                if (TryRead(file) is { } spec && spec.Kind == kind) yield return spec;
            }
        }
    }

    private static CdiSpec? TryRead(string file)
    {
        try
        {
            return new FileInfo(file).Length > MostBytes ? null : Read(File.ReadAllText(file));
        }
        catch (Exception bad) when (bad is WireException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static JsonNode? Json(string text)
    {
        try
        {
            var strict = new JsonDocumentOptions { MaxDepth = 16, AllowDuplicateProperties = false };
            return JsonNode.Parse(text, documentOptions: strict);
        }
        catch (JsonException wrong)
        {
            throw new WireException("cdi", wrong.Message);
        }
    }

    private static CdiEdits Edits(JsonNode? node, string field)
    {
        if (node is null) return CdiEdits.None;
        if (node is not JsonObject edits) throw new WireException(field, "is no map");
        JsonObject[] nodes = Maps(edits["deviceNodes"], field + ".deviceNodes", MostEdits), mounts = Maps(edits["mounts"], field + ".mounts", MostEdits);
        if (edits["env"] is not (null or JsonArray { Count: <= MostEdits })) throw new WireException(field, $"env: no list of at most {MostEdits}");
        return new CdiEdits(
            [.. nodes.Select(static at => KeyValuePair.Create(Text(at, "hostPath", Text(at, "path")), Text(at, "path")))],
            [.. mounts.Select(static at => KeyValuePair.Create(Text(at, "hostPath"), Text(at, "containerPath")))],
            [.. (edits["env"] as JsonArray ?? []).Select(static text => Text(text, "env"))]);
    }

    private static JsonObject[] Maps(JsonNode? node, string field, int most)
    {
        if (node is null) return [];
        if (node is not JsonArray list || list.Count > most) throw new WireException(field, $"no list of at most {most}");
        return [.. list.Select(item => item as JsonObject ?? throw new WireException(field, "has an item that is no map"))];
    }

    private static string Text(JsonObject map, string key, string? otherwise = null)
        => map[key] is null && otherwise is not null ? otherwise : Text(map[key], key);

    private static string Text(JsonNode? node, string field)
        => node is JsonValue value && value.TryGetValue(out string? text) && text.Length is > 0 and <= MostText && !text.Contains('\0')
            ? text : throw new WireException(field, $"no text of 1 to {MostText} characters");
}
