// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using PeerCompute.Base.Crypto;

namespace PeerCompute.Base.Tests.Crypto;

/// <summary>
/// The published edge cases of "Taming the many EdDSAs" (ed25519-speccheck, 15 cases). Strict verification refuses all but one: the
/// case whose A and R have a small-order component that cancels out without the cofactor, and which breaks no other rule.
/// </summary>
public sealed class Ed25519StrictTests
{
    private const string SmallOrderKey = "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa";
    private const string MixedKey = "f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43";
    private const string OtherMixedKey = "cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d";
    private const string PlainKey = "442aad9f089ad9e14647b1ef9099a1ff4798d78589e66f28eca69c11f582a623";
    private const string NegativeZero = "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff";

    private static readonly BigInteger P = BigInteger.Pow(2, 255) - 19;

    [TestCase("2a66241a42a9ee12994d8068dcf1bb7dfc6637b45450acd43711f637fa5080fc", SmallOrderKey,
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "0000000000000000000000000000000000000000000000000000000000000000", false, TestName = "S zero, A and R small, cofactored only")]
    [TestCase("8c93255d71dcab10e8f379c26200f3c7bd5f09d9bc3068d3ef4edeb4853022b6", SmallOrderKey,
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "0000000000000000000000000000000000000000000000000000000000000000", false, TestName = "S zero, A and R small")]
    [TestCase("9bedc267423725d473888631ebf45988bad3db83851ee85c85e241a07d148b41", SmallOrderKey,
        "f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43",
        "a5bb704786be79fc476f91d3f3f89b03984d8068dcf1bb7dfc6637b45450ac04", false, TestName = "A small, R mixed, cofactored only")]
    [TestCase("9bd9f44f4dcc75bd531b56b2cd280b0bb38fc1cd6d1230e14861d861de092e79", SmallOrderKey,
        "f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43",
        "a5bb704786be79fc476f91d3f3f89b03984d8068dcf1bb7dfc6637b45450ac04", false, TestName = "A small, R mixed")]
    [TestCase("9bedc267423725d473888631ebf45988bad3db83851ee85c85e241a07d148b41", MixedKey,
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
        "182ef1a5b928da07fec769cc8a12db6bcf70dab3f3227fa315e9d5e3e01a3405", false, TestName = "A mixed, R small, cofactored only")]
    [TestCase("aebf3f2601a0c8c5d39cc7d8911642f740b78168218da8471772b35f9d35b9ab", MixedKey,
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
        "8c4bd45aecaca5b24fb97bc10ac27ac8751a7dfe1baff8b953ec9f5833ca260e", false, TestName = "A mixed, R small")]
    [TestCase("9bd9f44f4dcc75bd531b56b2cd280b0bb38fc1cd6d1230e14861d861de092e79", OtherMixedKey,
        "9046a64750444938de19f227bb80485e92b83fdb4b6506c160484c016cc1852f",
        "87909e14428a7a1d62e9f22f3d3ad7802db02eb2e688b6c52fcd6648a98bd009", true, TestName = "A and R mixed, equation holds")]
    [TestCase("e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec4011eaccd55b53f56c", OtherMixedKey,
        "160a1cb0dc9c0258cd0a7d23e94d8fa878bcb1925f2c64246b2dee1796bed512",
        "5ec6bc982a269b723e0668e540911a9a6a58921d6925e434ab10aa7940551a09", false, TestName = "A and R mixed, cofactored only")]
    [TestCase("e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec4011eaccd55b53f56c", OtherMixedKey,
        "21122a84e0b5fca4052f5b1235c80a537878b38f3142356b2c2384ebad4668b7",
        "e40bc836dac0f71076f9abe3a53f9c03c1ceeeddb658d0030494ace586687405", false, TestName = "A and R mixed, cofactored without reduction only")]
    [TestCase("85e241a07d148b41e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec40", PlainKey,
        "e96f66be976d82e60150baecff9906684aebb1ef181f67a7189ac78ea23b6c0e",
        "547f7690a0e2ddcd04d87dbc3490dc19b3b3052f7ff0538cb68afb369ba3a514", false, TestName = "S above the order")]
    [TestCase("85e241a07d148b41e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec40", PlainKey,
        "8ce5b96c8f26d0ab6c47958c9e68b937104cd36e13c33566acd2fe8d38aa1942",
        "7e71f98a473474f2f13f06f97c20d58cc3f54b8bd0d272f42b695dd7e89a8c22", false, TestName = "S far above the order")]
    [TestCase("9bedc267423725d473888631ebf45988bad3db83851ee85c85e241a07d148b41", MixedKey, NegativeZero,
        "03be9678ac102edcd92b0210bb34d7428d12ffc5df5f37e359941266a4e35f0f", false, TestName = "R negative zero, reduced before hashing")]
    [TestCase("9bedc267423725d473888631ebf45988bad3db83851ee85c85e241a07d148b41", MixedKey, NegativeZero,
        "ca8c5b64cd208982aa38d4936621a4775aa233aa0505711d8fdcfdaa943d4908", false, TestName = "R negative zero, hashed as it is")]
    [TestCase("e96b7021eb39c1a163b6da4e3093dcd3f21387da4cc4572be588fafae23c155b", NegativeZero,
        "a9d55260f765261eb9b84e106f665e00b867287a761990d7135963ee0a7d59dc",
        "a5bb704786be79fc476f91d3f3f89b03984d8068dcf1bb7dfc6637b45450ac04", false, TestName = "A negative zero, reduced before hashing")]
    [TestCase("39a591f5321bbe07fd5a23dc2f39d025d74526615746727ceefd6e82ae65c06f", NegativeZero,
        "a9d55260f765261eb9b84e106f665e00b867287a761990d7135963ee0a7d59dc",
        "a5bb704786be79fc476f91d3f3f89b03984d8068dcf1bb7dfc6637b45450ac04", false, TestName = "A negative zero, hashed as it is")]
    public void PublishedEdgeCasesAreDecidedStrictly(string message, string key, string r, string s, bool good)
    {
        foreach (var backend in Backends.All)
        {
            Assert.That(Ed25519.Verify(backend, Vectors.Hex(key), Vectors.Hex(message), Vectors.Hex(r + s)), Is.EqualTo(good), backend.GetType().Name);
        }
    }

