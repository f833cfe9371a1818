// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;

namespace PeerCompute.Base.Tests.Crypto;

public sealed class Hash32Tests
{
    private const string OfAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    [Test]
    public void IsSha256AndSurvivesTextAndBytes()
    {
        var hash = Hash32.Of("abc"u8);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(hash.ToString(), Is.EqualTo(OfAbc));
            Assert.That(hash.Short(), Is.EqualTo("ba7816bf"));
            Assert.That(Hash32.Parse(OfAbc), Is.EqualTo(hash));
            Assert.That(new Hash32(hash.ToArray()), Is.EqualTo(hash));
            Assert.That(hash.IsZero, Is.False);
            Assert.That(default(Hash32).IsZero);
        }
    }

    [Test]
    public void OrderIsThatOfTheBytes()
    {
        for (var i = 0; i < 32; i++)
        {
            byte[] low = new byte[32], high = new byte[32];
            high[i] = 0x80;
            low[i] = 0x7F;
            for (var j = i + 1; j < 32; j++) low[j] = 0xFF;
            Assert.That(new Hash32(low).CompareTo(new Hash32(high)), Is.Negative, $"byte {i}");
            Assert.That(new Hash32(high).CompareTo(new Hash32(low)), Is.Positive, $"byte {i}");
            Assert.That(new Hash32(high).CompareTo(new Hash32(high)), Is.Zero);
        }
    }

    [Test]
    public void WrongInputsAreRefused()
    {
        Assert.That(() => new Hash32(new byte[31]), Throws.TypeOf<WireException>());
        Assert.That(() => Hash32.Parse(OfAbc[1..]), Throws.TypeOf<WireException>());
        Assert.That(() => Hash32.Parse("g" + OfAbc[1..]), Throws.TypeOf<WireException>());
    }

    [Test]
    public void ABuiltHashDependsOnWhereFieldsEnd()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(new HashBuilder("l").Add("ab").Add("c").Hash(), Is.Not.EqualTo(new HashBuilder("l").Add("a").Add("bc").Hash()));
            Assert.That(new HashBuilder("l").Add("ab").Hash(), Is.Not.EqualTo(new HashBuilder("lab").Hash()));
            Assert.That(new HashBuilder("l").Add("").Hash(), Is.Not.EqualTo(new HashBuilder("l").Hash()));
            Assert.That(new HashBuilder("l").Add("a").Hash(), Is.EqualTo(new HashBuilder("l").Add("a"u8).Hash()));
        }
    }

    [Test]
    public void ABuiltHashIsSha256OverLengthsAndFields()
    {
        byte[] written =
        [
            0, 0, 0, 0, 0, 0, 0, 1, (byte)'l', 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 0, 0, 0, 32, .. Hash32.Of("x"u8).ToArray(),
        ];
        Assert.That(new HashBuilder("l").Add(0x102).Add(Hash32.Of("x"u8)).Hash(), Is.EqualTo(Hash32.Of(written)));
    }
}
