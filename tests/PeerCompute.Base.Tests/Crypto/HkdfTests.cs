// SPDX-License-Identifier: Apache-2.0
using System.Text;
using PeerCompute.Base.Crypto;

namespace PeerCompute.Base.Tests.Crypto;

public sealed class HkdfTests
{
    [TestCase(
        "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "000102030405060708090a0b0c", "f0f1f2f3f4f5f6f7f8f9",
        "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5",
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865", TestName = "RFC 5869 A.1")]
    [TestCase(
        "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "", "",
        "19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04",
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8", TestName = "RFC 5869 A.3")]
    public void PublishedVectorsHold(string secret, string salt, string info, string extracted, string expected)
    {
        byte[] whole = new byte[42], halves = new byte[42], key = new byte[32];
        Hkdf.Derive(Vectors.Hex(secret), Vectors.Hex(salt), Vectors.Hex(info), whole);
        Hkdf.Extract(Vectors.Hex(secret), Vectors.Hex(salt), key);
        Hkdf.Expand(key, Vectors.Hex(info), halves);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Convert.ToHexStringLower(key), Is.EqualTo(extracted));
            Assert.That(Convert.ToHexStringLower(whole), Is.EqualTo(expected));
            Assert.That(halves, Is.EqualTo(whole));
        }
    }

    [Test]
    public void ALabelIsItsUtf8AsInfo()
    {
        var expected = new byte[32];
        Hkdf.Derive([1, 2], [3], Encoding.UTF8.GetBytes("peercompute/1/ü"), expected);
        Assert.That(Hkdf.Derive([1, 2], [3], "peercompute/1/ü", 32), Is.EqualTo(expected));
        Assert.That(Hkdf.Derive([1, 2], [3], "peercompute/1/u", 32), Is.Not.EqualTo(expected));
    }
}
