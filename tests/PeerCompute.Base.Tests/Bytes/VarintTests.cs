// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Bytes;
using PeerCompute.Base.Errors;

namespace PeerCompute.Base.Tests.Bytes;

public sealed class VarintTests
{
    [TestCase(0UL, "00")]
    [TestCase(1UL, "01")]
    [TestCase(127UL, "7f")]
    [TestCase(128UL, "8001")]
    [TestCase(300UL, "ac02")]
    [TestCase(16384UL, "808001")]
    [TestCase(ulong.MaxValue, "ffffffffffffffffff01")]
    public void KnownValuesHaveKnownBytes(ulong value, string expected)
    {
        var buffer = new byte[Varint.MaxLength];
        var length = Varint.Write(buffer, value);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Convert.ToHexStringLower(buffer.AsSpan(0, length)), Is.EqualTo(expected));
            Assert.That(Varint.Length(value), Is.EqualTo(length));
            Assert.That(Varint.TryRead(buffer, out var read, out var took));
            Assert.That((read, took), Is.EqualTo((value, length)));
        }
    }

    [Test]
    public void EveryPowerOfTwoAndItsNeighboursSurvive()
    {
        var buffer = new byte[Varint.MaxLength];
        for (var bit = 0; bit < 64; bit++)
        {
            foreach (var value in new[] { (1UL << bit) - 1, 1UL << bit, (1UL << bit) + 1 })
            {
                var length = Varint.Write(buffer, value);
                Assert.That(Varint.TryRead(buffer.AsSpan(0, length), out var read, out var took) && read == value && took == length);
                Assert.That(Varint.TryRead(buffer.AsSpan(0, length - 1), out _, out _), Is.False, "cut short");
            }
        }
    }

    [TestCase("8000")]
    [TestCase("ff00")]
    [TestCase("80808000")]
    [TestCase("ffffffffffffffffff02")]
    [TestCase("ffffffffffffffffffff01")]
    public void LongerFormsAndTooLargeValuesAreRefused(string hex) =>
        Assert.That(() => Varint.TryRead(Vectors.Hex(hex), out _, out _), Throws.TypeOf<WireException>());
}
