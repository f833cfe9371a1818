// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Text;

namespace PeerCompute.Trust.Tests.Comparing;

/// <summary>Makes pictures for tests.</summary>
internal static class Pictures
{
    public static readonly byte[] Signature = [137, 80, 78, 71, 13, 10, 26, 10];

    /// <summary>A raw PGM or PPM.</summary>
    public static byte[] Netpbm(int width, int height, int channels, int peak, Func<int, int> sample)
    {
        var bytes = new List<byte>(Encoding.ASCII.GetBytes($"P{(channels == 3 ? 6 : 5)}\n{width} {height}\n{peak}\n"));
        for (var i = 0; i < width * height * channels; i++)
        {
            if (peak > 255) bytes.Add((byte)(sample(i) >> 8));
            bytes.Add((byte)sample(i));
        }

        return [.. bytes];
    }

    /// <summary>A PNG whose rows are filtered with every filter in turn.</summary>
    /// <param name="kind">Kind of colour.</param>
    /// <param name="depth">Bits of a sample.</param>
    /// <param name="width">Pixels of a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="rows">Bytes of the rows, unfiltered.</param>
    /// <param name="more">Chunks between header and data.</param>
    public static byte[] Png(byte kind, byte depth, int width, int height, byte[] rows, params byte[][] more)
    {
        var channels = kind switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 };
        var (row, pixel) = (((width * channels * depth) + 7) / 8, Math.Max(1, channels * depth / 8));
        var filtered = new List<byte>();
        for (var y = 0; y < height; y++)
        {
            filtered.Add((byte)(y % 5));
            for (var x = 0; x < row; x++)
            {
                int At(int column, int line) => column < 0 || line < 0 ? 0 : rows[(line * row) + column];
                int left = At(x - pixel, y), up = At(x, y - 1), corner = At(x - pixel, y - 1);
                var guess = left + up - corner;
                var paeth = new[] { left, up, corner }.MinBy(v => Math.Abs(guess - v));
                filtered.Add((byte)(rows[(y * row) + x] - (y % 5) switch { 0 => 0, 1 => left, 2 => up, 3 => (left + up) / 2, _ => paeth }));
            }
        }

        var head = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(head, width);
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(4), height);
        (head[8], head[9]) = (depth, kind);
        byte[] packed = InflateTests.Packed([.. filtered]);
        var half = packed.Length / 2;
        byte[] data = [.. Chunk("IDAT", packed[..half]), .. Chunk("IDAT", packed[half..])];
        return [.. Signature, .. Chunk("IHDR", head), .. more.SelectMany(static c => c), .. data, .. Chunk("IEND", [])];
    }

    /// <summary>A chunk of a PNG.</summary>
    public static byte[] Chunk(string type, byte[] data)
    {
        var (length, sum) = (new byte[4], new byte[4]);
        BinaryPrimitives.WriteInt32BigEndian(length, data.Length);
        byte[] body = [.. Encoding.ASCII.GetBytes(type), .. data];
        BinaryPrimitives.WriteUInt32BigEndian(sum, CheckSum(body));
        return [.. length, .. body, .. sum];
    }

    /// <summary>The chunks of a good PNG, each with its length and check sum.</summary>
    public static IEnumerable<byte[]> Chunks(byte[] png)
    {
        for (var at = Signature.Length; at < png.Length;)
        {
            var end = at + 12 + BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at));
            yield return png[at..end];
            at = end;
        }
    }

    /// <summary>A PNG whose chunks of some type are others, or gone.</summary>
    public static byte[] With(byte[] png, string type, params byte[][] others)
    {
        var chunks = Chunks(png).ToList();
        var at = chunks.FindIndex(chunk => Encoding.ASCII.GetString(chunk, 4, 4) == type);
        chunks.RemoveAll(chunk => Encoding.ASCII.GetString(chunk, 4, 4) == type);
        chunks.InsertRange(at, others);
        return [.. Signature, .. chunks.SelectMany(static chunk => chunk)];
    }

    /// <summary>What all chunks of a type hold together.</summary>
    public static byte[] Data(byte[] png, string type)
        => [.. Chunks(png).Where(chunk => Encoding.ASCII.GetString(chunk, 4, 4) == type).SelectMany(static chunk => chunk[8..^4])];

    // Bit by bit, as annex D explains it.
    private static uint CheckSum(byte[] bytes)
    {
        var sum = uint.MaxValue;
        foreach (var b in bytes)
        {
            sum ^= b;
            for (var bit = 0; bit < 8; bit++) sum = (sum & 1) == 1 ? (sum >> 1) ^ 0xEDB88320 : sum >> 1;
        }

        return ~sum;
    }
}
