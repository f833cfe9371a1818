// SPDX-License-Identifier: Apache-2.0
using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using PeerCompute.Base.Crypto;

namespace PeerCompute.Execution.Tests.Images;

/// <summary>Makes image layouts, whose every field a test may falsify.</summary>
internal sealed class LayoutMaker
{
    private const string Oci = "application/vnd.oci.image.";

    public LayoutMaker(string folder)
    {
        Folder = folder;
        Directory.CreateDirectory(Path.Combine(folder, "blobs", "sha256"));
        File.WriteAllText(Path.Combine(folder, "oci-layout"), """{"imageLayoutVersion":"1.0.0"}""");
        Config["rootfs"] = new JsonObject { ["type"] = "layers", ["diff_ids"] = new JsonArray() };
        Config["config"] = new JsonObject();
    }

    public string Folder { get; }

    public JsonObject Config { get; } = new() { ["architecture"] = "amd64", ["os"] = "linux" };

    public JsonObject Manifest { get; } = new() { ["schemaVersion"] = 2, ["mediaType"] = Oci + "manifest.v1+json", ["layers"] = new JsonArray() };

    public JsonArray DiffIds => Config["rootfs"]!["diff_ids"]!.AsArray();

    public JsonArray Layers => Manifest["layers"]!.AsArray();

    /// <summary>Adds a layer.</summary>
    public LayoutMaker Layer(byte[] tar, bool gzip = true)
    {
        DiffIds.Add("sha256:" + Hash32.Of(tar));
        Layers.Add(Blob(gzip ? Zipped(tar) : tar, Oci + (gzip ? "layer.v1.tar+gzip" : "layer.v1.tar")));
        return this;
    }

    /// <summary>Writes configuration, manifest and index.</summary>
    /// <returns>The layout's folder.</returns>
    public string Write()
    {
        Manifest["config"] ??= Blob(Bytes(Config), Oci + "config.v1+json");
        File.WriteAllText(Path.Combine(Folder, "index.json"), new JsonObject
        {
            ["schemaVersion"] = 2,
            ["manifests"] = new JsonArray(Blob(Bytes(Manifest), Oci + "manifest.v1+json")),
        }.ToJsonString());
        return Folder;
    }

    /// <summary>Writes a blob.</summary>
    /// <returns>Its descriptor.</returns>
    public JsonObject Blob(byte[] bytes, string media)
    {
        var hash = Hash32.Of(bytes);
        File.WriteAllBytes(PathOf(hash), bytes);
        return new JsonObject { ["mediaType"] = media, ["digest"] = "sha256:" + hash, ["size"] = bytes.Length };
    }

    public string PathOf(Hash32 hash) => Path.Combine(Folder, "blobs", "sha256", hash.ToString());

    public static byte[] Zipped(byte[] bytes)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest)) gzip.Write(bytes);
        return packed.ToArray();
    }

    private static byte[] Bytes(JsonNode node) => Encoding.UTF8.GetBytes(node.ToJsonString());
}
