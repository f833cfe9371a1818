// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;

namespace PeerCompute.Execution.Images;

/// <summary>An image in the store.</summary>
public sealed record ImageRecord
{
    private static readonly JsonSerializerOptions Form = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, WriteIndented = true };

    /// <summary>The owner's name for it.</summary>
    public required string Name { get; init; }

    /// <summary>Digest of its manifest; of a plain archive, a hash over the digests of its base and of itself.</summary>
    public required string Digest { get; init; }

    /// <summary>Its layers, the lowest first.</summary>
    public required IReadOnlyList<ImageLayer> Layers { get; init; }

    /// <summary>How its program is started.</summary>
    public required ImageProgram Program { get; init; }

    /// <summary>When it was imported.</summary>
    public DateTimeOffset Imported { get; init; }

    /// <summary>Devices and pipes of its layers, which are not made.</summary>
    public int LeftOut { get; init; }

    /// <summary>Files of its layers that asked for their owner's rights, which they do not get.</summary>
    public int Stripped { get; init; }

    /// <summary>The digest's digits.</summary>
    internal string Digits => Digest[ImageDigest.Prefix.Length..];

    /// <summary>The record as a file.</summary>
    internal byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, Form);

    /// <summary>Reads a record that this node wrote.</summary>
    internal static ImageRecord FromBytes(ReadOnlySpan<byte> bytes) => JsonSerializer.Deserialize<ImageRecord>(bytes, Form) ?? throw new JsonException("null");
}
