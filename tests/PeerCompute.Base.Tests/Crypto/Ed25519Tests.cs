// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Chance;
using PeerCompute.Base.Crypto;

namespace PeerCompute.Base.Tests.Crypto;

public sealed class Ed25519Tests
{
    // RFC 8032 section 7.1: secret, public, message, signature.
    private static readonly string[][] Rfc8032 =
    [
        [
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
        ],
        [
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb", "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
        ],
        [
            "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7", "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
        ],
        [
            "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42", "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
            "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704",
        ],
    ];

    [Test]
    public void Rfc8032VectorsHold([ValueSource(typeof(Backends), nameof(Backends.All))] object backend)
    {
        var curves = (ICurveBackend)backend;
        foreach (var vector in Rfc8032)
        {
            var (seed, key, message, expected) = (Vectors.Hex(vector[0]), Vectors.Hex(vector[1]), Vectors.Hex(vector[2]), Vectors.Hex(vector[3]));
            var signature = new byte[64];
            Ed25519.Sign(curves, seed, key, message, signature);
            Assert.That(Ed25519.PublicKey(curves, seed), Is.EqualTo(key));
            Assert.That(signature, Is.EqualTo(expected));
            Assert.That(Ed25519.Verify(curves, key, message, signature));
        }
    }

    [Test]
    public void WycheproofVectorsHold([ValueSource(typeof(Backends), nameof(Backends.All))] object backend)
    {
        var curves = (ICurveBackend)backend;
        var count = 0;
        foreach (var group in Vectors.Load("wycheproof/ed25519_test.json").GetProperty("testGroups").EnumerateArray())
        {
            var key = group.GetProperty("publicKey").Hex("pk");
            foreach (var test in group.GetProperty("tests").EnumerateArray())
            {
                count++;
                var good = Ed25519.Verify(curves, key, test.Hex("msg"), test.Hex("sig"));
                Assert.That(good, Is.EqualTo(test.Text("result") == "valid"), $"case {test.GetProperty("tcId")}: {test.Text("comment")}");
            }
        }

        Assert.That(count, Is.GreaterThan(100));
    }

    [Test]
    public void BothLibrariesAgreeOnRandomKeysAndMessages()
    {
        var backends = Backends.All.ToArray();
        Assume.That(backends, Has.Length.EqualTo(2), "libcrypto is not installed");
        var chance = new Secrets(new byte[32]);
        for (var i = 0; i < 50; i++)
        {
            var seed = chance.Bytes(32);
            var message = chance.Bytes(i * 7);
            byte[] first = new byte[64], second = new byte[64];
            var key = Ed25519.PublicKey(backends[0], seed);
            Ed25519.Sign(backends[0], seed, key, message, first);
            Ed25519.Sign(backends[1], seed, key, message, second);
            Assert.That(Ed25519.PublicKey(backends[1], seed), Is.EqualTo(key));
            Assert.That(second, Is.EqualTo(first));
            first[chance.Bytes(1)[0] % 64] ^= 1;
            foreach (var backend in backends)
            {
                Assert.That(Ed25519.Verify(backend, key, message, second));
                Assert.That(Ed25519.Verify(backend, key, message, first), Is.False);
            }
        }
    }

    [Test]
    public void WrongLengthsAreRefusedWithoutAnException()
    {
        var seed = new byte[32];
        var key = Ed25519.PublicKey(seed);
        var signature = new byte[64];
        Ed25519.Sign(seed, key, "m"u8, signature);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Ed25519.Verify(key, "m"u8, signature));
            Assert.That(Ed25519.Verify(key.AsSpan(1), "m"u8, signature), Is.False);
            Assert.That(Ed25519.Verify([], "m"u8, signature), Is.False);
            Assert.That(Ed25519.Verify(key, "m"u8, signature.AsSpan(1)), Is.False);
            Assert.That(Ed25519.Verify(key, "m"u8, [.. signature, 0]), Is.False);
        }
    }
}
