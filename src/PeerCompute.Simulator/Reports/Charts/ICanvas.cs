// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Simulator.Reports.Charts;

/// <summary>Where a text stands, seen from its point.</summary>
internal enum TextAlign
{
    Left,
    Middle,
    Right,
}

/// <summary>What is drawn upon: points are 1/72 inch in print, y goes down.</summary>
internal interface ICanvas
{
    /// <summary>Joins points by lines.</summary>
    /// <param name="points">The points.</param>
    /// <param name="ink">The colour: one of <see cref="Inks"/>.</param>
    /// <param name="width">Width of the line.</param>
    /// <param name="dashes">Lengths of dashes and gaps; empty for an unbroken line.</param>
    void Line(IReadOnlyList<(double X, double Y)> points, int ink, double width, IReadOnlyList<double> dashes);

    /// <summary>A filled rectangle.</summary>
    void Box(double x, double y, double width, double height, int ink);

    /// <summary>A line of text, its foot at the point.</summary>
    void Text(double x, double y, string text, TextAlign align, double size, bool upright = false);
}

/// <summary>The colours: those of series, then ink of text and axes, then that of the grid.</summary>
internal static class Inks
{
    /// <summary>Colours of series: those of Okabe and Ito (Color Universal Design, 2008), which colour-blind people can tell; yellow is left out.</summary>
    public static readonly string[] Light = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#555555", "#7a3b00", "#222222", "#dddddd"];

    /// <summary>The same on dark ground.</summary>
    public static readonly string[] Dark = ["#4aa8e8", "#ff8c42", "#2ecc9a", "#e59ac4", "#f5bd3d", "#9ad4f5", "#b0b0b0", "#c98a55", "#e8e8e8", "#3a3a3a"];

    /// <summary>Colours of series.</summary>
    public const int Series = 8;

    /// <summary>Text and axes.</summary>
    public const int Ink = 8;

    /// <summary>Lines of the grid.</summary>
    public const int Grid = 9;
}
