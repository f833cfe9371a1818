// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Checks;
using static PeerCompute.Base.Crypto.Libcrypto;

namespace PeerCompute.Base.Crypto;

/// <summary>Curve25519 by OpenSSL's libcrypto. Holds nothing between calls; every native object is freed in a finally.</summary>
internal sealed unsafe class LibcryptoBackend : ICurveBackend
{
    private LibcryptoBackend()
    {
    }

    /// <summary>The backend, or null where libcrypto is missing, too old, or refuses these curves (some FIPS set-ups do).</summary>
    public static LibcryptoBackend? TryLoad()
    {
        var backend = new LibcryptoBackend();
        try
        {
            return backend.SelfTest() ? backend : null;
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException or InvariantException or TypeInitializationException)
        {
            return null;
        }
    }

    public void SigningPublicKey(ReadOnlySpan<byte> seed, Span<byte> publicKey) => PublicKey(Ed25519Type, seed, publicKey);

    public void AgreementPublicKey(ReadOnlySpan<byte> secret, Span<byte> publicKey) => PublicKey(X25519Type, secret, publicKey);

    public void Sign(ReadOnlySpan<byte> seed, ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, Span<byte> signature)
    {
        nint key = 0, context = 0;
        try
        {
            key = PrivateKey(Ed25519Type, seed);
            context = EVP_MD_CTX_new();
            Invariant.Check(context != 0 && EVP_DigestSignInit(context, null, 0, 0, key) == 1, "libcrypto refuses to sign");
            nuint length = 64;
            fixed (byte* s = signature, m = message)
            {
                Invariant.Check(EVP_DigestSign(context, s, &length, m, (nuint)message.Length) == 1 && length == 64, "libcrypto refuses to sign");
            }
        }
        finally
        {
            EVP_MD_CTX_free(context);
            EVP_PKEY_free(key);
        }
    }

    public bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        nint key = 0, context = 0;
        var good = false;
        try
        {
            fixed (byte* p = publicKey) key = EVP_PKEY_new_raw_public_key(Ed25519Type, 0, p, 32);
            context = EVP_MD_CTX_new();
            if (key == 0 || context == 0 || EVP_DigestVerifyInit(context, null, 0, 0, key) != 1) return false;
            fixed (byte* s = signature, m = message) good = EVP_DigestVerify(context, s, 64, m, (nuint)message.Length) == 1;
            return good;
        }
        finally
        {
            EVP_MD_CTX_free(context);
            EVP_PKEY_free(key);
            if (!good) ERR_clear_error();
        }
    }

    public bool Agree(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> theirPublic, Span<byte> shared)
    {
        nint mine = 0, theirs = 0, context = 0;
        var good = false;
        try
        {
            mine = PrivateKey(X25519Type, secret);
            fixed (byte* p = theirPublic) theirs = EVP_PKEY_new_raw_public_key(X25519Type, 0, p, 32);
            if (theirs == 0) return false;
            context = EVP_PKEY_CTX_new(mine, 0);
            if (context == 0 || EVP_PKEY_derive_init(context) != 1 || EVP_PKEY_derive_set_peer(context, theirs) != 1) return false;
            nuint length = 32;
            fixed (byte* s = shared) good = EVP_PKEY_derive(context, s, &length) == 1 && length == 32;
            return good;
        }
        finally
        {
            EVP_PKEY_CTX_free(context);
            EVP_PKEY_free(theirs);
            EVP_PKEY_free(mine);
            if (!good) ERR_clear_error();
        }
    }

    private static nint PrivateKey(int type, ReadOnlySpan<byte> secret)
    {
        fixed (byte* s = secret)
        {
            var key = EVP_PKEY_new_raw_private_key(type, 0, s, 32);
            Invariant.Check(key != 0, "libcrypto refuses a private key");
            return key;
        }
    }

    private static void PublicKey(int type, ReadOnlySpan<byte> secret, Span<byte> publicKey)
    {
        var key = PrivateKey(type, secret);
        try
        {
            nuint length = 32;
            fixed (byte* p = publicKey)
            {
                Invariant.Check(EVP_PKEY_get_raw_public_key(key, p, &length) == 1 && length == 32, "libcrypto gives no public key");
            }
        }
        finally
        {
            EVP_PKEY_free(key);
        }
    }

    // Sign, verify and agree once with fixed keys, so that a crippled library is found at the start and not in the middle of a job.
    private bool SelfTest()
    {
        Span<byte> secret = stackalloc byte[32], pub = stackalloc byte[32], other = stackalloc byte[32], signature = stackalloc byte[64];
        secret.Fill(7);
        SigningPublicKey(secret, pub);
        Sign(secret, pub, "self-test"u8, signature);
        if (!Verify(pub, "self-test"u8, signature) || Verify(pub, "self-tesT"u8, signature)) return false;
        AgreementPublicKey(secret, pub);
        other.Clear();
        other[0] = 9;
        return Agree(secret, other, signature[..32]) && signature[..32].SequenceEqual(pub);
    }
}
