// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using System.Text.Json.Serialization;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Identity;
using PeerCompute.Wire.Images;

namespace PeerCompute.Execution.Images;

/// <summary>An image in the store.</summary>
public sealed record ImageRecord
{
    private static readonly JsonSerializerOptions Form = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, WriteIndented = true };

    /// <summary>The owner's name for it.</summary>
    public required string Name { get; init; }

    /// <summary>Digest of its manifest.</summary>
    public required string Digest { get; init; }

    /// <summary>Digest of its configuration.</summary>
    public string Config { get; init; } = "";

    /// <summary>Signed words of publishers for it, each an envelope (<see cref="SignedImage"/>) that was found good when it came.</summary>
    public IReadOnlyList<byte[]> Signatures { get; init; } = [];

    /// <summary>Whether another node gave it, so that it may go when room is wanted.</summary>
    public bool Fetched { get; init; }

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

    /// <summary>Bytes of its layers, packed and unpacked, those that it shares with others too.</summary>
    [JsonIgnore]
    public long Bytes => Layers.Sum(static layer => layer.PackedBytes + layer.UnpackedBytes);

    /// <summary>Who signed it.</summary>
    [JsonIgnore]
    public IEnumerable<PeerId> Signers => Signatures.Select(static envelope => SignedImage.Decode(envelope).Envelope.Signer);

    /// <summary>What names each of its parts, the manifest first, then the configuration and the layers, the lowest first.</summary>
    internal IEnumerable<Hash32> Parts => Layers.Select(static layer => layer.Digest).Prepend(Config).Prepend(Digest)
        .Where(static digest => digest.Length > 0).Select(static digest => Hash32.Parse(digest[ImageDigest.Prefix.Length..]));

    /// <summary>The digest's digits.</summary>
    internal string Digits => Digest[ImageDigest.Prefix.Length..];

    /// <summary>The record as a file.</summary>
    internal byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, Form);

    /// <summary>Reads a record that this node wrote.</summary>
    internal static ImageRecord FromBytes(ReadOnlySpan<byte> bytes) => JsonSerializer.Deserialize<ImageRecord>(bytes, Form) ?? throw new JsonException("null");
}
