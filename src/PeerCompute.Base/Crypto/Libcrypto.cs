// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using System.Runtime.InteropServices;

namespace PeerCompute.Base.Crypto;

/// <summary>The functions of OpenSSL's libcrypto (1.1.1 or 3.x) that are used; see its EVP manual pages.</summary>
internal static unsafe partial class Libcrypto
{
    public const int Ed25519Type = 1087; // NID_ED25519
    public const int X25519Type = 1034; // NID_X25519
    private const string Name = "libcrypto";

    // Versioned names only: an unversioned libcrypto may be of another ABI, and macOS ends a process that loads one.
    private static readonly string[] Files =
    [
        "libcrypto.so.3", "libcrypto.so.1.1", "libcrypto.3.dylib", "/opt/homebrew/opt/openssl@3/lib/libcrypto.3.dylib",
        "/usr/local/opt/openssl@3/lib/libcrypto.3.dylib", "libcrypto.1.1.dylib", "libcrypto-3-x64.dll",
    ];

    static Libcrypto() => NativeLibrary.SetDllImportResolver(typeof(Libcrypto).Assembly, Resolve);

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name != Name) return 0;
        foreach (var file in Files)
        {
            if (NativeLibrary.TryLoad(file, out var handle)) return handle;
        }

        return 0;
    }

    [LibraryImport(Name)]
    public static partial nint EVP_PKEY_new_raw_private_key(int type, nint engine, byte* key, nuint length);

    [LibraryImport(Name)]
    public static partial nint EVP_PKEY_new_raw_public_key(int type, nint engine, byte* key, nuint length);

    [LibraryImport(Name)]
    public static partial int EVP_PKEY_get_raw_public_key(nint key, byte* bytes, nuint* length);

    [LibraryImport(Name)]
    public static partial void EVP_PKEY_free(nint key);

    [LibraryImport(Name)]
    public static partial nint EVP_MD_CTX_new();

    [LibraryImport(Name)]
    public static partial void EVP_MD_CTX_free(nint context);

    [LibraryImport(Name)]
    public static partial int EVP_DigestSignInit(nint context, nint* keyContext, nint digest, nint engine, nint key);

    [LibraryImport(Name)]
    public static partial int EVP_DigestSign(nint context, byte* signature, nuint* signatureLength, byte* message, nuint length);

    [LibraryImport(Name)]
    public static partial int EVP_DigestVerifyInit(nint context, nint* keyContext, nint digest, nint engine, nint key);

    [LibraryImport(Name)]
    public static partial int EVP_DigestVerify(nint context, byte* signature, nuint signatureLength, byte* message, nuint length);

    [LibraryImport(Name)]
    public static partial nint EVP_PKEY_CTX_new(nint key, nint engine);

    [LibraryImport(Name)]
    public static partial void EVP_PKEY_CTX_free(nint context);

    [LibraryImport(Name)]
    public static partial int EVP_PKEY_derive_init(nint context);

    [LibraryImport(Name)]
    public static partial int EVP_PKEY_derive_set_peer(nint context, nint peer);

    [LibraryImport(Name)]
    public static partial int EVP_PKEY_derive(nint context, byte* shared, nuint* length);

    [LibraryImport(Name)]
    public static partial void ERR_clear_error();
}
