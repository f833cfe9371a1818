// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Text;
using PeerCompute.Base.Chance;
using PeerCompute.Base.Checks;

namespace PeerCompute.Base.Crypto;

/// <summary>
/// Public-key encryption to a sealing key by nobody in particular: HPKE base mode, one message, of RFC 9180 with
/// DHKEM(X25519, HKDF-SHA256), HKDF-SHA256 and ChaCha20-Poly1305; the label is its info. The sender is not proven: sign around it.
/// </summary>
/// <remarks>Layout: version 1 (one byte), encapsulated key (32), ciphertext with tag.</remarks>
public static class SealedBox
{
    /// <summary>Bytes that a box is longer than its plaintext.</summary>
    public const int Overhead = 1 + X25519.KeyLength + ChaChaPoly.TagLength;

    private const byte Version = 1;

    private static ReadOnlySpan<byte> KemSuite => "KEM\x00\x20"u8;

    private static ReadOnlySpan<byte> Suite => "HPKE\x00\x20\x00\x01\x00\x03"u8;

    /// <summary>Encrypts to a sealing key.</summary>
    /// <param name="chance">Where the ephemeral key comes from.</param>
    /// <param name="recipient">The recipient's X25519 key, 32 bytes.</param>
    /// <param name="plaintext">Any length.</param>
    /// <param name="label">What the box is for; opening under another label fails.</param>
    /// <param name="associated">Bound to the box but not in it.</param>
    /// <returns>The box, <see cref="Overhead"/> bytes longer than the plaintext.</returns>
    /// <exception cref="Errors.WireException">The recipient's key is not 32 bytes or of small order.</exception>
    public static byte[] Seal(
        Secrets chance, ReadOnlySpan<byte> recipient, ReadOnlySpan<byte> plaintext, string label, ReadOnlySpan<byte> associated)
    {
        Span<byte> ephemeral = stackalloc byte[X25519.KeyLength];
        chance.Fill(ephemeral);
        return Seal(ephemeral, recipient, plaintext, Encoding.UTF8.GetBytes(label), associated);
    }

    /// <summary>Opens a box.</summary>
    /// <param name="secret">The recipient's X25519 secret, 32 bytes.</param>
    /// <param name="box">A stranger's bytes.</param>
    /// <param name="label">As given to Seal.</param>
    /// <param name="associated">As given to Seal.</param>
    /// <returns>The plaintext, or null when it is no box for this key, label and associated bytes.</returns>
    public static byte[]? Open(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> box, string label, ReadOnlySpan<byte> associated)
    {
        if (box.Length < Overhead || box[0] != Version) return null;
        var encapsulated = box.Slice(1, X25519.KeyLength);
        Span<byte> shared = stackalloc byte[X25519.KeyLength];
        if (!X25519.Agree(secret, encapsulated, shared)) return null;
        var plaintext = new byte[box.Length - Overhead];
        using var cipher = KeySchedule(shared, encapsulated, X25519.PublicKey(secret), Encoding.UTF8.GetBytes(label), out var nonce);
        return cipher.Decrypt(nonce, box[(1 + X25519.KeyLength)..], plaintext, associated) ? plaintext : null;
    }

    internal static byte[] Seal(
        ReadOnlySpan<byte> ephemeral, ReadOnlySpan<byte> recipient, ReadOnlySpan<byte> plaintext, ReadOnlySpan<byte> info, ReadOnlySpan<byte> associated)
    {
        Span<byte> shared = stackalloc byte[X25519.KeyLength];
        if (!X25519.Agree(ephemeral, recipient, shared)) throw new Errors.WireException("sealing key", "not an X25519 key of full order");
        var box = new byte[plaintext.Length + Overhead];
        box[0] = Version;
        X25519.PublicKey(ephemeral).CopyTo(box, 1);
        using var cipher = KeySchedule(shared, box.AsSpan(1, X25519.KeyLength), recipient, info, out var nonce);
        cipher.Encrypt(nonce, plaintext, box.AsSpan(1 + X25519.KeyLength), associated);
        return box;
    }

    // RFC 9180 section 4.1 (ExtractAndExpand) and section 5.1 (KeySchedule, mode 0, no PSK).
    private static ChaChaPoly KeySchedule(
        ReadOnlySpan<byte> agreed, ReadOnlySpan<byte> encapsulated, ReadOnlySpan<byte> recipient, ReadOnlySpan<byte> info, out byte[] nonce)
    {
        Span<byte> context = stackalloc byte[65];
        encapsulated.CopyTo(context);
        recipient.CopyTo(context[32..]);
        var prk = LabeledExtract(KemSuite, [], "eae_prk"u8, agreed);
        var shared = LabeledExpand(KemSuite, prk, "shared_secret"u8, context[..64], 32);

        context[0] = 0;
        LabeledExtract(Suite, [], "psk_id_hash"u8, []).CopyTo(context[1..]);
        LabeledExtract(Suite, [], "info_hash"u8, info).CopyTo(context[33..]);
        var secret = LabeledExtract(Suite, shared, "secret"u8, []);
        nonce = LabeledExpand(Suite, secret, "base_nonce"u8, context, ChaChaPoly.NonceLength);
        return new ChaChaPoly(LabeledExpand(Suite, secret, "key"u8, context, ChaChaPoly.KeyLength));
    }

    private static byte[] LabeledExtract(ReadOnlySpan<byte> suite, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> label, ReadOnlySpan<byte> material)
    {
        var key = new byte[32];
        Hkdf.Extract([.. "HPKE-v1"u8, .. suite, .. label, .. material], salt, key);
        return key;
    }

    private static byte[] LabeledExpand(ReadOnlySpan<byte> suite, ReadOnlySpan<byte> key, ReadOnlySpan<byte> label, ReadOnlySpan<byte> info, int length)
    {
        Invariant.Check(length <= 255);
        Span<byte> size = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(size, (ushort)length);
        var output = new byte[length];
        Hkdf.Expand(key, [.. size, .. "HPKE-v1"u8, .. suite, .. label, .. info], output);
        return output;
    }
}
