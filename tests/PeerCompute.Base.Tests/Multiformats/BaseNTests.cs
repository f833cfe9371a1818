// SPDX-License-Identifier: Apache-2.0
using System.Text;
using PeerCompute.Base.Chance;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Multiformats;

namespace PeerCompute.Base.Tests.Multiformats;

public sealed class BaseNTests
{
    [TestCase("", "")]
    [TestCase("Hello World!", "2NEpo7TZRRrLZSi2U")]
    [TestCase("The quick brown fox jumps over the lazy dog.", "USm3fpXnKG5EUBx2ndxBDMPVciP5hGey2Jh4NDv6gmeo1LkMeiKrLJUUBk6Z")]
    [TestCase("\0\0(\u007f4\u0001", null)]
    public void Base58IsTheOneOfTheDraft(string text, string? expected)
    {
        var bytes = Encoding.ASCII.GetBytes(text);
        if (expected is not null) Assert.That(Base58.Encode(bytes), Is.EqualTo(expected));
        Assert.That(Base58.Decode(Base58.Encode(bytes)), Is.EqualTo(bytes));
    }

    [TestCase("", "")]
    [TestCase("f", "my")]
    [TestCase("fo", "mzxq")]
    [TestCase("foo", "mzxw6")]
    [TestCase("foob", "mzxw6yq")]
    [TestCase("fooba", "mzxw6ytb")]
    [TestCase("foobar", "mzxw6ytboi")]
    public void Base32IsTheOneOfRfc4648(string text, string expected)
    {
        Assert.That(Base32.Encode(Encoding.ASCII.GetBytes(text)), Is.EqualTo(expected));
        Assert.That(Base32.Decode(expected), Is.EqualTo(Encoding.ASCII.GetBytes(text)));
    }

    [Test]
    public void RandomBytesSurviveBoth()
    {
        var chance = new Secrets(new byte[32]);
        for (var length = 0; length <= 150; length++)
        {
            byte[] bytes = [.. new byte[length % 4], .. chance.Bytes(length)];
            Assert.That(Base58.Decode(Base58.Encode(bytes)), Is.EqualTo(bytes));
            Assert.That(Base32.Decode(Base32.Encode(bytes)), Is.EqualTo(bytes));
        }
    }

    [Test]
    public void TheLongestInputsFit()
    {
        var bytes = Enumerable.Repeat((byte)0xFF, Base58.MaxLength).ToArray();
        Assert.That(Base58.Encode(bytes), Has.Length.EqualTo(350));
        Assert.That(Base58.Decode(new string('z', Base58.MaxLength)), Has.Length.EqualTo(188));
        Assert.That(Base58.Decode(new string('1', Base58.MaxLength)), Is.EqualTo(new byte[Base58.MaxLength]));
        Assert.That(() => Base58.Decode(new string('1', Base58.MaxLength + 1)), Throws.TypeOf<WireException>());
        Assert.That(() => Base32.Decode(new string('a', Base32.MaxLength + 1)), Throws.TypeOf<WireException>());
    }

    [TestCase("0")]
    [TestCase("O")]
    [TestCase("I")]
    [TestCase("l")]
    [TestCase("a b")]
    [TestCase("é")]
    public void Base58RefusesOtherCharacters(string text) => Assert.That(() => Base58.Decode(text), Throws.TypeOf<WireException>());

    [TestCase("a")]
    [TestCase("mzx")]
    [TestCase("mzxw6y")]
    [TestCase("mz")]
    [TestCase("MY")]
    [TestCase("my======")]
    [TestCase("m1")]
    public void Base32RefusesOtherForms(string text) => Assert.That(() => Base32.Decode(text), Throws.TypeOf<WireException>());
}
