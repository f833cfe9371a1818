// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using PeerCompute.Base.Errors;
using PeerCompute.Node.Lending;
using PeerCompute.Wire.Common;
using static PeerCompute.Node.Homes.ConfigKeys;

namespace PeerCompute.Node.Homes;

/// <summary>What a node's owner decides: <c>config.json</c> of a home (docs/home.md). Every key is optional but <c>version</c>.</summary>
public sealed record HomeConfig
{
    /// <summary>Version of the file's form.</summary>
    public const int Version = 1;

    /// <summary>Most leases, or confirmations, that run at a time.</summary>
    public const int SlotsMost = 1024;

    /// <summary>Least memory of one task: a page of WebAssembly, bytes.</summary>
    public const long MemoryLeast = 1 << 16;

    /// <summary>Most memory of one task, bytes.</summary>
    public const long MemoryMost = 1L << 40;

    /// <summary>Highest price of one task, micro-units.</summary>
    public const long PriceMost = 1L << 46;

    /// <summary>The network that the node belongs to.</summary>
    public NetworkId Network { get; init; } = NetworkId.Open;

    /// <summary>Multiaddresses, each ending in a peer id, at which the node asks for its network when it starts.</summary>
    public ImmutableArray<string> Bootstrap { get; init; } = [];

    /// <summary>Whether peers on the local network are looked for, and told of this node.</summary>
    public bool Mdns { get; init; } = true;

    /// <summary>UN M49 number of the node's place, for jobs that ask for one; 0 tells nobody.</summary>
    public uint Region { get; init; }

    /// <summary>Multiaddresses to listen on; empty: the node listens on nothing.</summary>
    public ImmutableArray<string> Listen { get; init; } = ["/ip4/0.0.0.0/tcp/4001"];

    /// <summary>Whether the node takes work from others.</summary>
    public bool TakesWork { get; init; } = true;

    /// <summary>Local times of day at which work is taken.</summary>
    public LendHours Hours { get; init; } = LendHours.Always;

    /// <summary>When the owner comes first.</summary>
    public OwnerRules Owner { get; init; } = new();

    /// <summary>Devices, by the names that <c>peercompute devices</c> shows, on which nothing new runs.</summary>
    public ImmutableArray<string> Drained { get; init; } = [];

    /// <summary>Until when no work is taken; null: there is no pause.</summary>
    public DateTimeOffset? PausedUntil { get; init; }

    /// <summary>Leases that run at a time, 1 to 1024.</summary>
    public int Slots { get; init; } = 2;

    /// <summary>Confirmations that run at a time, 1 to 1024.</summary>
    public int ConfirmSlots { get; init; } = 1;

    /// <summary>Memory lent to one task, bytes.</summary>
    public long MemoryBytes { get; init; } = 1L << 30;

    /// <summary>Most fuel of one task.</summary>
    public long FuelMost { get; init; } = 1L << 40;

    /// <summary>Longest wall time of one task, milliseconds.</summary>
    public long WallMsMost { get; init; } = 3_600_000;

    /// <summary>Most milliseconds between SIGTERM and the end of a program that saves what it has done, 0 to 60 000.</summary>
    public long GraceMs { get; init; } = 10_000;

    /// <summary>Price of one task, micro-units.</summary>
    public long PerTaskMicro { get; init; } = 1_000;

    /// <summary>Bytes that all blobs together may take.</summary>
    public long BlobBytes { get; init; } = 32L << 30;

    /// <summary>Bytes that images from other nodes may have together, packed and unpacked; 0: none is fetched.</summary>
    public long ImageBytes { get; init; } = 32L << 30;

    /// <summary>Whether inputs of a job are served to its other workers, so that its client need not send them to each.</summary>
    public bool ShareInputs { get; init; } = true;

