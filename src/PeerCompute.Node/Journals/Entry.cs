// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace PeerCompute.Node.Journals;

/// <summary>A row of the journal.</summary>
internal static class Entry
{
    /// <summary>SHA-256 over the number (8 bytes, big-endian) and the body: a row that was changed or moved shows.</summary>
    public static byte[] Checksum(long n, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> number = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(number, n);
        hash.AppendData(number);
        hash.AppendData(body);
        return hash.GetHashAndReset();
    }
}
