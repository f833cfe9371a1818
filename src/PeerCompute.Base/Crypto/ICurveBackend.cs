// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Base.Crypto;

/// <summary>Curve25519 operations of one library. Callers check lengths and strictness first (<see cref="Ed25519"/>, <see cref="X25519"/>).</summary>
internal interface ICurveBackend
{
    /// <summary>The 32-byte Ed25519 public key of a 32-byte seed.</summary>
    void SigningPublicKey(ReadOnlySpan<byte> seed, Span<byte> publicKey);

    /// <summary>The 64-byte Ed25519 signature (RFC 8032, pure).</summary>
    void Sign(ReadOnlySpan<byte> seed, ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, Span<byte> signature);

    /// <summary>The cofactorless Ed25519 check.</summary>
    bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature);

    /// <summary>The 32-byte X25519 public key of a 32-byte secret.</summary>
    void AgreementPublicKey(ReadOnlySpan<byte> secret, Span<byte> publicKey);

    /// <summary>The 32-byte X25519 shared value; false or zero when the other key is of small order.</summary>
    bool Agree(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> theirPublic, Span<byte> shared);
}
