// SPDX-License-Identifier: Apache-2.0
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Modes;
using Org.BouncyCastle.Crypto.Parameters;
using BcEd25519 = Org.BouncyCastle.Math.EC.Rfc8032.Ed25519;
using BcX25519 = Org.BouncyCastle.Math.EC.Rfc7748.X25519;

namespace PeerCompute.Base.Crypto;

/// <summary>The managed fallback: Curve25519 and ChaCha20-Poly1305 by BouncyCastle. The only file that names it.</summary>
internal sealed class BouncyCastleBackend : ICurveBackend
{
    public void SigningPublicKey(ReadOnlySpan<byte> seed, Span<byte> publicKey)
    {
        var result = new byte[32];
        BcEd25519.GeneratePublicKey(seed.ToArray(), 0, result, 0);
        result.CopyTo(publicKey);
    }

    public void Sign(ReadOnlySpan<byte> seed, ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, Span<byte> signature)
    {
        var result = new byte[64];
        BcEd25519.Sign(seed.ToArray(), 0, publicKey.ToArray(), 0, message.ToArray(), 0, message.Length, result, 0);
        result.CopyTo(signature);
    }

    public bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        BcEd25519.Verify(signature.ToArray(), 0, publicKey.ToArray(), 0, message.ToArray(), 0, message.Length);

    public void AgreementPublicKey(ReadOnlySpan<byte> secret, Span<byte> publicKey)
    {
        var result = new byte[32];
        BcX25519.ScalarMultBase(secret.ToArray(), 0, result, 0);
        result.CopyTo(publicKey);
    }

    public bool Agree(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> theirPublic, Span<byte> shared)
    {
        var result = new byte[32];
        var good = BcX25519.CalculateAgreement(secret.ToArray(), 0, theirPublic.ToArray(), 0, result, 0);
        result.CopyTo(shared);
        return good;
    }

    /// <summary>ChaCha20-Poly1305 for systems whose own library lacks it.</summary>
    /// <returns>False when the tag is wrong (opening only).</returns>
    public static bool Aead(bool seal, byte[] key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> input, Span<byte> output, ReadOnlySpan<byte> associated)
    {
        var cipher = new ChaCha20Poly1305();
        cipher.Init(seal, new AeadParameters(new KeyParameter(key), 128, nonce.ToArray(), associated.ToArray()));
        var result = new byte[cipher.GetOutputSize(input.Length)];
        try
        {
            var length = cipher.ProcessBytes(input.ToArray(), 0, input.Length, result, 0);
            cipher.DoFinal(result, length);
        }
        catch (InvalidCipherTextException)
        {
            return false;
        }

        result.CopyTo(output);
        return true;
    }
}
