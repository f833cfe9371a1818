// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Text;
using PeerCompute.Trust.Forms;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Trust.Tests.Forms;

internal sealed class CanonicalFormsTests
{
    [TestCase("a \r\nb\t\nc", "a\nb\nc\n")]
    [TestCase("\n\n", "\n\n")]
    [TestCase("", "")]
    public void Text_ends_its_lines_alike(string text, string form) => Assert.That(Form(OutputForm.Text, text), Is.EqualTo(form));

    [TestCase("b\na\r\nc", "a\nb\nc\n")]
    [TestCase("ab\na\n", "a\nab\n")]
    public void Lines_are_sorted(string text, string form) => Assert.That(Form(OutputForm.Lines, text), Is.EqualTo(form));

    [Test]
    public void More_lines_than_are_sorted_have_no_form()
    {
        Assert.That(CanonicalForms.Apply(OutputForm.Lines, new byte[CanonicalForms.MostLines - 1].Select(static _ => (byte)'\n').ToArray()), Is.Not.Null);
        Assert.That(CanonicalForms.Apply(OutputForm.Lines, new byte[CanonicalForms.MostLines + 1].Select(static _ => (byte)'\n').ToArray()), Is.Null);
    }

    [TestCase("P6\n# now\n1 2\n255\nabcdef", "P6\n1 2\n255\nabcdef")]
    [TestCase("P5 2#width\n1 65535 abcd", "P5\n2 1\n65535\nabcd")]
    [TestCase("P4\n9 1\nab", "P4\n9 1\nab")]
    [TestCase("P5 1 1 9 aP5\n#x\n1 1 9 b", "P5\n1 1\n9\naP5\n1 1\n9\nb")]
    public void Pictures_of_Netpbm_lose_their_comments(string picture, string form) => Assert.That(Form(OutputForm.Netpbm, picture), Is.EqualTo(form));

    [TestCase("")]
    [TestCase("P3 1 1 9 1 1 1")]
    [TestCase("P5 2 2 9 abc")]
    [TestCase("P5 2 2 0 abcd")]
    [TestCase("P5 99999999 99999999 9 a")]
    [TestCase("P5 1 # never ends")]
    [TestCase("P51 1 9 a")]
    [TestCase("P5 -1 1 9 a")]
    [TestCase("P5 1 1 9 a ")]
    public void What_is_no_picture_of_Netpbm_has_no_form(string picture) => Assert.That(CanonicalForms.Apply(OutputForm.Netpbm, Bytes(picture)), Is.Null);

    [Test]
    public void Png_keeps_pixels_and_colours_and_loses_times_and_texts()
    {
        byte[] kept = [.. Signature, .. Chunk("IHDR", 13), .. Chunk("gAMA", 4), .. Chunk("IDAT", 50), .. Chunk("IDAT", 1), .. Chunk("IEND", 0)];
        byte[] full =
        [
            .. Signature, .. Chunk("IHDR", 13), .. Chunk("gAMA", 4), .. Chunk("tIME", 7), .. Chunk("IDAT", 50), .. Chunk("tEXt", 20), .. Chunk("IDAT", 1),
            .. Chunk("eXIf", 9), .. Chunk("IEND", 0), .. "behind"u8,
        ];
        Assert.That(CanonicalForms.Apply(OutputForm.Png, full), Is.EqualTo(kept));
        Assert.That(CanonicalForms.Apply(OutputForm.Png, kept), Is.EqualTo(kept));
        for (var cut = 0; cut < kept.Length; cut++) Assert.That(CanonicalForms.Apply(OutputForm.Png, kept.AsSpan(0, cut)), Is.Null, $"{cut} bytes");
    }

    [Test]
    public void Any_bytes_get_a_form_that_stays_or_none([Values(1, 2, 3)] int seed, [ValueSource(typeof(OutputForm), nameof(OutputForm.Known))] string form)
    {
        var random = new Random(seed);
        byte[][] seeds = [Bytes("P6\n1 1\n255\nabc"), [.. Signature, .. Chunk("IHDR", 13), .. Chunk("IEND", 0)], Bytes("b \r\na\n")];
        for (var i = 0; i < 3000; i++)
        {
            byte[] bytes = [.. seeds[random.Next(seeds.Length)]];
            for (var n = random.Next(4); n > 0; n--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            bytes = bytes[..random.Next(bytes.Length + 1)];
            if (CanonicalForms.Apply(form, bytes) is not { } once) continue;
            Assert.That(once, Has.Length.LessThanOrEqualTo(bytes.Length + 1), $"seed {seed}, {Convert.ToHexString(bytes)}");
            Assert.That(CanonicalForms.Apply(form, once), Is.EqualTo(once), $"seed {seed}, {Convert.ToHexString(bytes)}");
        }
    }

    private static byte[] Signature => [137, 80, 78, 71, 13, 10, 26, 10];

    private static byte[] Chunk(string type, int length)
    {
        var chunk = new byte[length + 12];
        BinaryPrimitives.WriteInt32BigEndian(chunk, length);
        Encoding.ASCII.GetBytes(type).CopyTo(chunk, 4);
        return chunk;
    }

    private static string Form(string form, string text) => Encoding.Latin1.GetString(CanonicalForms.Apply(form, Bytes(text))!);

    private static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);
}
