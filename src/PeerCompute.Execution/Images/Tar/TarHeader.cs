// SPDX-License-Identifier: Apache-2.0
using System.Text;

namespace PeerCompute.Execution.Images.Tar;

/// <summary>
/// One header block of an archive (POSIX.1-2017, pax, "ustar Interchange Format"; GNU tar manual, "Basic Tar Format"). Pure: bytes in, fields out.
/// </summary>
internal readonly ref struct TarHeader
{
    /// <summary>Bytes of a block: headers take one, contents are filled up to whole ones.</summary>
    public const int Block = 512;

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);
    private readonly ReadOnlySpan<byte> _block;

    /// <summary>Takes a block whose checksum fits.</summary>
    /// <param name="block">512 bytes.</param>
    public TarHeader(ReadOnlySpan<byte> block)
    {
        _block = block;
        int sum = 0;
        for (int at = 0; at < Block; at++) sum += at is >= 148 and < 156 ? ' ' : block[at];
        if (sum != Number(148, 8, "checksum")) throw ImageFault.Bad("a header's checksum is wrong: the archive is damaged, or none");
    }

    /// <summary>The letter of its kind.</summary>
    public char Type => (char)_block[156];

    /// <summary>Name, with the prefix that ustar puts before it.</summary>
    public string Name
    {
        get
        {
            string name = Text(_block[..100]);
            bool ustar = _block[257..263].SequenceEqual("ustar\0"u8);
            return ustar && _block[345] != 0 ? Text(_block[345..500]) + "/" + name : name;
        }
    }

    /// <summary>Target of a link.</summary>
    public string Target => Text(_block[157..257]);

    /// <summary>Bytes that follow.</summary>
    public long Size
    {
        get
        {
            long size = Number(124, 12, "size");
            return size >= 0 ? size : throw ImageFault.Bad("an entry's size is below zero: the archive is damaged");
        }
    }

    /// <summary>Permissions.</summary>
    public int Mode => (int)(Number(100, 8, "mode") & 0xFFF);

    /// <summary>Seconds since 1970.</summary>
    public long Modified => Math.Max(0, Number(136, 12, "time"));

    /// <summary>Text up to a zero byte, strict UTF-8.</summary>
    public static string Text(ReadOnlySpan<byte> bytes)
    {
        int end = bytes.IndexOf((byte)0);
        try
        {
            return Strict.GetString(end < 0 ? bytes : bytes[..end]);
        }
        catch (DecoderFallbackException wrong)
        {
            throw ImageFault.Bad($"{EntryName.Quote(Encoding.Latin1.GetString(bytes))}: the name is no UTF-8: rename it", wrong);
        }
    }

    // Octal digits between blanks, or, with the top bit set, a binary number with the most significant byte first (GNU).
    private long Number(int from, int length, string field)
    {
        ReadOnlySpan<byte> bytes = _block.Slice(from, length);
        if ((bytes[0] & 0x80) != 0)
        {
            long value = bytes[0] == 0xFF ? -1 : bytes[0] & 0x7F;
            foreach (byte next in bytes[1..])
            {
                if (value is > long.MaxValue >> 8 or < long.MinValue >> 8) throw ImageFault.Bad($"the {field} of an entry is out of range: pack it again");
                value = (value << 8) | next;
            }

            return value;
        }

        long number = 0;
        foreach (byte digit in bytes.Trim(" \0"u8))
        {
            if (digit is < (byte)'0' or > (byte)'7') throw ImageFault.Bad($"the {field} of an entry is no octal number: the archive is damaged, or none");
            number = (number << 3) | (uint)(digit - '0');
        }

        return number;
    }
}
