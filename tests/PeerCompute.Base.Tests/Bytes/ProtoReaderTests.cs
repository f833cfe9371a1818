// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Bytes;
using PeerCompute.Base.Chance;
using PeerCompute.Base.Errors;

namespace PeerCompute.Base.Tests.Bytes;

public sealed class ProtoReaderTests
{
    [Test]
    public void WhatIsWrittenIsReadInOrder()
    {
        var message = new ProtoWriter().Varint(1, 150).Text(2, "testing").Bytes(536870911, [1, 2]).ToArray();
        Assert.That(Convert.ToHexStringLower(message.AsSpan(0, 12)), Is.EqualTo("08960112" + "0774657374696e67"));
        var reader = new ProtoReader(message);
        Assert.That(reader.Next() && reader.Field == 1 && reader.WireType == 0);
        Assert.That(reader.Varint("a"), Is.EqualTo(150));
        Assert.That(reader.Next() && reader.Field == 2);
        Assert.That(reader.Bytes("b", 7).SequenceEqual("testing"u8));
        Assert.That(reader.Next() && reader.Field == 536870911);
        Assert.That(reader.Bytes("c", 2).SequenceEqual(new byte[] { 1, 2 }));
        Assert.That(reader.Next(), Is.False);
        Assert.That(reader.Position, Is.EqualTo(message.Length));
    }

    [Test]
    public void EmptyValuesAreLeftOutUnlessAsked()
    {
        Assert.That(new ProtoWriter().Varint(1, 0).Bytes(2, []).Text(3, "").Written.Length, Is.Zero);
        Assert.That(new ProtoWriter().Varint(1, 0, always: true).Bytes(2, [], always: true).ToArray(), Is.EqualTo(new byte[] { 8, 0, 0x12, 0 }));
    }

    [Test]
    public void UnknownFieldsOfEveryTypeAreSkipped()
    {
        byte[] message = [0x08, 0x05, 0x11, 1, 2, 3, 4, 5, 6, 7, 8, 0x1A, 0x02, 9, 9, 0x25, 1, 2, 3, 4, 0x28, 0x07];
        var reader = new ProtoReader(message);
        for (var i = 0; i < 4; i++)
        {
            Assert.That(reader.Next());
            reader.Skip();
        }

        Assert.That(reader.Next() && reader.Field == 5 && reader.Varint("last") == 7);
        Assert.That(reader.Next(), Is.False);
    }

    [TestCase("0a", "length is cut")]
    [TestCase("0a03ffff", "content is cut")]
    [TestCase("11ffffff", "fixed64 is cut")]
    [TestCase("15ffff", "fixed32 is cut")]
    [TestCase("08", "varint is cut")]
    [TestCase("80", "tag is cut")]
    [TestCase("00", "field zero")]
    [TestCase("0b", "group")]
    [TestCase("0c", "end of group")]
    [TestCase("0e", "wire type 6")]
    [TestCase("8080808010", "field number too large")]
    [TestCase("0affffffffffffffffff01", "length of 2^64 - 1")]
    [TestCase("0880", "value is cut")]
    [TestCase("888000", "tag not in its shortest form")]
    public void MalformedMessagesGiveATypedError(string hex, string why) => Assert.That(() => SkipAll(Vectors.Hex(hex)), Throws.TypeOf<WireException>(), why);

    [Test]
    public void BudgetsAreCheckedBeforeAnythingElse()
    {
        var many = new ProtoWriter();
        for (var i = 0; i < 5; i++) many.Varint(1, 1);
        var message = many.ToArray();
        Assert.That(() => SkipAll(message, 5), Throws.Nothing);
        Assert.That(() => SkipAll(message, 4), Throws.TypeOf<WireException>().With.Message.Contains("too many"));
        Assert.That(() => OneField([0x0A, 4, 1, 2, 3, 4], 3), Throws.TypeOf<WireException>().With.Property("Field").EqualTo("name"));
        Assert.That(() => OneField([0x0A, 0xFF, 0xFF, 0xFF, 0x7F], 3), Throws.TypeOf<WireException>().With.Message.Contains("limit 3"));
        Assert.That(() => OneField([0x08, 4], 3), Throws.TypeOf<WireException>().With.Message.Contains("wire type"));
    }

    [Test]
    public void RandomBytesNeverGiveAnotherError()
    {
        var chance = new Secrets(new byte[32]);
        for (var round = 0; round < 50_000; round++)
        {
            var bytes = chance.Bytes(1 + (round % 24));
            try
            {
                SkipAll(bytes);
            }
            catch (WireException e)
            {
                Assert.That(e.Offset, Is.LessThanOrEqualTo(bytes.Length));
            }
        }
    }

    private static void SkipAll(byte[] message, int maxFields = 1024)
    {
        var reader = new ProtoReader(message, maxFields);
        while (reader.Next()) reader.Skip();
    }

    private static void OneField(byte[] message, int maxLength)
    {
        var reader = new ProtoReader(message);
        reader.Next();
        reader.Bytes("name", maxLength);
    }
}
