// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Wire.Common;

namespace PeerCompute.Simulator.Executors;

/// <summary>The encrypted blobs that a node has; survives crashes, as files do.</summary>
internal sealed class BlobShelf
{
    private readonly Dictionary<Hash32, (Hash32 Plain, ulong Size, bool Garbage)> _blobs = [];

    public bool Has(Hash32 root) => _blobs.ContainsKey(root);

    /// <param name="blob">Its reference.</param>
    /// <param name="garbage">Whether the bytes under its name open to nothing.</param>
    public void Put(BlobRef blob, bool garbage = false) => _blobs[blob.Root] = (blob.Plain, blob.Size, garbage);

    public void Drop(Hash32 root) => _blobs.Remove(root);

    /// <summary>Whether the bytes open under the reference's key to what it promises.</summary>
    public bool Opens(BlobRef blob)
        => _blobs.TryGetValue(blob.Root, out var held) && !held.Garbage && held.Plain == blob.Plain && held.Size == blob.Size
            && SimProgram.Root(blob.Plain, blob.Size, blob.Key.Span) == blob.Root;
}
