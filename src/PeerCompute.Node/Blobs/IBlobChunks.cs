// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Wire.Blobs;

namespace PeerCompute.Node.Blobs;

/// <summary>Encrypted chunks of a blob, wherever they come from.</summary>
internal interface IBlobChunks : IDisposable
{
    /// <summary>The blob's name.</summary>
    Hash32 Root { get; }

    /// <summary>Hashes of the chunks; their root is the blob's name.</summary>
    BlobManifest Manifest { get; }

    /// <summary>Reads one encrypted chunk and makes sure that it is what the manifest says.</summary>
    /// <param name="chunk">Its number.</param>
    /// <param name="buffer">As long as the chunk.</param>
    /// <returns>False when the disk lost it.</returns>
    bool ReadGood(int chunk, Span<byte> buffer);
}
