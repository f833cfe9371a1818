// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Checks;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;

namespace PeerCompute.Base.Tests.Identity;

public sealed class PeerIdTests
{
    private const string Text = "12D3KooWA4Xop1JaT3MHxwYMkCepYsv4iPVopMXwCz5iHYdBfeSB";
    private const string Cid = "bafzaajaiaejcaa5ba677htqqxyoxbxiy45f4bglh4tldbg5fbvpr3xegmqjfkmny";

    private static PeerId Known => PeerId.Parse(Text);

    [Test]
    public void TextBytesAndKeyGiveTheSameId()
    {
        var key = new byte[32];
        Known.CopyKeyTo(key);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Known.ToString(), Is.EqualTo(Text));
            Assert.That(Known.Short(), Is.EqualTo("HYdBfeSB"));
            Assert.That(PeerId.Parse(Cid), Is.EqualTo(Known));
            Assert.That(PeerId.FromPublicKey(key), Is.EqualTo(Known));
            Assert.That(PeerId.FromBytes(Known.ToBytes()), Is.EqualTo(Known));
            Assert.That(Known.PublicKey(), Is.EqualTo(key));
            Assert.That(Known.GetHashCode(), Is.EqualTo(PeerId.Parse(Cid).GetHashCode()));
            Assert.That(Known == PeerId.Parse(Cid) && Known != PeerId.None && PeerId.None == default);
            Assert.That(Known.Digest, Is.EqualTo(Hash32.Of(Known.ToBytes())));
            Assert.That(Known.CompareTo(PeerId.Parse(Cid)), Is.Zero);
            Assert.That(Known.CompareTo(PeerId.None), Is.Positive);
        }
    }

    [TestCase("")]
    [TestCase("none")]
    [TestCase("12D3KooWA4Xop1JaT3MHxwYMkCepYsv4iPVopMXwCz5iHYdBfeS")]
    [TestCase("12D3KooWA4Xop1JaT3MHxwYMkCepYsv4iPVopMXwCz5iHYdBfeSBB")]
    [TestCase("12D3KooWA4Xop1JaT3MHxwYMkCepYsv4iPVopMXwCz5iHYdBfeS0")]
    [TestCase("QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N")]
    [TestCase("BAFZAAJAIAEJCAA5BA677HTQQXYOXBXIY45F4BGLH4TLDBG5FBVPR3XEGMQJFKMNY")]
    [TestCase("bafzaajaiaejcaa5ba677htqqxyoxbxiy45f4bglh4tldbg5fbvpr3xegmqjfkmn")]
    [TestCase("bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi")]
    public void OtherTextsAreRefused(string text) => Assert.That(() => PeerId.Parse(text), Throws.TypeOf<WireException>());

    [Test]
    public void VeryLongTextIsRefusedBeforeWork() =>
        Assert.That(() => PeerId.Parse(new string('z', 1 << 20)), Throws.TypeOf<WireException>().With.Message.Contains("limit"));

    [Test]
    public void OtherBytesAreRefused()
    {
        var bytes = Known.ToBytes();
        for (var i = 0; i < 6; i++)
        {
            bytes[i] ^= 1;
            Assert.That(() => PeerId.FromBytes(bytes), Throws.TypeOf<WireException>(), $"byte {i}");
            bytes[i] ^= 1;
        }

        Assert.That(() => PeerId.FromBytes(bytes[..37]), Throws.TypeOf<WireException>());
        Assert.That(() => PeerId.FromBytes([.. bytes, 0]), Throws.TypeOf<WireException>());
        Assert.That(() => PeerId.FromBytes([]), Throws.TypeOf<WireException>());
        Assert.That(() => PeerId.FromPublicKey(new byte[31]), Throws.TypeOf<WireException>());
    }

    [Test]
    public void NobodyIsTheDefaultAndHasNoBytes()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(PeerId.None.IsNone);
            Assert.That(default(PeerId), Is.EqualTo(PeerId.None));
            Assert.That(Known.IsNone, Is.False);
            Assert.That(PeerId.None.ToString(), Is.EqualTo("none"));
            Assert.That(PeerId.None.Short(), Is.EqualTo("none"));
            Assert.That(() => PeerId.None.ToBytes(), Throws.TypeOf<InvariantException>());
            Assert.That(() => PeerId.FromPublicKey(new byte[32]), Throws.TypeOf<WireException>());
            Assert.That(SignatureCheck.Verify(PeerId.None, [], new byte[64]), Is.False);
        }
    }

    [Test]
    public void OrderIsThatOfTheKeys()
    {
        var ids = Enumerable.Range(1, 20).Select(i => PeerId.FromPublicKey([(byte)(i * 37), .. new byte[30], 1])).ToArray();
        var keys = ids.Select(id => (int)id.PublicKey()[0]).Order();
        Assert.That(ids.Order().Select(id => (int)id.PublicKey()[0]), Is.EqualTo(keys));
    }
}
