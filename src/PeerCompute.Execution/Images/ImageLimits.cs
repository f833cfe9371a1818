// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Execution.Images;

/// <summary>What an image may cost the host that unpacks it. Whoever made it is a stranger; beyond a bound it is refused by name.</summary>
public sealed record ImageLimits
{
    /// <summary>Most layers of an image. Overlay file systems of other tools hold no more.</summary>
    public int Layers { get; init; } = 128;

    /// <summary>Most entries of all layers together: files, folders, links, whiteouts.</summary>
    public int Entries { get; init; } = 500_000;

    /// <summary>Longest name of an entry, or target of a link, bytes.</summary>
    public int NameBytes { get; init; } = 2048;

    /// <summary>Most bytes of names and targets of all entries together; they are held in memory.</summary>
    public long NamesBytes { get; init; } = 64L << 20;

    /// <summary>Deepest entry, folders above it included.</summary>
    public int Depth { get; init; } = 128;

    /// <summary>Most entries directly below the root, and directly below etc: each is a mount of the sandbox.</summary>
    public int Mounts { get; init; } = 1024;

    /// <summary>Most bytes of all layers as they are packed.</summary>
    public long PackedBytes { get; init; } = 64L << 30;

    /// <summary>Most bytes of all layers unpacked.</summary>
    public long UnpackedBytes { get; init; } = 64L << 30;

    /// <summary>A layer may unpack to this many times its packed size. Programs and their data stay below 20; deflate itself reaches 1032.</summary>
    public int Ratio { get; init; } = 200;

    /// <summary>What a layer may unpack to whatever its packed size, bytes.</summary>
    public long FreeBytes { get; init; } = 16L << 20;

    /// <summary>Longest index, manifest or configuration, bytes: what registries accept.</summary>
    public int DocumentBytes { get; init; } = 4 << 20;
}
