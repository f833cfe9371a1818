// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;

namespace PeerCompute.Benchmarks;

/// <summary>Signatures and key agreement of both libraries, and the cipher: operations per second of processor time of one thread.</summary>
internal static class CryptoSuite
{
    private static readonly TimeSpan Span = TimeSpan.FromMilliseconds(500);

    public static IEnumerable<Figure> Run()
    {
        foreach (var backend in new ICurveBackend?[] { LibcryptoBackend.TryLoad(), new BouncyCastleBackend() })
        {
            if (backend is null) continue;
            foreach (var figure in Curves(backend)) yield return figure;
        }

        foreach (var native in new[] { true, false })
        {
            using var cipher = new ChaChaPoly(new byte[32], native);
            byte[] nonce = new byte[12], box = new byte[1024 + ChaChaPoly.TagLength];
            yield return Measure($"chacha20-poly1305 1 KiB, {(native ? "system" : "BouncyCastle")}", () => cipher.Encrypt(nonce, box.AsSpan(0, 1024), box, []));
        }
    }

    private static IEnumerable<Figure> Curves(ICurveBackend backend)
    {
        var name = backend is LibcryptoBackend ? "libcrypto" : "BouncyCastle";
        byte[] seed = new byte[32], message = new byte[200], signature = new byte[64], shared = new byte[32];
        var key = Ed25519.PublicKey(backend, seed);
        var theirs = X25519.PublicKey(backend, message.AsSpan(0, 32));
        Ed25519.Sign(backend, seed, key, message, signature);
        yield return Measure($"ed25519 sign, {name}", () => Ed25519.Sign(backend, seed, key, message, signature));
        yield return Measure($"ed25519 verify, {name}", () => Ed25519.Verify(backend, key, message, signature));
        yield return Measure($"x25519 agree, {name}", () => X25519.Agree(backend, seed, theirs, shared));
    }

    private static Figure Measure(string name, Action action)
    {
        for (var i = 0; i < 500; i++) action();
        var start = Environment.CpuUsage.TotalTime;
        var count = 0L;
        while (Environment.CpuUsage.TotalTime - start < Span)
        {
            for (var i = 0; i < 50; i++) action();
            count += 50;
        }

        return new Figure(name, count / (Environment.CpuUsage.TotalTime - start).TotalSeconds, "1/s");
    }
}
