// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using System.Text.Json.Nodes;
using PeerCompute.Base.Crypto;

namespace PeerCompute.Execution.Images.Oci;

/// <summary>
/// Manifest and configuration of an image that was made here, of a plain archive (OCI image specification, manifest.md, config.md). They hold no time and no
/// name, so that the same archive over the same base gives the same image on every node.
/// </summary>
internal static class OciDocuments
{
    /// <summary>Makes both.</summary>
    /// <param name="layers">The layers, the lowest first.</param>
    /// <param name="program">How the program is started.</param>
    public static (byte[] Manifest, byte[] Config) Of(IReadOnlyList<(ImageLayer Listed, Layer Layer)> layers, ImageProgram program)
    {
        string[] platform = OciLayout.Platform.Split('/');
        byte[] config = JsonSerializer.SerializeToUtf8Bytes(new JsonObject
        {
            ["architecture"] = platform[1],
            ["os"] = platform[0],
            ["config"] = new JsonObject
            {
                ["Env"] = Texts(program.Environment),
                ["Entrypoint"] = Texts(program.Entrypoint),
                ["Cmd"] = Texts(program.Command),
                ["WorkingDir"] = program.Folder,
                ["User"] = program.User,
            },
            ["rootfs"] = new JsonObject { ["type"] = "layers", ["diff_ids"] = Texts(layers.Select(layer => ImageDigest.Text(layer.Layer.DiffId))) },
        });
        byte[] manifest = JsonSerializer.SerializeToUtf8Bytes(new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = OciMedia.Manifest,
            ["config"] = Descriptor(OciMedia.Config, ImageDigest.Text(Hash32.Of(config)), config.Length),
            ["layers"] = new JsonArray([.. layers.Select(layer => (JsonNode)Descriptor(Media(layer), layer.Listed.Digest, layer.Layer.PackedBytes))]),
        });
        return (manifest, config);
    }

    private static string Media((ImageLayer Listed, Layer Layer) layer)
    {
        bool gzip = layer.Layer.Packed != layer.Layer.DiffId;
        return layer.Listed.IsPlain ? (gzip ? OciMedia.FilesGzip : OciMedia.Files) : (gzip ? OciMedia.Gzip : OciMedia.Tar);
    }

    private static JsonObject Descriptor(string media, string digest, long size) => new() { ["mediaType"] = media, ["digest"] = digest, ["size"] = size };

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode)text)]);
}
