// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using PeerCompute.Base.Checks;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Identity;
using PeerCompute.Wire.Common;

namespace PeerCompute.Market.Adverts;

/// <summary>One shard of a bucket, as provider records name it.</summary>
/// <param name="Bucket">The bucket.</param>
/// <param name="Level">It has 2^level shards, 0 to <see cref="BucketLevels.Most"/>.</param>
/// <param name="Shard">0 to 2^level - 1.</param>
/// <param name="Digest">SHA-256 of the name <c>/peercompute/cap/1/NETWORK/ATTRIBUTE/CLASS/LEVEL/SHARD</c>.</param>
public sealed record BucketKey(Bucket Bucket, int Level, uint Shard, Hash32 Digest)
{
    /// <summary>The key of a shard.</summary>
    /// <param name="network">The network.</param>
    /// <param name="bucket">The bucket.</param>
    /// <param name="level">Its level.</param>
    /// <param name="shard">The shard.</param>
    /// <returns>The key.</returns>
    public static BucketKey Of(NetworkId network, Bucket bucket, int level, uint shard)
    {
        Invariant.Check(level is >= 0 and <= BucketLevels.Most && shard < 1U << level);
        var name = string.Create(CultureInfo.InvariantCulture, $"/peercompute/cap/1/{network}/{bucket.Attribute}/{bucket.Class}/{level}/{shard}");
        return new BucketKey(bucket, level, shard, Hash32.Of(Encoding.UTF8.GetBytes(name)));
    }

    /// <summary>The shard that a node is in: the top bits of the hash of its peer id.</summary>
    /// <param name="peer">The node.</param>
    /// <param name="level">0 to <see cref="BucketLevels.Most"/>.</param>
    /// <returns>The shard.</returns>
    public static uint ShardOf(PeerId peer, int level)
    {
        Invariant.Check(level is >= 0 and <= BucketLevels.Most);
        Span<byte> hash = stackalloc byte[32];
        Hash32.Of(peer.ToBytes()).CopyTo(hash);
        return (uint)((ulong)BinaryPrimitives.ReadUInt32BigEndian(hash) >> (32 - level));
    }

    /// <summary>The key in the DHT: a sha2-256 multihash.</summary>
    /// <returns>34 new bytes.</returns>
    public byte[] ToMultihash() => [0x12, 0x20, .. Digest.ToArray()];
}
