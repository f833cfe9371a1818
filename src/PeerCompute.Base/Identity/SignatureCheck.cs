// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;

namespace PeerCompute.Base.Identity;

/// <summary>The one place where a peer's signature is checked.</summary>
public static class SignatureCheck
{
    /// <summary>Checks strictly (<see cref="Ed25519"/>). Never throws on a stranger's bytes.</summary>
    /// <param name="signer">Who should have signed; <see cref="PeerId.None"/> never did.</param>
    /// <param name="message">What was signed.</param>
    /// <param name="signature">The signature.</param>
    /// <returns>True when it is good.</returns>
    public static bool Verify(PeerId signer, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        Span<byte> key = stackalloc byte[Ed25519.KeyLength];
        signer.CopyKeyTo(key);
        return Ed25519.Verify(key, message, signature);
    }
}
