// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using PeerCompute.Base.Crypto;

namespace PeerCompute.Base.Tests.Crypto;

public sealed class ChaChaPolyAllocationTests
{
    [Test]
    public void TheSystemsLibraryAllocatesNothingPerCall()
    {
        Assume.That(ChaCha20Poly1305.IsSupported, "the system's library lacks ChaCha20-Poly1305");
        using var cipher = new ChaChaPoly(new byte[32]);
        byte[] nonce = new byte[12], box = new byte[1016];
        cipher.Encrypt(nonce, box.AsSpan(0, 1000), box, []);
        cipher.Decrypt(nonce, box, box.AsSpan(0, 1000), []);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            cipher.Encrypt(nonce, box.AsSpan(0, 1000), box, []);
            cipher.Decrypt(nonce, box, box.AsSpan(0, 1000), []);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }
}
