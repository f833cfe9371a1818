// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;

namespace PeerCompute.Base.Errors;

/// <summary>Strangers' text made fit for a terminal, a log or a table: what would be obeyed is shown instead.</summary>
public static class Printable
{
    private const char Instead = '\uFFFD'; // REPLACEMENT CHARACTER

    /// <summary>
    /// A text on one line. Line ends and tabs become spaces; every other control character (C0, DEL, C1: ECMA-48 section 5), and what changes the
    /// direction of text or is not seen (Unicode category Cf), becomes U+FFFD, as do halves of surrogate pairs.
    /// </summary>
    /// <param name="text">Whatever somebody said.</param>
    /// <param name="most">Most characters of the answer; the rest is cut off.</param>
    /// <returns>The line.</returns>
    public static string Line(string text, int most = int.MaxValue)
    {
        var line = new StringBuilder(Math.Min(text.Length, most));
        foreach (Rune rune in text.EnumerateRunes()) // gives U+FFFD for half of a pair
        {
            if (line.Length + rune.Utf16SequenceLength > most) break;
            if (rune.Value is '\n' or '\r' or '\t') line.Append(' ');
            else if (IsObeyed(rune)) line.Append(Instead);
            else line.Append(rune.ToString());
        }

        return line.ToString();
    }

    /// <summary>As much of a text as fits, cut at whole characters.</summary>
    /// <param name="text">The text.</param>
    /// <param name="most">Most bytes of the answer in UTF-8.</param>
    /// <returns>The text, or its beginning.</returns>
    public static string Cut(string text, int most)
    {
        var (length, bytes) = (0, 0);
        foreach (Rune rune in text.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > most) return text[..length];
            length += rune.Utf16SequenceLength;
        }

        return text;
    }

    private static bool IsObeyed(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
