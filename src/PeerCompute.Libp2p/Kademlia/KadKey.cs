// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;

namespace PeerCompute.Libp2p.Kademlia;

/// <summary>Keys of provider records: the sha2-256 multihash (12 20 and 32 bytes) of what is provided. js-libp2p takes no shorter form.</summary>
public static class KadKey
{
    /// <summary>Bytes of the multihash.</summary>
    public const int Length = 34;

    /// <summary>The key of a SHA-256 value.</summary>
    /// <param name="digest">The value.</param>
    /// <returns>34 new bytes.</returns>
    public static byte[] Multihash(Hash32 digest)
    {
        var key = new byte[Length];
        key[0] = 0x12;
        key[1] = 0x20;
        digest.CopyTo(key.AsSpan(2));
        return key;
    }

    /// <summary>Reads a key.</summary>
    /// <param name="key">A stranger's bytes.</param>
    /// <param name="digest">The SHA-256 value in it.</param>
    /// <returns>False for anything but a sha2-256 multihash.</returns>
    public static bool TryRead(ReadOnlySpan<byte> key, out Hash32 digest)
    {
        digest = default;
        if (key.Length != Length || key[0] != 0x12 || key[1] != 0x20) return false;
        digest = new Hash32(key[2..]);
        return true;
    }
}
