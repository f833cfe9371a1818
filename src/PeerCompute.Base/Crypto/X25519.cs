// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Checks;

namespace PeerCompute.Base.Crypto;

/// <summary>X25519 key agreement (RFC 7748).</summary>
public static class X25519
{
    /// <summary>Bytes of a secret, a public key and a shared value.</summary>
    public const int KeyLength = 32;

    /// <summary>The public key of a secret.</summary>
    /// <param name="secret">32 secret bytes, clamped inside.</param>
    /// <returns>32 bytes.</returns>
    public static byte[] PublicKey(ReadOnlySpan<byte> secret) => PublicKey(CurveBackends.Current, secret);

    /// <summary>The shared value of two keys. Feed it to a key derivation; never use it as a key.</summary>
    /// <param name="secret">My 32 secret bytes.</param>
    /// <param name="theirPublic">The other side's key; anything but 32 bytes is refused.</param>
    /// <param name="shared">Exactly 32 bytes; zeroed when refused.</param>
    /// <returns>False when the other key is of small order: the result would be zero (RFC 7748 section 6.1).</returns>
    public static bool Agree(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> theirPublic, Span<byte> shared) =>
        Agree(CurveBackends.Current, secret, theirPublic, shared);

    internal static byte[] PublicKey(ICurveBackend backend, ReadOnlySpan<byte> secret)
    {
        Invariant.Check(secret.Length == KeyLength);
        var publicKey = new byte[KeyLength];
        backend.AgreementPublicKey(secret, publicKey);
        return publicKey;
    }

    internal static bool Agree(ICurveBackend backend, ReadOnlySpan<byte> secret, ReadOnlySpan<byte> theirPublic, Span<byte> shared)
    {
        Invariant.Check(secret.Length == KeyLength && shared.Length == KeyLength);
        if (theirPublic.Length == KeyLength && backend.Agree(secret, theirPublic, shared) && shared.ContainsAnyExcept((byte)0)) return true;
        shared.Clear();
        return false;
    }
}
