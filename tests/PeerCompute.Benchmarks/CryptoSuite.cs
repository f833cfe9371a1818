// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Identity;
using PeerCompute.Node.Blobs;
using PeerCompute.Wire.Blobs;
using PeerCompute.Wire.Common;

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

        foreach (var figure in Tokens()) yield return figure;
        foreach (var native in new[] { true, false })
        {
            using var cipher = new ChaChaPoly(new byte[32], native);
            byte[] nonce = new byte[12], box = new byte[1024 + ChaChaPoly.TagLength];
            yield return Measure($"chacha20-poly1305 1 KiB, {(native ? "system" : "BouncyCastle")}", () => cipher.Encrypt(nonce, box.AsSpan(0, 1024), box, []));
        }
    }

    /// <summary>What a server pays for the token of a request: the first of a peer, and every further one.</summary>
    private static IEnumerable<Figure> Tokens()
    {
        var issuer = KeyPair.FromSeed(new byte[32]);
        var (job, root) = (Hash32.Of("job"u8), Hash32.Of("root"u8));
        var header = new Header(new Incarnation(1, 1), 0, BlobToken.ContextOf(job, job, BlobScope.Inputs, issuer.PeerId), Rules.Hash, 1);
        var token = SignedToken.Sign(issuer, new BlobToken(header, job, job, BlobScope.Inputs, issuer.PeerId, long.MaxValue));
        var request = new BlobRequest(root, 0, 1, true, token.Envelope.Bytes);
        yield return Measure("blob token, first request of a peer", () => Opened().Judge(request, issuer.PeerId));
        var gate = Opened();
        yield return Measure("blob token, further requests", () => gate.Judge(request, issuer.PeerId));

        BlobGate Opened()
        {
            var fresh = new BlobGate(static () => 1);
            fresh.Share(job, issuer.PeerId, [root]);
            return fresh;
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
