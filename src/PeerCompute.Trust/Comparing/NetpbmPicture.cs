// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Trust.Forms;

namespace PeerCompute.Trust.Comparing;

/// <summary>Reads a raw picture of greys or colours (pgm(5), ppm(5)): P5 or P6, one in a file.</summary>
internal static class NetpbmPicture
{
    /// <summary>The picture; null where it is none.</summary>
    public static Picture? Read(ReadOnlySpan<byte> file)
    {
        if (NetpbmForm.Head(ref file) is not { Kind: '5' or '6' } head) return null;
        var (channels, bytes) = (head.Kind == '6' ? 3 : 1, head.Peak > byte.MaxValue ? 2 : 1);
        var length = head.Width * head.Height * (ulong)(channels * bytes);
        if (length is 0 or > (ulong)Picture.BytesMost || length != (ulong)file.Length) return null;
        return new Picture((int)head.Width, (int)head.Height, channels, (int)head.Peak, file.ToArray());
    }
}
