// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Chance;
using PeerCompute.Base.Crypto;

namespace PeerCompute.Base.Tests.Crypto;

public sealed class X25519Tests
{
    [TestCase(
        "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4", "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c",
        "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552")]
    [TestCase(
        "4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d", "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493",
        "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957")]
    public void Rfc7748FunctionVectorsHold(string secret, string theirs, string expected)
    {
        foreach (var backend in Backends.All)
        {
            var shared = new byte[32];
            Assert.That(X25519.Agree(backend, Vectors.Hex(secret), Vectors.Hex(theirs), shared));
            Assert.That(Convert.ToHexStringLower(shared), Is.EqualTo(expected));
        }
    }

    [Test]
    public void Rfc7748IterationHolds()
    {
        // Section 5.2: k and u start at 9; after each step u is the old k.
        foreach (var backend in Backends.All)
        {
            byte[] k = new byte[32], u = new byte[32];
            k[0] = u[0] = 9;
            for (var i = 1; i <= 1000; i++)
            {
                var next = new byte[32];
                X25519.Agree(backend, k, u, next);
                (u, k) = (k, next);
                if (i == 1) Assert.That(Convert.ToHexStringLower(k), Is.EqualTo("422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079"));
            }

            Assert.That(Convert.ToHexStringLower(k), Is.EqualTo("684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51"));
        }
    }

    [Test]
    public void Rfc7748DiffieHellmanHolds()
    {
        var alice = Vectors.Hex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a");
        var bob = Vectors.Hex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb");
        foreach (var backend in Backends.All)
        {
            byte[] first = new byte[32], second = new byte[32];
            var alicePublic = X25519.PublicKey(backend, alice);
            Assert.That(Convert.ToHexStringLower(alicePublic), Is.EqualTo("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a"));
            Assert.That(X25519.Agree(backend, alice, X25519.PublicKey(backend, bob), first));
            Assert.That(X25519.Agree(backend, bob, alicePublic, second));
            Assert.That(Convert.ToHexStringLower(first), Is.EqualTo("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742"));
            Assert.That(second, Is.EqualTo(first));
        }
    }

    [Test]
    public void WycheproofVectorsHold([ValueSource(typeof(Backends), nameof(Backends.All))] object backend)
    {
        var count = 0;
        foreach (var group in Vectors.Load("wycheproof/x25519_test.json").GetProperty("testGroups").EnumerateArray())
        {
            foreach (var test in group.GetProperty("tests").EnumerateArray())
            {
                count++;
                var shared = new byte[32];
                var expected = test.Hex("shared");
                var good = X25519.Agree((ICurveBackend)backend, test.Hex("private"), test.Hex("public"), shared);
                Assert.That(shared, Is.EqualTo(expected), $"case {test.GetProperty("tcId")}: {test.Text("comment")}");
                Assert.That(good, Is.EqualTo(expected.Any(b => b != 0)), $"case {test.GetProperty("tcId")}: {test.Text("comment")}");
            }
        }

        Assert.That(count, Is.GreaterThan(400));
    }

    [Test]
    public void BothLibrariesAgreeOnRandomKeys()
    {
        var backends = Backends.All.ToArray();
        Assume.That(backends, Has.Length.EqualTo(2), "libcrypto is not installed");
        var chance = new Secrets(new byte[32]);
        for (var i = 0; i < 50; i++)
        {
            var (secret, theirs) = (chance.Bytes(32), chance.Bytes(32));
            byte[] first = new byte[32], second = new byte[32];
            Assert.That(X25519.PublicKey(backends[0], secret), Is.EqualTo(X25519.PublicKey(backends[1], secret)));
            Assert.That(X25519.Agree(backends[0], secret, theirs, first));
            Assert.That(X25519.Agree(backends[1], secret, theirs, second));
            Assert.That(first, Is.EqualTo(second));
        }
    }

    [Test]
    public void ZeroResultAndWrongLengthAreRefused()
    {
        foreach (var backend in Backends.All)
        {
            var shared = new byte[32];
            Assert.That(X25519.Agree(backend, new byte[32], new byte[32], shared), Is.False);
            Assert.That(X25519.Agree(backend, new byte[32], new byte[31], shared), Is.False);
        }
    }
}
