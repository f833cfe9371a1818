// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using PeerCompute.Base.Checks;

namespace PeerCompute.Base.Crypto;

/// <summary>
/// ChaCha20-Poly1305 (RFC 8439) under one key. The caller sees to it that no nonce is used twice. One caller at a time.
/// Allocates nothing per call with the system's library; the managed fallback does.
/// </summary>
public sealed class ChaChaPoly : IDisposable
{
    /// <summary>Bytes of a key.</summary>
    public const int KeyLength = 32;

    /// <summary>Bytes of a nonce.</summary>
    public const int NonceLength = 12;

    /// <summary>Bytes of the tag behind the ciphertext.</summary>
    public const int TagLength = 16;

    private readonly ChaCha20Poly1305? _cipher;
    private readonly byte[] _managedKey = [];

    /// <summary>A cipher under a key.</summary>
    /// <param name="key">32 bytes.</param>
    public ChaChaPoly(ReadOnlySpan<byte> key)
        : this(key, ChaCha20Poly1305.IsSupported)
    {
    }

    internal ChaChaPoly(ReadOnlySpan<byte> key, bool native)
    {
        Invariant.Check(key.Length == KeyLength);
        if (native) _cipher = new ChaCha20Poly1305(key);
        else _managedKey = key.ToArray();
    }

    /// <summary>Encrypts; may work in place (plaintext at the start of the output).</summary>
    /// <param name="nonce">12 bytes, never used before under this key.</param>
    /// <param name="plaintext">Any length.</param>
    /// <param name="ciphertextAndTag">Exactly the plaintext's length plus 16.</param>
    /// <param name="associated">Bound to the ciphertext but not in it.</param>
    public void Encrypt(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plaintext, Span<byte> ciphertextAndTag, ReadOnlySpan<byte> associated)
    {
        Invariant.Check(nonce.Length == NonceLength && ciphertextAndTag.Length == plaintext.Length + TagLength);
        if (_cipher is null) BouncyCastleBackend.Aead(true, _managedKey, nonce, plaintext, ciphertextAndTag, associated);
        else _cipher.Encrypt(nonce, plaintext, ciphertextAndTag[..plaintext.Length], ciphertextAndTag[plaintext.Length..], associated);
    }

    /// <summary>Decrypts; may work in place. A stranger's bytes never throw.</summary>
    /// <param name="nonce">12 bytes.</param>
    /// <param name="ciphertextAndTag">What <see cref="Encrypt"/> gave; shorter than 16 bytes is refused.</param>
    /// <param name="plaintext">Exactly 16 bytes shorter than the ciphertext; holds nothing of use when refused.</param>
    /// <param name="associated">What was given to <see cref="Encrypt"/>.</param>
    /// <returns>False when anything was changed.</returns>
    public bool Decrypt(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> ciphertextAndTag, Span<byte> plaintext, ReadOnlySpan<byte> associated)
    {
        if (ciphertextAndTag.Length < TagLength) return false;
        Invariant.Check(nonce.Length == NonceLength && plaintext.Length == ciphertextAndTag.Length - TagLength);
        if (_cipher is null) return BouncyCastleBackend.Aead(false, _managedKey, nonce, ciphertextAndTag, plaintext, associated);
        try
        {
            _cipher.Decrypt(nonce, ciphertextAndTag[..plaintext.Length], ciphertextAndTag[plaintext.Length..], plaintext, associated);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    /// <summary>Forgets the key.</summary>
    public void Dispose()
    {
        _cipher?.Dispose();
        CryptographicOperations.ZeroMemory(_managedKey);
    }
}
