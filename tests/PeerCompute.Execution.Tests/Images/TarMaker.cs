// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;

namespace PeerCompute.Execution.Tests.Images;

/// <summary>Makes archives as honest tools do not: any name, kind, mode and size.</summary>
internal sealed class TarMaker
{
    private readonly MemoryStream _bytes = new();

    public TarMaker File(string name, string content = "", int mode = 0x1A4) => Entry('0', name, "", Encoding.UTF8.GetBytes(content), mode);

    public TarMaker Folder(string name) => Entry('5', name, "", [], 0x1ED);

    public TarMaker Link(string name, string target) => Entry('2', name, target, [], 0x1FF);

    public TarMaker HardLink(string name, string target) => Entry('1', name, target, [], 0x1A4);

    /// <summary>An extended header for the next entry.</summary>
    public TarMaker Pax(params (string Key, string Value)[] records) =>
        Entry('x', "pax", "", [.. records.SelectMany(record => Encoding.UTF8.GetBytes(Record(record.Key, record.Value)))], 0x1A4);

    /// <summary>An entry of any kind.</summary>
    /// <param name="size">What the header says of the content's size, in its twelve bytes; null: the truth.</param>
    public TarMaker Entry(char kind, string name, string target, byte[] content, int mode = 0x1A4, string? size = null)
    {
        byte[] header = new byte[512];
        Put(header, 0, name);
        Put(header, 100, Octal(mode, 7));
        Put(header, 108, Octal(0, 7));
        Put(header, 116, Octal(0, 7));
        Put(header, 124, size ?? Octal(content.Length, 11));
        Put(header, 136, Octal(1_000_000_000, 11));
        header[156] = (byte)kind;
        Put(header, 157, target);
        Put(header, 257, "ustar\u000000");
        Put(header, 148, "        ");
        Put(header, 148, Octal(header.Sum(value => value), 6) + "\0 ");
        _bytes.Write(header);
        _bytes.Write(content);
        _bytes.Write(new byte[-content.Length & 511]);
        return this;
    }

    /// <summary>The archive with its two empty blocks.</summary>
    public byte[] Done() => [.. _bytes.ToArray(), .. new byte[1024]];

    /// <summary>The archive as it is so far.</summary>
    public byte[] Open() => _bytes.ToArray();

    private static string Record(string key, string value)
    {
        int rest = Encoding.UTF8.GetByteCount(key) + Encoding.UTF8.GetByteCount(value) + 3, length = rest + 1;
        while (length != rest + length.ToString(CultureInfo.InvariantCulture).Length) length++;
        return $"{length} {key}={value}\n";
    }

    private static string Octal(long value, int digits) => Convert.ToString(value, 8).PadLeft(digits, '0');

    private static void Put(byte[] header, int at, string text) => Encoding.Latin1.GetBytes(text).CopyTo(header, at);
}
