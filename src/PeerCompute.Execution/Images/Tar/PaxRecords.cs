// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Text;
using System.Globalization;

namespace PeerCompute.Execution.Images.Tar;

/// <summary>
/// Records of an extended header that speak of the next entry (POSIX.1-2017, pax, "pax Extended Header"): what we use of them; others are passed over.
/// </summary>
internal sealed class PaxRecords
{
    /// <summary>Longest extended header, or GNU long name, bytes: room for attributes that we pass over.</summary>
    public const int MostBytes = 1 << 20;

    /// <summary>The name in full.</summary>
    public string? Path { get; set; }

    /// <summary>The target in full.</summary>
    public string? LinkPath { get; set; }

    /// <summary>The size, where it does not fit the header.</summary>
    public long? Size { get; private set; }

    /// <summary>Seconds since 1970.</summary>
    public long? Modified { get; private set; }

    /// <summary>Takes the records of one header: each <c>LENGTH KEY=VALUE\n</c>.</summary>
    /// <param name="bytes">The header's content.</param>
    public void Read(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (!Utf8Parser.TryParse(bytes, out int length, out int digits) || digits > 7 || length <= digits + 2 || length > bytes.Length
                || bytes[digits] != ' ' || bytes[length - 1] != '\n')
                throw ImageFault.Bad("an extended header is malformed: the archive is damaged");
            ReadOnlySpan<byte> record = bytes[(digits + 1)..(length - 1)];
            int equals = record.IndexOf((byte)'=');
            if (equals <= 0) throw ImageFault.Bad("a record of an extended header has no key: the archive is damaged");
            Take(record[..equals], record[(equals + 1)..]);
            bytes = bytes[length..];
        }
    }

    private void Take(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (key.StartsWith("GNU.sparse."u8)) throw TarReader.Sparse();
        if (key.SequenceEqual("path"u8)) Path = Whole(value);
        else if (key.SequenceEqual("linkpath"u8)) LinkPath = Whole(value);
        else if (key.SequenceEqual("size"u8)) Size = Number(value) is >= 0 and { } size ? size : throw ImageFault.Bad("a size is below zero: pack it again");
        else if (key.SequenceEqual("mtime"u8)) Modified = Math.Max(0, Number(value));
    }

    private static string Whole(ReadOnlySpan<byte> value) =>
        value.Contains((byte)0) ? throw ImageFault.Bad("a name in an extended header holds a zero byte: rename it") : TarHeader.Text(value);

    // Times have a fraction, which we cut off.
    private static long Number(ReadOnlySpan<byte> value)
    {
        int dot = value.IndexOf((byte)'.');
        return long.TryParse(dot < 0 ? value : value[..dot], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number)
            ? number : throw ImageFault.Bad("a number in an extended header is none: the archive is damaged");
    }
}