    [Test]
    public void TheFiveSmallOrderCoordinatesAreThoseOfTheEightTorsion()
    {
        // Order 1, 2 and 4 have y = 1, -1 and 0. Doubling a point of order 8 gives y = 0, so x^2 = -y^2 and the curve says d*y^4 + 2*y^2 - 1 = 0.
        var d = Mod(-121665 * Inverse(121666));
        for (var i = 0; i < 5; i++)
        {
            var y = Coordinate(i);
            var octic = Mod((d * BigInteger.ModPow(y, 4, P)) + (2 * y * y) - 1);
            Assert.That(y < P && (y.IsZero || y.IsOne || y == P - 1 || octic.IsZero), $"coordinate {i}");
            for (var other = 0; other < i; other++) Assert.That(y, Is.Not.EqualTo(Coordinate(other)));
        }
    }

    [Test]
    public void EveryEncodingOfSmallOrderAndEveryNonCanonicalOneIsRefused()
    {
        var refused = new List<BigInteger>();
        for (var i = 0; i < 5; i++) refused.Add(Coordinate(i));
        for (var y = P; y < BigInteger.Pow(2, 255); y++) refused.Add(y);
        foreach (var sign in new[] { 0, 0x80 })
        {
            foreach (var y in refused)
            {
                var point = new byte[32];
                y.TryWriteBytes(point, out _, isUnsigned: true);
                point[31] |= (byte)sign;
                Assert.That(Ed25519.IsStrictPoint(point), Is.False, Convert.ToHexStringLower(point));
            }
        }

        Assert.That(Ed25519.IsStrictPoint(Vectors.Hex("5866666666666666666666666666666666666666666666666666666666666666")), "the base point");
    }

    [Test]
    public void SPlusOrderIsRefused()
    {
        var order = BigInteger.Pow(2, 252) + BigInteger.Parse("27742317777372353535851937790883648493", System.Globalization.CultureInfo.InvariantCulture);
        var seed = new byte[32];
        var key = Ed25519.PublicKey(seed);
        var signature = new byte[64];
        Ed25519.Sign(seed, key, "m"u8, signature);
        var s = new BigInteger(signature.AsSpan(32), isUnsigned: true) + order;
        signature.AsSpan(32).Clear();
        Assert.That(s.TryWriteBytes(signature.AsSpan(32), out _, isUnsigned: true));
        foreach (var backend in Backends.All) Assert.That(Ed25519.Verify(backend, key, "m"u8, signature), Is.False);
    }

    [Test]
    public void EveryFlippedBitOfASignatureIsRefused()
    {
        var seed = new byte[32];
        seed[0] = 1;
        var key = Ed25519.PublicKey(seed);
        var signature = new byte[64];
        Ed25519.Sign(seed, key, "message"u8, signature);
        for (var bit = 0; bit < 512; bit++)
        {
            signature[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.That(Ed25519.Verify(key, "message"u8, signature), Is.False, $"bit {bit}");
            signature[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    private static BigInteger Coordinate(int index) => new(Ed25519.SmallOrder.Slice(32 * index, 32), isUnsigned: true);

    private static BigInteger Mod(BigInteger value) => ((value % P) + P) % P;

    private static BigInteger Inverse(BigInteger value) => BigInteger.ModPow(value, P - 2, P);
}
