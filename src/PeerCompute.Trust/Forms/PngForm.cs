// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;

namespace PeerCompute.Trust.Forms;

/// <summary>PNG (W3C Portable Network Graphics, second edition) without what does not change the picture.</summary>
internal static class PngForm
{
    /// <summary>Ancillary chunks that change how the picture looks (sections 11.3.2, 11.3.3, 11.3.5); times and texts are none of them.</summary>
    private static readonly uint[] Kept =
    [
        Type("tRNS"u8), Type("cHRM"u8), Type("gAMA"u8), Type("iCCP"u8), Type("sBIT"u8), Type("sRGB"u8), Type("bKGD"u8), Type("hIST"u8), Type("sPLT"u8),
    ];

    /// <summary>The canonical bytes; null where it is no PNG. Check sums and pixels are not looked at: who reads the picture does that.</summary>
    public static byte[]? Of(ReadOnlySpan<byte> png)
    {
        if (!PngChunks.TryOpen(png, out var chunks)) return null;
        var form = new byte[png.Length];
        PngChunks.Signature.CopyTo(form);
        var length = PngChunks.Signature.Length;
        while (chunks.TryNext(out var chunk))
        {
            if (!chunk.IsCritical && Array.IndexOf(Kept, chunk.Type) < 0) continue;
            chunk.Bytes.CopyTo(form.AsSpan(length));
            length += chunk.Bytes.Length;
            if (chunk.Is("IEND"u8)) return form[..length];
        }

        return null;
    }

    private static uint Type(ReadOnlySpan<byte> name) => BinaryPrimitives.ReadUInt32BigEndian(name);
}
