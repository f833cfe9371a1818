// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Chance;
using PeerCompute.Base.Checks;

namespace PeerCompute.Base.Tests.Chance;

public sealed class SecretsTests
{
    // RFC 8439 appendix A.1, vectors 1 and 2: key and nonce zero, counters 0 and 1.
    private const string NextKey = "76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7";
    private const string RestOfFirst = "da41597c5157488d7724e03fb8d84a376a43b8f41518a11cc387b669b2ee6586";

    private const string Second =
        "9f07e7be5551387a98ba977c732d080dcb0f29a048e3656912c6533e32ee7aed29b721769ce64e43d57133b074d839d531ed1f28510afb45ace10a1f4b794d6f";

    [Test]
    public void TheStreamIsChaCha20BehindTheNextKey() =>
        Assert.That(Convert.ToHexStringLower(new Secrets(new byte[32]).Bytes(96)), Is.EqualTo(RestOfFirst + Second));

    [Test]
    public void EachRequestReplacesTheKey()
    {
        foreach (var first in new[] { 1, 32, 33, 200 })
        {
            var secrets = new Secrets(new byte[32]);
            secrets.Bytes(first);
            Assert.That(secrets.Bytes(100), Is.EqualTo(new Secrets(Vectors.Hex(NextKey)).Bytes(100)));
        }
    }

    [Test]
    public void AShorterRequestIsAPrefixOfALongerOne()
    {
        var longest = new Secrets(new byte[32]).Bytes(300);
        for (var length = 0; length < 300; length++) Assert.That(new Secrets(new byte[32]).Bytes(length), Is.EqualTo(longest[..length]));
    }

    [Test]
    public void AKeyOfAnotherLengthIsABug() => Assert.That(() => new Secrets(new byte[31]), Throws.TypeOf<InvariantException>());
}
