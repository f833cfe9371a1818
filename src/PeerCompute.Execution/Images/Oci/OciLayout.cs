// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;

namespace PeerCompute.Execution.Images.Oci;

/// <summary>An image layout (OCI image specification, image-layout.md), in a folder or an archive. What is read of it is checked against its digest.</summary>
/// <param name="limits">Bounds.</param>
internal abstract class OciLayout(ImageLimits limits) : IDisposable
{
    /// <summary>The platform that nodes are.</summary>
    public const string Platform = "linux/amd64";

    private const int MostManifests = 1024;
    private const int MostIndexes = 3; // an index in an index is what tools for many platforms make

    /// <summary>Opens a file of the layout.</summary>
    /// <param name="path">Its relative path.</param>
    /// <returns>Its bytes from the start; null where there is none.</returns>
    public abstract Stream? TryOpen(string path);

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>Finds the image for this platform.</summary>
    /// <param name="reference">The name that it must have in the layout; null: any, if there is only one.</param>
    /// <returns>Descriptor of its manifest.</returns>
    public OciDescriptor Choose(string? reference)
    {
        JsonElement layout = OciJson.Parse(Small("oci-layout"), "oci-layout");
        string version = OciJson.Text(layout, "imageLayoutVersion");
        if (version != "1.0.0")
            throw ImageFault.Bad($"oci-layout: imageLayoutVersion '{Printable.Line(version, 80)}', expected 1.0.0: copy it with another tool");
        OciDescriptor[] found = [.. Manifests(Small("index.json"), "index.json")];
        if (found.Length > 1 && reference is null)
        {
            string names = string.Join(", ", found.Take(8).Select(at => at.Name.Length > 0 ? at.Name : "unnamed"));
            throw ImageFault.Bad($"the layout holds {found.Length} images ({Printable.Line(names, 200)}): choose one with --reference");
        }

        OciDescriptor[] named = reference is null ? found : [.. found.Where(at => at.Name == reference)];
        if (named.Length == 0)
            throw ImageFault.NotFound($"the layout holds no image {(reference is null ? $"for {Platform}" : $"of the name '{reference}' for {Platform}")}");
        return Resolve(named[0], MostIndexes);
    }

    /// <summary>A document, checked.</summary>
    public byte[] Document(OciDescriptor descriptor)
    {
        if (descriptor.Size > limits.DocumentBytes)
            throw ImageFault.Limit($"{descriptor.Path}: a document of {descriptor.Size} bytes, limit {limits.DocumentBytes}: make a smaller image");
        using CheckedStream blob = Blob(descriptor);
        byte[] bytes = new byte[descriptor.Size];
        int got = blob.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        Verify(descriptor, blob.Finish(), got);
        return bytes;
    }

    /// <summary>Opens a blob; reading more than its descriptor says is refused, and <see cref="Verify"/> judges it at the end.</summary>
    /// <param name="descriptor">Which.</param>
    /// <param name="copy">Gets all that is read; disposed of with the blob.</param>
    public CheckedStream Blob(OciDescriptor descriptor, Stream? copy = null)
    {
        Stream stream = TryOpen(descriptor.Path) ?? throw ImageFault.NotFound($"{descriptor.Path} is not in the layout: copy the whole image");
        return new CheckedStream(stream, count =>
        {
            if (count > descriptor.Size)
                throw ImageFault.NotAuthentic($"{descriptor.Path} is longer than the {descriptor.Size} bytes that its descriptor says");
        }, copy);
    }

    /// <summary>Compares a blob that was read with its descriptor.</summary>
    public static void Verify(OciDescriptor descriptor, Hash32 hash, long count)
    {
        if (count != descriptor.Size) throw ImageFault.NotAuthentic($"{descriptor.Path} has {count} bytes, its descriptor says {descriptor.Size}");
        if (hash != descriptor.Digest) throw ImageFault.NotAuthentic($"{descriptor.Path} does not have its digest");
    }

    private IEnumerable<OciDescriptor> Manifests(ReadOnlyMemory<byte> index, string what) =>
        OciJson.Objects(OciJson.Parse(index, what), "manifests", MostManifests).Select(OciDescriptor.Read)
            .Where(at => at.Media is OciMedia.Index or OciMedia.Manifest && at.Platform is Platform or "");

    // A manifest that does not say its platform is judged by its configuration.
    private OciDescriptor Resolve(OciDescriptor descriptor, int indexes)
    {
        if (descriptor.Media == OciMedia.Manifest) return descriptor;
        if (indexes == 0) throw ImageFault.Limit($"more than {MostIndexes} indexes in one another: copy the image for one platform only");
        OciDescriptor[] inner = [.. Manifests(Document(descriptor), "an index")];
        return inner.Length > 0 ? Resolve(inner[0], indexes - 1) : throw ImageFault.Bad($"the image is not made for {Platform}: make it for that platform");
    }

    private byte[] Small(string path)
    {
        using Stream stream = TryOpen(path) ?? throw ImageFault.Bad($"{path} is missing: it is no OCI image layout");
        byte[] bytes = new byte[limits.DocumentBytes + 1];
        int got = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (got == bytes.Length) throw ImageFault.Limit($"{path} has more than {limits.DocumentBytes} bytes: make a smaller layout");
        return bytes[..got];
    }
}
