// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Wire.Common;

namespace PeerCompute.Simulator.Executors;

/// <summary>The encrypted blobs that a node has; survives crashes, as files do.</summary>
internal sealed class BlobShelf
{
    private readonly Dictionary<Hash32, (Hash32 Plain, ulong Size, bool Garbage, string Fault)> _blobs = [];

    public bool Has(Hash32 root) => _blobs.ContainsKey(root);

    /// <param name="blob">Its reference.</param>
    /// <param name="garbage">Whether the bytes under its name open to nothing.</param>
    /// <param name="fault">For an output: what the program did wrong, as its bundle says; empty for nothing.</param>
    public void Put(BlobRef blob, bool garbage = false, string fault = "") => _blobs[blob.Root] = (blob.Plain, blob.Size, garbage, fault);

    /// <summary>What the bundle under a name says that the program did wrong; empty for nothing.</summary>
    public string FaultOf(Hash32 root) => _blobs.TryGetValue(root, out var held) ? held.Fault : "";

    public void Drop(Hash32 root) => _blobs.Remove(root);

    /// <summary>Whether the bytes open under the reference's key to what it promises.</summary>
    public bool Opens(BlobRef blob)
        => _blobs.TryGetValue(blob.Root, out var held) && !held.Garbage && held.Plain == blob.Plain && held.Size == blob.Size
            && SimProgram.Root(blob.Plain, blob.Size, blob.Key.Span) == blob.Root;
}
