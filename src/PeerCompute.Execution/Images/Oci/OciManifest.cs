// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using PeerCompute.Base.Errors;

namespace PeerCompute.Execution.Images.Oci;

/// <summary>What an image consists of (OCI image specification, manifest.md).</summary>
/// <param name="Config">Its configuration.</param>
/// <param name="Layers">Its layers, the lowest first.</param>
internal sealed record OciManifest(OciDescriptor Config, IReadOnlyList<OciDescriptor> Layers)
{
    /// <summary>Whether image and configuration belong together, and are for this platform.</summary>
    /// <param name="config">The configuration.</param>
    public void Check(OciConfig config)
    {
        if (config.Platform != OciLayout.Platform)
            throw ImageFault.Bad($"the image is made for {Printable.Line(config.Platform, 40)}, this node runs {OciLayout.Platform}: make it for that one");
        if (config.DiffIds.Count != Layers.Count)
            throw ImageFault.Bad($"the manifest has {Layers.Count} layers, the configuration {config.DiffIds.Count}: make the image again");
    }

    /// <summary>Reads one.</summary>
    /// <param name="bytes">The document.</param>
    /// <param name="limits">Bounds.</param>
    public static OciManifest Read(ReadOnlyMemory<byte> bytes, ImageLimits limits)
    {
        JsonElement root = OciJson.Parse(bytes, "the manifest");
        if (OciJson.Number(root, "schemaVersion") != 2) throw ImageFault.Bad("the manifest's schemaVersion must be 2: make the image again with a newer tool");
        JsonElement config = OciJson.Object(root, "config") ?? throw ImageFault.Bad("the manifest names no config: make the image again");
        OciDescriptor[] layers = [.. OciJson.Objects(root, "layers", limits.Layers).Select(OciDescriptor.Read)];
        foreach (OciDescriptor layer in layers)
        {
            if (layer.Media == OciMedia.Zstandard)
                throw ImageFault.Bad("a layer is packed with zstd, which is not offered: copy the image with skopeo copy --dest-compress-format gzip");
            if (layer.Media is not (OciMedia.Tar or OciMedia.Gzip or OciMedia.Files or OciMedia.FilesGzip))
                throw ImageFault.Bad($"a layer is of the type '{Printable.Line(layer.Media, 80)}', which is not offered: make it tar or tar+gzip");
        }

        long packed = layers.Sum(layer => Math.Min(layer.Size, limits.PackedBytes + 1));
        if (packed > limits.PackedBytes) throw ImageFault.Limit($"the layers have more than {limits.PackedBytes} bytes: make a smaller image");
        if (layers.Length == 0) throw ImageFault.Bad("the manifest names no layers: it is no image of a file system");
        var descriptor = OciDescriptor.Read(config);
        return descriptor.Media == OciMedia.Config ? new OciManifest(descriptor, layers)
            : throw ImageFault.Bad($"the configuration is of the type '{Printable.Line(descriptor.Media, 80)}': it is no image of a file system");
    }
}
