// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Net;
using System.Text;

namespace PeerCompute.Simulator.Reports.Charts;

/// <summary>Scalable Vector Graphics, for a page (colours are the page's, so that it can be light or dark) or alone.</summary>
/// <param name="width">Width.</param>
/// <param name="height">Height.</param>
/// <param name="title">What it shows, for those who cannot see it.</param>
/// <param name="page">Whether it stands in a page that names the colours.</param>
internal sealed class SvgCanvas(double width, double height, string title, bool page) : ICanvas
{
    private readonly StringBuilder _body = new();

    /// <inheritdoc/>
    public void Line(IReadOnlyList<(double X, double Y)> points, int ink, double width, IReadOnlyList<double> dashes)
    {
        var path = string.Join(' ', points.Select(static p => $"{N(p.X)},{N(p.Y)}"));
        var broken = dashes.Count > 0 ? $" stroke-dasharray=\"{string.Join(' ', dashes.Select(N))}\"" : "";
        _body.Append($"<polyline points=\"{path}\" fill=\"none\" {Colour("stroke", ink)} stroke-width=\"{N(width)}\" stroke-linejoin=\"round\"{broken}/>\n");
    }

    /// <inheritdoc/>
    public void Box(double x, double y, double width, double height, int ink)
        => _body.Append($"<rect x=\"{N(x)}\" y=\"{N(y)}\" width=\"{N(width)}\" height=\"{N(height)}\" {Colour("fill", ink)}/>\n");

    /// <inheritdoc/>
    public void Text(double x, double y, string text, TextAlign align, double size, bool upright = false)
    {
        var anchor = align switch { TextAlign.Middle => " text-anchor=\"middle\"", TextAlign.Right => " text-anchor=\"end\"", _ => "" };
        var turned = upright ? $" transform=\"rotate(-90 {N(x)} {N(y)})\"" : "";
        _body.Append($"<text x=\"{N(x)}\" y=\"{N(y)}\" font-size=\"{N(size)}\" {Colour("fill", Inks.Ink)}{anchor}{turned}>");
        _body.Append(WebUtility.HtmlEncode(text)).Append("</text>\n");
    }

    /// <summary>The whole.</summary>
    public override string ToString()
    {
        var size = page ? $"style=\"width:100%;max-width:{N(width)}px;height:auto\"" : $"width=\"{N(width)}pt\" height=\"{N(height)}pt\"";
        return $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {N(width)} {N(height)}\" {size} role=\"img\" "
            + $"aria-label=\"{WebUtility.HtmlEncode(title)}\" font-family=\"Helvetica,Arial,sans-serif\">\n{_body}</svg>\n";
    }

    private static string N(double number) => number.ToString("0.##", CultureInfo.InvariantCulture);

    private string Colour(string property, int ink) => page ? $"style=\"{property}:var(--c{ink})\"" : $"{property}=\"{Inks.Light[ink]}\"";
}
