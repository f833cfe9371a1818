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
            if (Head(ref file) is not { } head || head.Length > (ulong)file.Length) return null;
            var depthLine = head.Kind == '4' ? "" : string.Create(CultureInfo.InvariantCulture, $"{head.Peak}\n");
            form.AddRange(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"P{head.Kind}\n{head.Width} {head.Height}\n{depthLine}")));
            form.AddRange(file[..(int)head.Length]);
            file = file[(int)head.Length..];
        }
        while (!file.IsEmpty);
        return form.ToArray();
    }

    /// <summary>Reads the header of the next picture; null where there is none.</summary>
    /// <param name="file">The file; afterwards what follows the header.</param>
    public static NetpbmHead? Head(ref ReadOnlySpan<byte> file)
    {
        if (file.Length < 3 || file[0] != 'P' || char.IsAsciiDigit((char)file[2]) || file[1] is not ((byte)'4' or (byte)'5' or (byte)'6')) return null;
        var kind = (char)file[1];
        var rest = file[2..];
        if (Number(ref rest, SideMost) is not { } width || Number(ref rest, SideMost) is not { } height) return null;
        var depth = kind == '4' ? 1 : Number(ref rest, DepthMost);
        if (depth is not { } peak || peak == 0 || rest.IsEmpty) return null;
        file = rest[1..]; // the one white space behind the header
        return new NetpbmHead(kind, width, height, peak);
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
