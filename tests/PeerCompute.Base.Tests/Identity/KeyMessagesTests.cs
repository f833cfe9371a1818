// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Bytes;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;

namespace PeerCompute.Base.Tests.Identity;

public sealed class KeyMessagesTests
{
    private static readonly byte[] Seed = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    private static KeyPair Pair => KeyPair.FromSeed(Seed);

    [Test]
    public void PrivateKeysSurviveTheirMessage() => Assert.That(KeyMessages.DecodePrivate(Pair.ToPrivateKeyMessage()), Is.EqualTo(Seed));

    [Test]
    public void TheOldFormWithThePublicKeyTwiceIsRead()
    {
        var key = Pair.PeerId.PublicKey();
        var message = new ProtoWriter().Varint(1, 1).Bytes(2, [.. Seed, .. key, .. key]).ToArray();
        Assert.That(KeyPair.FromPrivateKeyMessage(message).PeerId, Is.EqualTo(Pair.PeerId));
    }

    [Test]
    public void APublicKeyThatIsNotTheSeedsIsRefused()
    {
        var key = Pair.PeerId.PublicKey();
        var wrong = KeyPair.FromSeed(new byte[32]).PeerId.PublicKey();
        foreach (byte[] data in new byte[][] { [.. Seed, .. wrong], [.. Seed, .. key, .. wrong], [.. Seed], [.. Seed, .. key, 0], [] })
        {
            var message = new ProtoWriter().Varint(1, 1).Bytes(2, data, always: true).ToArray();
            Assert.That(() => KeyMessages.DecodePrivate(message), Throws.TypeOf<WireException>());
        }
    }

    [TestCase(0UL)]
    [TestCase(2UL)]
    [TestCase(3UL)]
    public void OtherKeyTypesAreRefused(ulong type)
    {
        byte[] data = [.. Seed, .. Pair.PeerId.PublicKey()];
        Assert.That(() => KeyMessages.DecodePrivate(new ProtoWriter().Varint(1, type, always: true).Bytes(2, data).ToArray()), Throws.TypeOf<WireException>());
        var message = new ProtoWriter().Varint(1, type, always: true).Bytes(2, Pair.PeerId.PublicKey()).ToArray();
        Assert.That(() => KeyMessages.DecodePublic(message), Throws.TypeOf<WireException>());
    }

    [Test]
    public void APublicKeyMessageHasOneEncoding()
    {
        var good = KeyMessages.EncodePublic(Pair.PeerId);
        var swapped = new ProtoWriter().Bytes(2, Pair.PeerId.PublicKey()).Varint(1, 1).ToArray();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(KeyMessages.DecodePublic(good), Is.EqualTo(Pair.PeerId));
            Assert.That(() => KeyMessages.DecodePublic(swapped), Throws.TypeOf<WireException>());
            Assert.That(() => KeyMessages.DecodePublic(good.AsSpan(1)), Throws.TypeOf<WireException>());
            Assert.That(() => KeyMessages.DecodePublic([.. good, 0]), Throws.TypeOf<WireException>());
        }
    }

    [Test]
    public void TheSealingKeyDependsOnTheSeedAlone()
    {
        Assert.That(Pair.SealingKey.ToArray(), Is.EqualTo(KeyPair.FromSeed(Seed).SealingKey.ToArray()));
        Assert.That(Pair.SealingKey.ToArray(), Is.Not.EqualTo(KeyPair.FromSeed(new byte[32]).SealingKey.ToArray()));
        Assert.That(Pair.SealingKey.Length, Is.EqualTo(32));
    }
}
