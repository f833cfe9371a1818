// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Wire.Offers;

namespace PeerCompute.Wire.Tests.Common;

internal sealed class FieldPathTests
{
    [Test]
    public void A_byte_that_is_not_canonical_is_named_by_its_field_and_offset()
    {
        var bytes = new Samples(9).Offer(new Samples(9).Key()).Encode();
        var unknown = Assert.Throws<WireException>(() => Offer.Decode((byte[])[.. bytes, 0xF8, 0x07, 1]));
        Assert.That((unknown!.Field, unknown.Offset), Is.EqualTo(("offer.127", bytes.Length)));

        // A longer varint within the header: version 1 as 81 00.
        Assert.That(bytes[..4], Is.EqualTo(new byte[] { 0x0A, bytes[1], 0x08, 1 }));
        byte[] longer = [0x0A, (byte)(bytes[1] + 1), 0x08, 0x81, 0, .. bytes[4..]];
        var varint = Assert.Throws<WireException>(() => Offer.Decode(longer));
        Assert.That(varint!.Field, Is.EqualTo("offer.header"));
        Assert.That(varint.Offset, Is.InRange(1, 4));
    }

    [Test]
    public void A_part_cut_short_is_named_with_its_offset()
    {
        var bytes = new Samples(9).Offer(new Samples(9).Key()).Encode();
        var cut = Assert.Throws<WireException>(() => Offer.Decode(bytes[..20]));
        Assert.That(cut!.Field, Is.EqualTo("offer.header"));
        Assert.That(cut.Offset, Is.InRange(0, 20));
    }
}
