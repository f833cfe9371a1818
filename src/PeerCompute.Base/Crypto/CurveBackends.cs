// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Base.Crypto;

/// <summary>Which library does Curve25519: libcrypto where it is there and passes its self-test, BouncyCastle elsewhere.</summary>
internal static class CurveBackends
{
    /// <summary>The library in use, chosen once per process.</summary>
    public static readonly ICurveBackend Current = LibcryptoBackend.TryLoad() ?? (ICurveBackend)new BouncyCastleBackend();
}
