// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;

namespace PeerCompute.Simulator.Overlays;

/// <summary>A key that a node provides, and who took the record.</summary>
internal sealed class Provision(int node, Hash32 key, long query, long began)
{
    public int Node { get; } = node;

    public Hash32 Key { get; } = key;

    public long Query { get; } = query;

    public long Began { get; } = began;

    /// <summary>Indices; none until it is announced.</summary>
    public int[] Holders { get; set; } = [];
}
