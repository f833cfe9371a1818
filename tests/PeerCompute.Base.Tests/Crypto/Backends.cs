// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;

namespace PeerCompute.Base.Tests.Crypto;

/// <summary>Both libraries; the native one is demanded in CI and left out where the system lacks it.</summary>
internal static class Backends
{
    public static IEnumerable<ICurveBackend> All
    {
        get
        {
            var native = LibcryptoBackend.TryLoad();
            if (native is not null) yield return native;
            else if (Environment.GetEnvironmentVariable("CI") == "true") throw new InvalidOperationException("libcrypto is missing or refuses Curve25519");
            yield return new BouncyCastleBackend();
        }
    }
}