    /// <summary>Reads the file.</summary>
    /// <param name="json">Its content.</param>
    /// <param name="path">Its path, for messages.</param>
    /// <returns>The configuration.</returns>
    /// <exception cref="PeerComputeException">A key is unknown or out of range, or the version is newer.</exception>
    public static HomeConfig Parse(string json, string path)
    {
        try
        {
            using var document = JsonDocument.Parse(json,
                new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = 4 });
            if (document.RootElement.ValueKind != JsonValueKind.Object) throw Wrong(path, "the file", "is no JSON object");
            CheckVersion(document.RootElement, path);
            var config = new HomeConfig();
            foreach (var key in document.RootElement.EnumerateObject()) config = config.With(key, path);
            return config;
        }
        catch (JsonException e)
        {
            throw new PeerComputeException(ErrorCode.Home,
                $"{path}, line {e.LineNumber + 1}: not JSON: mend it, or move it away and run 'peercompute init' again.", e);
        }
    }

    /// <summary>The file's content.</summary>
    /// <returns>Indented JSON.</returns>
    public string ToJson()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteNumber("version", Version);
            json.WriteString("network", Network.ToString());
            WriteTexts(json, "bootstrap", Bootstrap);
            json.WriteBoolean("mdns", Mdns);
            json.WriteNumber("region", Region);
            WriteTexts(json, "listen", Listen);
            json.WriteBoolean("takes_work", TakesWork);
            WriteTexts(json, "hours", [.. Hours.Ranges.Select(static r => r.ToString())]);
            json.WriteString("paused_until", PausedUntil is { } end ? end.ToUniversalTime().ToString(Moment, CultureInfo.InvariantCulture) : "");
            Owner.Write(json, "owner");
            WriteTexts(json, "drained", Drained);
            json.WriteNumber("slots", Slots);
            json.WriteNumber("confirm_slots", ConfirmSlots);
            json.WriteNumber("memory_bytes", MemoryBytes);
            json.WriteNumber("fuel_most", FuelMost);
            json.WriteNumber("wall_ms_most", WallMsMost);
            json.WriteNumber("grace_ms", GraceMs);
            json.WriteNumber("per_task_micro", PerTaskMicro);
            json.WriteNumber("blob_bytes", BlobBytes);
            json.WriteNumber("image_bytes", ImageBytes);
            json.WriteBoolean("share_inputs", ShareInputs);
            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }

    private static void CheckVersion(JsonElement root, string path)
    {
        if (!root.TryGetProperty("version", out var version)) throw Wrong(path, "version", "is missing: write \"version\": 1");
        var number = version.ValueKind == JsonValueKind.Number && version.TryGetInt64(out var n) ? n : throw Wrong(path, "version", "is no number");
        if (number > Version)
        {
            throw new PeerComputeException(
                ErrorCode.Home,
                $"{path}: version {number} is newer than this program reads (up to {Version}): install the newer peercompute, or use another home.");
        }

        if (number < 1) throw Wrong(path, "version", $"is {number}, expected 1");
    }

    private HomeConfig With(JsonProperty key, string path) => key.Name switch
    {
        "version" => this,
        "network" => this with { Network = NetworkId.TryParse(Text(key, path)) ?? throw Wrong(path, key.Name, "is no network id (" + NetworkId.Form + ")") },
        "bootstrap" => this with { Bootstrap = Texts(key, path) },
        "mdns" => this with { Mdns = Flag(key, path) },
        "region" => this with { Region = (uint)Number(key, path, 0, 999) },
        "listen" => this with { Listen = Texts(key, path) },
        "takes_work" => this with { TakesWork = Flag(key, path) },
        "hours" => this with { Hours = LendHours.TryParse(Texts(key, path)) ?? throw Wrong(path, key.Name, "must be ranges such as \"22:00-08:00\"") },
        "paused_until" => this with { PausedUntil = Time(key, path) },
        "owner" => this with { Owner = OwnerRules.Read(key, path) },
        "drained" => this with { Drained = Texts(key, path) },
        "slots" => this with { Slots = (int)Number(key, path, 1, SlotsMost) },
        "confirm_slots" => this with { ConfirmSlots = (int)Number(key, path, 1, SlotsMost) },
        "memory_bytes" => this with { MemoryBytes = Number(key, path, MemoryLeast, MemoryMost) },
        "fuel_most" => this with { FuelMost = Number(key, path, 1, 1L << 50) },
        "wall_ms_most" => this with { WallMsMost = Number(key, path, 1, 7L * 24 * 3600 * 1000) },
        "grace_ms" => this with { GraceMs = Number(key, path, 0, 60_000) },
        "per_task_micro" => this with { PerTaskMicro = Number(key, path, 0, PriceMost) },
        "blob_bytes" => this with { BlobBytes = Number(key, path, 1 << 20, 1L << 50) },
        "image_bytes" => this with { ImageBytes = Number(key, path, 0, 1L << 50) },
        "share_inputs" => this with { ShareInputs = Flag(key, path) },
        _ => throw Wrong(path, key.Name, "is not known: remove it (docs/home.md lists the keys)"),
    };
}
