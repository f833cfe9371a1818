// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Bytes;
using PeerCompute.Base.Chance;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;

namespace PeerCompute.Base.Tests.Identity;

public sealed class SignedEnvelopeTests
{
    private const string Domain = "test-domain";

    private static KeyPair Signer => KeyPair.FromSeed(new byte[32]);

    private static SignedEnvelope Good => SignedEnvelope.Seal(Signer, Domain, [3, 1], "payload"u8);

    [Test]
    public void SealedDecodesAndVerifies([Values(0, 1, 127, 128, 70_000)] int length)
    {
        var made = SignedEnvelope.Seal(Signer, Domain, [3, 1], new byte[length]);
        var read = SignedEnvelope.Decode(made.Bytes.ToArray(), length);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(read.Verify(Domain));
            Assert.That(read.Signer, Is.EqualTo(Signer.PeerId));
            Assert.That(read.PayloadType.ToArray(), Is.EqualTo(new byte[] { 3, 1 }));
            Assert.That(read.Payload.Length, Is.EqualTo(length));
            Assert.That(read, Is.EqualTo(made));
            Assert.That(read.GetHashCode(), Is.EqualTo(made.GetHashCode()));
            Assert.That(made.Bytes.Length, Is.LessThanOrEqualTo(length + SignedEnvelope.MaxOverhead));
        }
    }

    [Test]
    public void EveryFlippedBitIsRefusedOrNoLongerVerifies()
    {
        var bytes = Good.Bytes.ToArray();
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.That(Accepted(bytes), Is.False, $"bit {bit}");
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        Assert.That(Accepted(bytes));
    }

    [Test]
    public void EveryCutAndEveryAddedByteIsRefused()
    {
        var bytes = Good.Bytes.ToArray();
        for (var length = 0; length < bytes.Length; length++) Assert.That(Accepted(bytes[..length]), Is.False, $"cut at {length}");
        for (var added = 0; added < 256; added++) Assert.That(Accepted([.. bytes, (byte)added]), Is.False);
    }

    [Test]
    public void OtherEncodingsOfTheSameEnvelopeAreRefused()
    {
        var good = Good;
        var key = KeyMessages.EncodePublic(good.Signer);
        var (type, payload, signature) = (good.PayloadType.ToArray(), good.Payload.ToArray(), good.Signature.ToArray());
        byte[][] others =
        [
            new ProtoWriter().Bytes(2, type).Bytes(1, key).Bytes(3, payload).Bytes(5, signature).ToArray(),
            new ProtoWriter().Bytes(1, key).Bytes(2, type).Bytes(5, signature).Bytes(3, payload).ToArray(),
            new ProtoWriter().Bytes(1, key).Bytes(1, key).Bytes(2, type).Bytes(3, payload).Bytes(5, signature).ToArray(),
            new ProtoWriter().Bytes(1, key).Bytes(2, type).Bytes(3, payload).Bytes(4, [1]).Bytes(5, signature).ToArray(),
            new ProtoWriter().Bytes(1, key).Bytes(2, type).Bytes(3, payload).Bytes(5, signature).Varint(6, 1).ToArray(),
            new ProtoWriter().Bytes(1, key).Bytes(2, type).Bytes(3, payload).Bytes(5, signature).Bytes(5, signature).ToArray(),
            [0x8A, 0x00, .. good.Bytes.Span[1..]],
            [0x0A, 0xA4, 0x00, .. good.Bytes.Span[2..]],
        ];
        foreach (var bytes in others) Assert.That(() => SignedEnvelope.Decode(bytes, 1000), Throws.TypeOf<WireException>(), Convert.ToHexString(bytes));
        var same = new ProtoWriter().Bytes(1, key).Bytes(2, type).Bytes(3, payload).Bytes(5, signature).ToArray();
        Assert.That(SignedEnvelope.Decode(same, 1000), Is.EqualTo(good));
    }

    [Test]
    public void AnEmptyPayloadIsLeftOutAndNotWritten()
    {
        var empty = SignedEnvelope.Seal(Signer, Domain, [1], []);
        var written = new ProtoWriter().Bytes(1, KeyMessages.EncodePublic(empty.Signer)).Bytes(2, [1])
            .Bytes(3, [], always: true).Bytes(5, empty.Signature.Span).ToArray();
        Assert.That(SignedEnvelope.Decode(empty.Bytes, 0).Verify(Domain));
        Assert.That(() => SignedEnvelope.Decode(written, 0), Throws.TypeOf<WireException>().With.Property("Field").EqualTo("payload"));
    }

    [Test]
    public void LimitsAndMissingFieldsAreNamed()
    {
        var good = Good;
        var key = KeyMessages.EncodePublic(good.Signer);
        var signature = good.Signature.ToArray();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Field(good.Bytes.ToArray(), 6), Is.EqualTo("payload"));
            Assert.That(Field([], 10), Is.EqualTo("public_key"));
            Assert.That(Field(new ProtoWriter().Bytes(1, key).Bytes(5, signature).ToArray(), 10), Is.EqualTo("payload_type"));
            Assert.That(Field(new ProtoWriter().Bytes(1, key).Bytes(2, new byte[65]).Bytes(5, signature).ToArray(), 10), Is.EqualTo("payload_type"));
            Assert.That(Field(new ProtoWriter().Bytes(1, key).Bytes(2, [1]).ToArray(), 10), Is.EqualTo("signature"));
            Assert.That(Field(new ProtoWriter().Bytes(1, key).Bytes(2, [1]).Bytes(5, signature.AsSpan(1)).ToArray(), 10), Is.EqualTo("signature"));
            Assert.That(Field(new ProtoWriter().Bytes(1, key).Varint(2, 1).ToArray(), 10), Is.EqualTo("payload_type"));
        }
    }

    [Test]
    public void RandomBytesGiveATypedErrorOrTheirOwnReEncoding()
    {
        var chance = new Secrets(new byte[32]);
        var template = Good.Bytes.ToArray();
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = template.ToArray();
            var edits = chance.Bytes(8);
            for (var i = 0; i < 1 + (edits[0] % 3); i++) bytes[edits[(2 * i) + 1] % bytes.Length] = edits[(2 * i) + 2];
            SignedEnvelope read;
            try
            {
                read = SignedEnvelope.Decode(bytes, 100);
            }
            catch (WireException)
            {
                continue;
            }

            var again = new ProtoWriter().Bytes(1, KeyMessages.EncodePublic(read.Signer)).Bytes(2, read.PayloadType.Span).Bytes(3, read.Payload.Span)
                .Bytes(5, read.Signature.Span).ToArray();
            Assert.That(again, Is.EqualTo(bytes));
        }
    }

    [Test]
    public void WhatIsSignedKeepsDomainTypeAndPayloadApart()
    {
        var one = SignedEnvelope.Seal(Signer, "ab", "c"u8, "d"u8);
        var moved = new ProtoWriter().Bytes(1, KeyMessages.EncodePublic(one.Signer)).Bytes(2, "cd"u8).Bytes(5, one.Signature.Span).ToArray();
        Assert.That(SignedEnvelope.Decode(moved, 10).Verify("ab"), Is.False);
        Assert.That(one.Verify("a"), Is.False);
    }

    private static bool Accepted(byte[] bytes)
    {
        try
        {
            return SignedEnvelope.Decode(bytes, 1000).Verify(Domain);
        }
        catch (WireException)
        {
            return false;
        }
    }

    private static string? Field(byte[] bytes, int maxPayload)
    {
        try
        {
            SignedEnvelope.Decode(bytes, maxPayload);
            return null;
        }
        catch (WireException e)
        {
            return e.Field;
        }
    }
}
