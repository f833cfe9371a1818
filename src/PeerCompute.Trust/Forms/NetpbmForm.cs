// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;

namespace PeerCompute.Trust.Forms;

/// <summary>Raw pictures of Netpbm (pbm(5), pgm(5), ppm(5)): P4, P5, P6, one or several, with one form of header and no comments.</summary>
internal static class NetpbmForm
{
    private const uint SideMost = 1 << 24, DepthMost = 65_535;

    /// <summary>The canonical bytes; null where it is none of these pictures, or cut short.</summary>
    public static byte[]? Of(ReadOnlySpan<byte> file)
    {
        var form = new List<byte>(file.Length);
        do
        {
            if (file.Length < 3 || file[0] != 'P' || char.IsAsciiDigit((char)file[2]) || file[1] is not ((byte)'4' or (byte)'5' or (byte)'6')) return null;
            var kind = (char)file[1];
            var rest = file[2..];
            if (Number(ref rest, SideMost) is not { } width || Number(ref rest, SideMost) is not { } height) return null;
            var depth = kind == '4' ? 1 : Number(ref rest, DepthMost);
            if (depth is null or 0 || rest.IsEmpty) return null;
            rest = rest[1..]; // the one white space behind the header
            var row = kind == '4' ? (width + 7) / 8 : width * (kind == '6' ? 3UL : 1) * (depth > 255 ? 2UL : 1);
            if (row * height > (ulong)rest.Length) return null;
            var depthLine = kind == '4' ? "" : string.Create(CultureInfo.InvariantCulture, $"{depth}\n");
            form.AddRange(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"P{kind}\n{width} {height}\n{depthLine}")));
            form.AddRange(rest[..(int)(row * height)]);
            file = rest[(int)(row * height)..];
        }
        while (!file.IsEmpty);
        return form.ToArray();
    }

    /// <summary>The next number of a header; what stands between, comments too, is skipped.</summary>
    private static ulong? Number(ref ReadOnlySpan<byte> rest, uint most)
    {
        while (!rest.IsEmpty && !char.IsAsciiDigit((char)rest[0]))
        {
            if (rest[0] == '#') rest = rest.IndexOfAny((byte)'\n', (byte)'\r') is var end and >= 0 ? rest[end..] : [];
            else if (rest[0] is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r' or 11 or 12) rest = rest[1..];
            else return null;
        }

        ulong number = 0;
        var digits = 0;
        for (; digits < rest.Length && char.IsAsciiDigit((char)rest[digits]); digits++)
        {
            number = (number * 10) + (uint)(rest[digits] - '0');
            if (number > most) return null;
        }

        rest = rest[digits..];
        return digits == 0 ? null : number;
    }
}
