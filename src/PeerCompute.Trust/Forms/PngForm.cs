// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;

namespace PeerCompute.Trust.Forms;

/// <summary>PNG (W3C Portable Network Graphics, second edition) without what does not change the picture.</summary>
internal static class PngForm
{
    private const int Head = 8, Tail = 4, Letter = 4; // length and type before a chunk's data, its check sum behind; the type's first letter

    /// <summary>Ancillary chunks that change how the picture looks (sections 11.3.2, 11.3.3, 11.3.5); times and texts are none of them.</summary>
    private static readonly uint[] Kept =
    [
        Type("tRNS"u8), Type("cHRM"u8), Type("gAMA"u8), Type("iCCP"u8), Type("sBIT"u8), Type("sRGB"u8), Type("bKGD"u8), Type("hIST"u8), Type("sPLT"u8),
    ];

    private static ReadOnlySpan<byte> Signature => [137, 80, 78, 71, 13, 10, 26, 10]; // section 5.2

    /// <summary>The canonical bytes; null where it is no PNG. Check sums and pixels are not looked at: who reads the picture does that.</summary>
    public static byte[]? Of(ReadOnlySpan<byte> png)
    {
        if (!png.StartsWith(Signature)) return null;
        var form = new byte[png.Length];
        Signature.CopyTo(form);
        var (at, length) = (Signature.Length, Signature.Length);
        while (png.Length - at >= Head + Tail)
        {
            var size = BinaryPrimitives.ReadUInt32BigEndian(png[at..]);
            if (size > (uint)(png.Length - at - Head - Tail)) return null;
            var chunk = png.Slice(at, (int)size + Head + Tail);
            var type = Type(chunk.Slice(Letter, Letter));
            at += chunk.Length;
            if (!char.IsAsciiLetterUpper((char)chunk[Letter]) && Array.IndexOf(Kept, type) < 0) continue;
            chunk.CopyTo(form.AsSpan(length));
            length += chunk.Length;
            if (type == Type("IEND"u8)) return form[..length];
        }

        return null;
    }

    private static uint Type(ReadOnlySpan<byte> name) => BinaryPrimitives.ReadUInt32BigEndian(name);
}
