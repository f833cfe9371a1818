// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Node.Blobs;
using PeerCompute.Wire.Blobs;

namespace PeerCompute.Node.Tests.Images;

/// <summary>Chunks of a blob whose every reading a test sees, stops or falsifies.</summary>
internal sealed class WatchedChunks(IBlobChunks inner, WatchedChunks.Reading reading) : IBlobChunks
{
    /// <summary>Told a chunk that was read.</summary>
    /// <param name="manifest">The blob's manifest.</param>
    /// <param name="bytes">What is about to be sent.</param>
    /// <returns>False: the disk lost it.</returns>
    public delegate bool Reading(BlobManifest manifest, Span<byte> bytes);

    public Hash32 Root => inner.Root;

    public BlobManifest Manifest => inner.Manifest;

    public bool ReadGood(int chunk, Span<byte> buffer) => inner.ReadGood(chunk, buffer) && reading(inner.Manifest, buffer);

    public void Dispose() => inner.Dispose();
}
