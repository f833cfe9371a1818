// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Text;
using PeerCompute.Base.Errors;

namespace PeerCompute.Execution.Images.Zip;

/// <summary>One entry of a zip archive, as its central directory says (APPNOTE.TXT 6.3.10, 4.3.12).</summary>
/// <param name="Name">Its name, as written.</param>
/// <param name="Method">How it is packed: 0 not at all, 8 deflate.</param>
/// <param name="Packed">Its bytes packed.</param>
/// <param name="Size">Its bytes unpacked.</param>
/// <param name="Check">CRC-32 of them.</param>
/// <param name="Offset">Where its local header begins.</param>
/// <param name="Mode">Type and permissions, where a Unix system made it; else 0.</param>
/// <param name="Modified">When it was changed, a local time of nobody knows where, taken as universal.</param>
internal sealed record ZipEntry(string Name, int Method, long Packed, long Size, uint Check, long Offset, int Mode, DateTimeOffset Modified)
{
    /// <summary>Bytes of a header in the directory before its texts.</summary>
    public const int HeaderBytes = 46;

    private const int Unix = 3; // 4.4.2.2
    private const uint Elsewhere = uint.MaxValue; // 4.4.8: the value is in the zip64 field

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Whether it is a folder.</summary>
    public bool IsFolder => Name.EndsWith('/') || (Mode & 0xF000) == 0x4000;

    /// <summary>Whether it is a symbolic link, whose content is its target.</summary>
    public bool IsLink => (Mode & 0xF000) == 0xA000;

    /// <summary>Whether it is neither file, folder nor symbolic link.</summary>
    public bool IsSpecial => (Mode & 0xF000) is not (0 or 0x8000 or 0x4000 or 0xA000);

    /// <summary>Bytes of the texts behind a header.</summary>
    public static int TextsOf(ReadOnlySpan<byte> header) => Short(header, 28) + Short(header, 30) + Short(header, 32);

    /// <summary>Reads one.</summary>
    /// <param name="header">The header.</param>
    /// <param name="texts">Name, extra fields and comment behind it.</param>
    public static ZipEntry Read(ReadOnlySpan<byte> header, ReadOnlySpan<byte> texts)
    {
        string name = Text(texts[..Short(header, 28)]);
        if ((Short(header, 8) & 0x2041) != 0) throw ImageFault.Bad($"{EntryName.Quote(name)} is encrypted: pack it without a password");
        int method = Short(header, 10);
        if (method is not (0 or 8)) throw ImageFault.Bad($"{EntryName.Quote(name)} is packed by method {method}, which is not offered: pack it with deflate");
        long size = Long(header, 24), packed = Long(header, 20), offset = Long(header, 42);
        ReadOnlySpan<byte> wide = Wide(texts.Slice(Short(header, 28), Short(header, 30)));
        Widen(ref size, ref wide);
        Widen(ref packed, ref wide);
        Widen(ref offset, ref wide);
        int mode = header[5] == Unix ? (int)(BinaryPrimitives.ReadUInt32LittleEndian(header[38..]) >> 16) : 0;
        return new ZipEntry(name, method, packed, size, BinaryPrimitives.ReadUInt32LittleEndian(header[16..]), offset, mode, Time(header));
    }

    internal static int Short(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static long Long(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    // 4.5.3: the values that did not fit, in this order.
    private static void Widen(ref long value, ref ReadOnlySpan<byte> wide)
    {
        if (value != Elsewhere) return;
        if (wide.Length < 8) throw ImageFault.Bad("a size of the zip archive is missing: pack it again");
        value = BinaryPrimitives.ReadInt64LittleEndian(wide);
        if (value < 0) throw ImageFault.Bad("a size of the zip archive is below zero: pack it again");
        wide = wide[8..];
    }

    private static ReadOnlySpan<byte> Wide(ReadOnlySpan<byte> extra)
    {
        while (extra.Length >= 4)
        {
            int length = Short(extra, 2);
            if (length > extra.Length - 4) break;
            if (Short(extra, 0) == 1) return extra.Slice(4, length);
            extra = extra[(4 + length)..];
        }

        return [];
    }

    private static string Text(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException wrong)
        {
            throw ImageFault.Bad($"entry '{Printable.Line(Encoding.Latin1.GetString(bytes), 80)}': the name is no UTF-8: rename it", wrong);
        }
    }

    // MS-DOS date and time, 4.4.6; what is no date is taken for the first one.
    private static DateTimeOffset Time(ReadOnlySpan<byte> header)
    {
        int time = Short(header, 12), date = Short(header, 14);
        var first = new DateTimeOffset(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
        (int year, int month, int day) = (1980 + (date >> 9), (date >> 5) & 15, date & 31);
        if (month is 0 or > 12 || day == 0 || day > DateTime.DaysInMonth(year, month) || time >> 11 > 23 || ((time >> 5) & 63) > 59) return first;
        return new DateTimeOffset(year, month, day, time >> 11, (time >> 5) & 63, Math.Min(59, (time & 31) * 2), TimeSpan.Zero);
    }
}
