// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using System.Text;

namespace PeerCompute.Base.Crypto;

/// <summary>HKDF-SHA256 (RFC 5869).</summary>
public static class Hkdf
{
    /// <summary>Derives key bytes under a label.</summary>
    /// <param name="secret">The input key material.</param>
    /// <param name="salt">Public salt; may be empty.</param>
    /// <param name="label">What the bytes are for, for example <c>peercompute/1/sealing</c>; UTF-8, the info of RFC 5869.</param>
    /// <param name="length">1 to 8160.</param>
    /// <returns>The bytes.</returns>
    public static byte[] Derive(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> salt, string label, int length)
    {
        var output = new byte[length];
        Derive(secret, salt, Encoding.UTF8.GetBytes(label), output);
        return output;
    }

    /// <summary>Derives key bytes: extract, then expand.</summary>
    /// <param name="secret">The input key material.</param>
    /// <param name="salt">Public salt; may be empty.</param>
    /// <param name="info">Context.</param>
    /// <param name="output">1 to 8160 bytes.</param>
    public static void Derive(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> info, Span<byte> output) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, output, salt, info);

    /// <summary>The first half: a pseudorandom key from key material.</summary>
    /// <param name="secret">The input key material.</param>
    /// <param name="salt">Public salt; may be empty.</param>
    /// <param name="key">Exactly 32 bytes.</param>
    public static void Extract(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> salt, Span<byte> key) =>
        HKDF.Extract(HashAlgorithmName.SHA256, secret, salt, key);

    /// <summary>The second half: bytes from a pseudorandom key.</summary>
    /// <param name="key">At least 32 bytes.</param>
    /// <param name="info">Context.</param>
    /// <param name="output">1 to 8160 bytes.</param>
    public static void Expand(ReadOnlySpan<byte> key, ReadOnlySpan<byte> info, Span<byte> output) =>
        HKDF.Expand(HashAlgorithmName.SHA256, key, output, info);
}
