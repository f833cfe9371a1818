// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using PeerCompute.Api.V1;
using PeerCompute.Base.Errors;
using PeerCompute.Client.Results;

namespace PeerCompute.Client.Tests.Results;

/// <summary>Outputs of many tasks as one file.</summary>
public sealed class GathererTests
{
    private TempFolder _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = new TempFolder();

    [TearDown]
    public void RemoveFolder() => _folder.Dispose();

    [Test]
    public void Files_are_joined_in_order()
    {
        var target = Path.Combine(_folder.Path, "all");
        Gatherer.Gather(GatherKind.Concat, [_folder.File("b", "one "), _folder.File("a", ""), _folder.File("c", "two")], target);
        Assert.That(File.ReadAllText(target), Is.EqualTo("one two"));
    }

    [Test]
    public void Items_are_lines_and_tasks_that_lack_some_are_named()
    {
        var target = Path.Combine(_folder.Path, "all");
        string[] files = [_folder.File("b", "one\ntwo"), _folder.File("a", "three\n"), _folder.File("c", "five")];
        Gatherer.Gather(GatherKind.Items, files, target);
        Assert.That(File.ReadAllText(target), Is.EqualTo("one\ntwo\nthree\nfive\n"));
        Assert.That(Gatherer.MissingItems(new Gather { Items = 5, ItemsPerTask = 2 }, files), Is.EqualTo(new[] { "task 1 gave 1 lines for items 3 to 4" }));
    }

    [Test]
    public void Bands_become_one_ppm()
    {
        var target = Path.Combine(_folder.Path, "all.ppm");
        Gatherer.Gather(GatherKind.PpmBands, [Band("a", 2, 1, 1), Band("b", 2, 2, 50)], target);
        byte[] expected = [.. "P6\n2 3\n255\n"u8, .. Enumerable.Range(1, 6).Select(i => (byte)i), .. Enumerable.Range(50, 12).Select(i => (byte)i)];
        Assert.That(File.ReadAllBytes(target), Is.EqualTo(expected));
    }

    [Test]
    public void A_png_holds_the_same_pixels()
    {
        var target = Path.Combine(_folder.Path, "all.png");
        Gatherer.Gather(GatherKind.PpmBands, [Band("a", 3, 1, 200), Band("b", 3, 2, 7)], target);
        var (width, height, pixels) = ReadPng(File.ReadAllBytes(target));
        byte[] expected = [.. Enumerable.Range(200, 9).Select(i => (byte)i), .. Enumerable.Range(7, 18).Select(i => (byte)i)];
        Assert.That((width, height), Is.EqualTo((3, 3)));
        Assert.That(pixels, Is.EqualTo(expected));
    }

    [Test]
    public void A_comment_in_the_header_is_skipped()
    {
        var target = Path.Combine(_folder.Path, "all.ppm");
        Gatherer.Gather(GatherKind.PpmBands, [_folder.File("a", "P6 # made by hand\n1 1\n255\nabc")], target);
        Assert.That(File.ReadAllText(target), Is.EqualTo("P6\n1 1\n255\nabc"));
    }

    [TestCase("P5\n1 1\n255\nabc", "does not begin with P6")]
    [TestCase("", "does not begin with P6")]
    [TestCase("P6\n0 1\n255\n", "width and height must be 1 to")]
    [TestCase("P6\n99999999999999 1\n255\n", "width and height must be 1 to")]
    [TestCase("P6\n1 1\n65535\nabcdef", "largest value 255")]
    [TestCase("P6\n1 2\n255\nabc", "3 bytes of pixels, 1×2 pixels take 6")]
    [TestCase("P6\n1 1\n255\nabcd", "4 bytes of pixels")]
    [TestCase("P6\n1 1\n255", "bytes of pixels")]
    public void What_is_no_band_is_named(string content, string why)
    {
        var error = Assert.Throws<PeerComputeException>(
            () => Gatherer.Gather(GatherKind.PpmBands, [_folder.File("a", content)], Path.Combine(_folder.Path, "all.ppm")));
        Assert.That(error!.Code, Is.EqualTo(ErrorCode.BadInput));
        Assert.That(error.Message, Does.Contain(why));
    }

    [Test]
    public void Bands_of_different_widths_are_refused()
    {
        var error = Assert.Throws<PeerComputeException>(
            () => Gatherer.Gather(GatherKind.PpmBands, [Band("a", 2, 1, 0), Band("b", 3, 1, 0)], Path.Combine(_folder.Path, "all.png")));
        Assert.That(error!.Message, Does.Contain("3 pixels wide, the bands before it 2"));
    }

    private string Band(string name, int width, int rows, byte first) =>
        _folder.File(name, [.. Encoding.ASCII.GetBytes($"P6\n{width} {rows}\n255\n"), .. Enumerable.Range(first, width * rows * 3).Select(i => (byte)i)]);

    // An independent reading of the format: signature, chunks with their checksums, filter "sub".
    private static (int Width, int Height, byte[] Pixels) ReadPng(byte[] png)
    {
        Assert.That(png[..8], Is.EqualTo(new byte[] { 137, 80, 78, 71, 13, 10, 26, 10 }));
        var (width, height, at) = (0, 0, 8);
        using var idat = new MemoryStream();
        while (at < png.Length)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at));
            var type = Encoding.ASCII.GetString(png, at + 4, 4);
            var data = png.AsSpan(at + 8, length);
            Assert.That(BinaryPrimitives.ReadUInt32BigEndian(png.AsSpan(at + 8 + length)), Is.EqualTo(SlowCrc(png.AsSpan(at + 4, length + 4))), type);
            if (type == "IHDR")
            {
                width = BinaryPrimitives.ReadInt32BigEndian(data);
                height = BinaryPrimitives.ReadInt32BigEndian(data[4..]);
                Assert.That(data[8..].ToArray(), Is.EqualTo(new byte[] { 8, 2, 0, 0, 0 }));
            }
            else if (type == "IDAT")
            {
                idat.Write(data);
            }

            at += length + 12;
        }

        idat.Position = 0;
        using var zlib = new ZLibStream(idat, CompressionMode.Decompress);
        var pixels = new List<byte>();
        for (var row = 0; row < height; row++)
        {
            Assert.That(zlib.ReadByte(), Is.EqualTo(1));
            for (var i = 0; i < width * 3; i++) pixels.Add((byte)(zlib.ReadByte() + (i < 3 ? 0 : pixels[^3])));
        }

        Assert.That(zlib.ReadByte(), Is.EqualTo(-1));
        return (width, height, pixels.ToArray());
    }

    private static uint SlowCrc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var k = 0; k < 8; k++) crc = (crc >> 1) ^ (0xEDB88320u & (0u - (crc & 1)));
        }

        return ~crc;
    }
}
