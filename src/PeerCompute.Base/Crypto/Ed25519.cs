// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Checks;

namespace PeerCompute.Base.Crypto;

/// <summary>
/// Ed25519 (RFC 8032, pure) with strict verification, so that every node agrees on every signature whichever library it uses:
/// S below the group order, A and R canonically encoded and not of small order, then the library's cofactorless check.
/// </summary>
/// <remarks>Rules and edge cases: Chalkias, Garillot, Nikolaenko, "Taming the many EdDSAs", 2020.</remarks>
public static class Ed25519
{
    /// <summary>Bytes of a seed and of a public key.</summary>
    public const int KeyLength = 32;

    /// <summary>Bytes of a signature.</summary>
    public const int SignatureLength = 64;

    // L = 2^252 + 27742317777372353535851937790883648493, little-endian.
    private static ReadOnlySpan<byte> Order =>
    [
        0xED, 0xD3, 0xF5, 0x5C, 0x1A, 0x63, 0x12, 0x58, 0xD6, 0x9C, 0xF7, 0xA2, 0xDE, 0xF9, 0xDE, 0x14,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];

    // p = 2^255 - 19, little-endian.
    private static ReadOnlySpan<byte> Prime =>
    [
        0xED, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F,
    ];

    // The y coordinates of the eight points of small order, 32 bytes each: 0 (order 4), 1 (order 1), p - 1 (order 2), two of order 8.
    // Each stands for both signs of x, which covers the two encodings of "negative zero" (y = 1 and y = p - 1) as well.
    internal static ReadOnlySpan<byte> SmallOrder =>
    [
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0xEC, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F,
        0x26, 0xE8, 0x95, 0x8F, 0xC2, 0xB2, 0x27, 0xB0, 0x45, 0xC3, 0xF4, 0x89, 0xF2, 0xEF, 0x98, 0xF0,
        0xD5, 0xDF, 0xAC, 0x05, 0xD3, 0xC6, 0x33, 0x39, 0xB1, 0x38, 0x02, 0x88, 0x6D, 0x53, 0xFC, 0x05,
        0xC7, 0x17, 0x6A, 0x70, 0x3D, 0x4D, 0xD8, 0x4F, 0xBA, 0x3C, 0x0B, 0x76, 0x0D, 0x10, 0x67, 0x0F,
        0x2A, 0x20, 0x53, 0xFA, 0x2C, 0x39, 0xCC, 0xC6, 0x4E, 0xC7, 0xFD, 0x77, 0x92, 0xAC, 0x03, 0x7A,
    ];

    /// <summary>The public key of a seed.</summary>
    /// <param name="seed">32 secret bytes.</param>
    /// <returns>32 bytes.</returns>
    public static byte[] PublicKey(ReadOnlySpan<byte> seed) => PublicKey(CurveBackends.Current, seed);

    /// <summary>Signs a message.</summary>
    /// <param name="seed">32 secret bytes.</param>
    /// <param name="publicKey">The seed's own public key, 32 bytes; a foreign one would leak the seed.</param>
    /// <param name="message">Any length.</param>
    /// <param name="signature">Exactly 64 bytes.</param>
    public static void Sign(ReadOnlySpan<byte> seed, ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, Span<byte> signature) =>
        Sign(CurveBackends.Current, seed, publicKey, message, signature);

    /// <summary>Checks a signature strictly. Never throws on a stranger's bytes.</summary>
    /// <param name="publicKey">The signer's key; anything but 32 bytes is refused.</param>
    /// <param name="message">Any length.</param>
    /// <param name="signature">The signature; anything but 64 bytes is refused.</param>
    /// <returns>True when it is good.</returns>
    public static bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        Verify(CurveBackends.Current, publicKey, message, signature);

    internal static byte[] PublicKey(ICurveBackend backend, ReadOnlySpan<byte> seed)
    {
        Invariant.Check(seed.Length == KeyLength);
        var publicKey = new byte[KeyLength];
        backend.SigningPublicKey(seed, publicKey);
        return publicKey;
    }

    internal static void Sign(
        ICurveBackend backend, ReadOnlySpan<byte> seed, ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, Span<byte> signature)
    {
        Invariant.Check(seed.Length == KeyLength && publicKey.Length == KeyLength && signature.Length == SignatureLength);
        backend.Sign(seed, publicKey, message, signature);
    }

    internal static bool Verify(ICurveBackend backend, ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        publicKey.Length == KeyLength && signature.Length == SignatureLength && Below(signature[32..], Order)
        && IsStrictPoint(publicKey) && IsStrictPoint(signature[..32]) && backend.Verify(publicKey, message, signature);

    /// <summary>Whether an encoding is canonical and not of small order; whether it is on the curve is the library's to say.</summary>
    internal static bool IsStrictPoint(ReadOnlySpan<byte> encoded)
    {
        Span<byte> y = stackalloc byte[32];
        encoded.CopyTo(y);
        y[31] &= 0x7F;
        if (!Below(y, Prime)) return false;
        for (var i = 0; i < SmallOrder.Length; i += 32)
        {
            if (y.SequenceEqual(SmallOrder.Slice(i, 32))) return false;
        }

        return true;
    }

    private static bool Below(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        for (var i = 31; i >= 0; i--)
        {
            if (a[i] != b[i]) return a[i] < b[i];
        }

        return false;
    }
}
