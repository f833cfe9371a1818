// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;

namespace PeerCompute.Execution.Images.Oci;

/// <summary>Names a blob by type, hash and length (OCI image specification, descriptor.md).</summary>
/// <param name="Media">Its type, as <see cref="OciMedia"/> names it.</param>
/// <param name="Digest">SHA-256 of it.</param>
/// <param name="Size">Its length, bytes.</param>
internal sealed record OciDescriptor(string Media, Hash32 Digest, long Size)
{
    /// <summary>What a manifest is called in an index (annotation <c>org.opencontainers.image.ref.name</c>); empty: nothing.</summary>
    public string Name { get; private init; } = "";

    /// <summary>System and processor, such as <c>linux/amd64</c>; empty where it says nothing.</summary>
    public string Platform { get; private init; } = "";

    /// <summary>Where the blob lies in a layout (OCI image specification, image-layout.md).</summary>
    public string Path => "blobs/sha256/" + Digest;

    /// <summary>Reads one.</summary>
    /// <param name="at">A JSON object.</param>
    public static OciDescriptor Read(JsonElement at)
    {
        string digest = OciJson.Text(at, "digest");
        if (!ImageDigest.TryParse(digest, out Hash32 hash))
            throw ImageFault.Bad($"digest '{Printable.Line(digest, 80)}' must be sha256: and 64 hexadecimal digits: make the image again with sha256");
        if (OciJson.Texts(at, "urls", 16).Count > 0) throw ImageFault.Bad("urls: a part of the image lies elsewhere: make it again with all its layers");
        string platform = OciJson.Object(at, "platform") is { } on ? $"{OciJson.Text(on, "os")}/{OciJson.Text(on, "architecture")}" : "";
        string name = OciJson.Object(at, "annotations") is { } notes ? OciJson.Text(notes, "org.opencontainers.image.ref.name") : "";
        return new OciDescriptor(OciMedia.Plain(OciJson.Text(at, "mediaType")), hash, OciJson.Number(at, "size")) { Name = name, Platform = platform };
    }
}
