// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Checks;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Trust.Forms;

/// <summary>Brings outputs into the canonical form that their job asks for (docs/job-file.md): the same bytes for what means the same.</summary>
public static class CanonicalForms
{
    /// <summary>Most lines that are sorted; a longer output has no such form. Bounds the memory beside the output at 16 MiB.</summary>
    public const int MostLines = 1 << 20;

    private const byte Feed = (byte)'\n', Return = (byte)'\r', Blank = (byte)' ', Tab = (byte)'\t';

    /// <summary>Brings an output into a form.</summary>
    /// <param name="form">One of <see cref="OutputForm.Known"/>.</param>
    /// <param name="output">Whatever a program wrote.</param>
    /// <returns>The canonical bytes, at most one more than came in; null where the output is not of that kind.</returns>
    public static byte[]? Apply(string form, ReadOnlySpan<byte> output) => form switch
    {
        OutputForm.Png => PngForm.Of(output),
        OutputForm.Netpbm => NetpbmForm.Of(output),
        OutputForm.Text => Text(output),
        OutputForm.Lines => Lines(output),
        _ => throw Invariant.Unreachable("a spec names known forms only"),
    };

    private static byte[] Text(ReadOnlySpan<byte> output)
    {
        var text = new byte[output.Length + 1];
        var length = 0;
        while (!output.IsEmpty)
        {
            var end = output.IndexOf(Feed);
            var line = end < 0 ? output : output[..end];
            output = end < 0 ? [] : output[(end + 1)..];
            line = line.TrimEnd([Return, Blank, Tab]);
            line.CopyTo(text.AsSpan(length));
            length += line.Length;
            text[length++] = Feed;
        }

        return text[..length];
    }

    private static byte[]? Lines(ReadOnlySpan<byte> output)
    {
        var text = Text(output);
        var count = text.AsSpan().Count(Feed);
        if (count > MostLines) return null;
        var lines = new List<(int At, int Length)>(count);
        for (var at = 0; at < text.Length;)
        {
            var length = text.AsSpan(at).IndexOf(Feed) + 1;
            lines.Add((at, length));
            at += length;
        }

        lines.Sort((a, b) => text.AsSpan(a.At, a.Length).SequenceCompareTo(text.AsSpan(b.At, b.Length)));
        var sorted = new byte[text.Length];
        var to = 0;
        foreach (var (at, length) in lines)
        {
            text.AsSpan(at, length).CopyTo(sorted.AsSpan(to));
            to += length;
        }

        return sorted;
    }
}
