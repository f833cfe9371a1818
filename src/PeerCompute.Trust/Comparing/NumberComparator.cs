// SPDX-License-Identifier: Apache-2.0
using System.Text;
using PeerCompute.Base.Checks;
using PeerCompute.Base.Numbers;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Trust.Comparing;

/// <summary>
/// Compares texts word by word: two words that are numbers may differ by <c>absolute + relative × the larger one</c>, exactly computed; others must
/// be equal. Blanks and line ends only part words; punctuation that parts numbers is a word of its own.
/// </summary>
internal static class NumberComparator
{
    private const int ShownMost = 40, WordsBetween = 1 << 14;

    private static ReadOnlySpan<byte> Blanks => " \t\r\n\v\f"u8;

    private static ReadOnlySpan<byte> Marks => ",;:=()[]{}<>|/\"'"u8;

    /// <summary>Empty when they are alike; else the first words that are not.</summary>
    public static string Difference(Comparator comparator, ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, Action? checkpoint)
    {
        var (absolute, relative) = (Tolerance(comparator.Absolute), Tolerance(comparator.Relative));
        for (var (line, words) = (1, 0);; words++)
        {
            if (words % WordsBetween == 0) checkpoint?.Invoke();
            var first = Next(ref a, ref line);
            var second = NextWord(ref b);
            if (first.SequenceEqual(second))
            {
                if (first.IsEmpty) return "";
                continue;
            }

            var isWord = !ExactDecimal.TryParse(first, out var x) | !ExactDecimal.TryParse(second, out var y);
            if (isWord || !ExactDecimal.Near(x, y, absolute, relative))
                return $"line {line}: {Shown(first)}, or {Shown(second)}{(isWord ? "" : ": more apart than the tolerances")}";
        }
    }

    /// <summary>Goes through all words of both.</summary>
    public static void EachPair(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, WordPair visit)
    {
        ArgumentNullException.ThrowIfNull(visit);
        for (var line = 1;;)
        {
            var first = Next(ref a, ref line);
            var second = NextWord(ref b);
            if (first.IsEmpty && second.IsEmpty) return;
            visit(first, second, line);
        }
    }

    private static ReadOnlySpan<byte> Next(ref ReadOnlySpan<byte> text, ref int line)
    {
        var before = text;
        var word = NextWord(ref text);
        line += before[..(before.Length - text.Length)].Count((byte)'\n');
        return word;
    }

    /// <summary>The next word; empty at the end.</summary>
    private static ReadOnlySpan<byte> NextWord(ref ReadOnlySpan<byte> text)
    {
        text = text.TrimStart(Blanks);
        if (text.IsEmpty) return text;
        var length = 1;
        if (!Marks.Contains(text[0]))
        {
            while (length < text.Length && !Blanks.Contains(text[length]) && !Marks.Contains(text[length])) length++;
        }

        var word = text[..length];
        text = text[length..];
        return word;
    }

    private static ExactDecimal Tolerance(string text)
    {
        if (text.Length == 0) return default;
        Invariant.Check(ExactDecimal.TryParse(Encoding.UTF8.GetBytes(text), out var number), "a spec's tolerances are numbers");
        return number;
    }

    /// <summary>A word as it can be printed anywhere.</summary>
    private static string Shown(ReadOnlySpan<byte> word)
    {
        if (word.IsEmpty) return "the end";
        var shown = new StringBuilder("'");
        foreach (var b in word[..Math.Min(word.Length, ShownMost)]) shown.Append(b is > (byte)' ' and <= (byte)'~' ? (char)b : '?');
        return shown.Append(word.Length > ShownMost ? "…'" : "'").ToString();
    }
}
