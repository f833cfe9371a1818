// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Bytes;
using PeerCompute.Base.Errors;

namespace PeerCompute.Wire.Tests;

/// <summary>What holds for every record of the wire.</summary>
[TestFixtureSource(typeof(Records), nameof(Records.All))]
internal sealed class RecordTests(RecordCase record)
{
    [Test]
    public void What_is_written_is_read_back_and_written_to_the_same_bytes()
    {
        var read = record.Decode(record.Bytes);
        Assert.That(record.Encode(read), Is.EqualTo(record.Bytes));
        Assert.That(Samples.Describe(record.Decode(record.Encode(read))), Is.EqualTo(Samples.Describe(read)));
    }

    [Test]
    public void Any_bytes_that_are_read_are_the_one_encoding_of_what_was_read()
    {
        for (var i = 0; i < record.Bytes.Length; i++)
        {
            foreach (var mask in new byte[] { 0x01, 0x08, 0x80, 0xFF })
            {
                var changed = (byte[])record.Bytes.Clone();
                changed[i] ^= mask;
                Records.OnlyCanonical(record, changed);
            }
        }
    }

    [Test]
    public void Bytes_cut_short_are_refused_or_a_shorter_record()
    {
        for (var length = 0; length < record.Bytes.Length; length++) Records.OnlyCanonical(record, record.Bytes[..length]);
    }

    [Test]
    public void An_unknown_field_is_refused()
    {
        byte[][] tails = [[0xF8, 0x07, 1], [0xFA, 0x07, 0], [0xFA, 0x07, 2, 8, 1], [0xFD, 0x07, 0, 0, 0, 0], [0xF9, 0x07, 0, 0, 0, 0, 0, 0, 0, 0]];
        foreach (var tail in tails)
        {
            Assert.That(() => record.Decode((byte[])[.. record.Bytes, .. tail]), Throws.TypeOf<WireException>());
        }
    }

    [Test]
    public void Fields_twice_or_in_another_order_are_refused()
    {
        var fields = Fields(record.Bytes);
        for (var i = 0; i < fields.Count; i++)
        {
            if (i > 0 && fields[i][0] != fields[i - 1][0]) Refused([.. fields[..(i - 1)], fields[i], fields[i - 1], .. fields[(i + 1)..]]);
            if (i == 0 || fields[i][0] != fields[i - 1][0]) NotTwice(fields, i);
        }
    }

    [Test]
    public void Nests_of_groups_and_of_messages_are_refused()
    {
        Assert.That(() => record.Decode(Enumerable.Repeat((byte)0x0B, Math.Min(record.Limit, 200_000)).ToArray()), Throws.TypeOf<WireException>());
        byte[] nest = [];
        for (var depth = 0; depth < 2000 && nest.Length < record.Limit - 8; depth++) nest = new ProtoWriter().Bytes(1, nest, always: true).ToArray();
        Assert.That(() => record.Decode(nest), Throws.TypeOf<WireException>());
    }

    [Test]
    public void More_bytes_than_the_limit_are_refused_before_they_are_read()
    {
        Assert.That(() => record.Decode(new byte[record.Limit + 1]), Throws.TypeOf<WireException>());
    }

    private void NotTwice(List<byte[]> fields, int i)
    {
        byte[] twice = [.. fields.Take(i + 1).SelectMany(static f => f), .. fields[i], .. fields.Skip(i + 1).SelectMany(static f => f)];
        Records.OnlyCanonical(record, twice);
    }

    private void Refused(List<byte[]> fields) => Assert.That(() => record.Decode(fields.SelectMany(static f => f).ToArray()), Throws.TypeOf<WireException>());

    private static List<byte[]> Fields(byte[] bytes)
    {
        var fields = new List<byte[]>();
        var reader = new ProtoReader(bytes);
        for (var start = 0; reader.Next(); start = reader.Position)
        {
            reader.Skip();
            fields.Add(bytes[start..reader.Position]);
        }

        return fields;
    }
}
