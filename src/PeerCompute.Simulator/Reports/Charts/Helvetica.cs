// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Simulator.Reports.Charts;

/// <summary>Widths of Helvetica's characters (Adobe's font metrics), so that texts find their places before anybody draws them.</summary>
internal static class Helvetica
{
    private const int Other = 556;

    /// <summary>Of the characters from space to tilde, thousandths of the size.</summary>
    private static readonly short[] Widths =
    [
        278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584,
        584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278,
        278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500,
        500, 334, 260, 334, 584,
    ];

    /// <summary>How wide a text is.</summary>
    /// <param name="text">The text.</param>
    /// <param name="size">Size of the font.</param>
    public static double Width(string text, double size) => text.Sum(static c => c is >= ' ' and <= '~' ? Widths[c - ' '] : Other) * size / 1000;

    /// <summary>As much of a text as fits; two dots stand for the rest.</summary>
    public static string Fit(string text, double size, double width)
    {
        if (Width(text, size) <= width) return text;
        var length = text.Length;
        while (length > 1 && Width(text[..length] + "..", size) > width) length--;
        return text[..length] + "..";
    }
}
