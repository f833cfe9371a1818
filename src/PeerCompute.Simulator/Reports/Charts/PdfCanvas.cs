// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;

namespace PeerCompute.Simulator.Reports.Charts;

/// <summary>
/// One page of PDF 1.4 (ISO 32000-1) of lines, rectangles and text in Helvetica, one of the fonts that every reader has. The same drawing gives the same bytes.
/// </summary>
/// <param name="width">Width, points.</param>
/// <param name="height">Height, points.</param>
internal sealed class PdfCanvas(double width, double height) : ICanvas
{
    private readonly StringBuilder _content = new("1 J 1 j\n");

    /// <inheritdoc/>
    public void Line(IReadOnlyList<(double X, double Y)> points, int ink, double width, IReadOnlyList<double> dashes)
    {
        if (points.Count < 2) return;
        _content.Append($"{Colour(ink)} RG {N(width)} w [{string.Join(' ', dashes.Select(N))}] 0 d\n");
        for (var i = 0; i < points.Count; i++) _content.Append($"{N(points[i].X)} {N(height - points[i].Y)} {(i == 0 ? 'm' : 'l')}\n");
        _content.Append("S\n");
    }

    /// <inheritdoc/>
    public void Box(double x, double y, double width, double height1, int ink)
        => _content.Append($"{Colour(ink)} rg {N(x)} {N(height - y - height1)} {N(width)} {N(height1)} re f\n");

    /// <inheritdoc/>
    public void Text(double x, double y, string text, TextAlign align, double size, bool upright = false)
    {
        var before = Helvetica.Width(text, size) * align switch { TextAlign.Middle => 0.5, TextAlign.Right => 1, _ => 0 };
        var (left, foot) = upright ? (x, height - y - before) : (x - before, height - y);
        var turn = upright ? "0 1 -1 0" : "1 0 0 1";
        _content.Append($"BT {Colour(Inks.Ink)} rg /F1 {N(size)} Tf {turn} {N(left)} {N(foot)} Tm ({Escaped(text)}) Tj ET\n");
    }

    /// <summary>The file.</summary>
    public byte[] ToBytes()
    {
        var content = _content.ToString();
        string[] objects =
        [
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            $"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {N(width)} {N(height)}] /Contents 5 0 R /Resources << /Font << /F1 4 0 R >> >> >>",
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
            $"<< /Length {Encoding.Latin1.GetByteCount(content)} >>\nstream\n{content}endstream",
        ];
        var file = new StringBuilder("%PDF-1.4\n");
        var table = new StringBuilder($"xref\n0 {objects.Length + 1}\n0000000000 65535 f \n");
        for (var i = 0; i < objects.Length; i++)
        {
            table.Append(CultureInfo.InvariantCulture, $"{file.Length:D10} 00000 n \n");
            file.Append(CultureInfo.InvariantCulture, $"{i + 1} 0 obj\n{objects[i]}\nendobj\n");
        }

        var start = file.Length; // every character is one byte
        file.Append(table).Append(CultureInfo.InvariantCulture, $"trailer\n<< /Size {objects.Length + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n");
        return Encoding.Latin1.GetBytes(file.ToString());
    }

    private static string Escaped(string text)
    {
        var escaped = new StringBuilder();
        foreach (var c in text)
        {
            if (c is '(' or ')' or '\\') escaped.Append('\\').Append(c);
            else escaped.Append(c is (>= ' ' and <= '~') or (>= '\u00a1' and <= '\u00ff') ? c : '?');
        }

        return escaped.ToString();
    }

    private static string Colour(int ink)
    {
        var rgb = Convert.FromHexString(Inks.Light[ink].AsSpan(1));
        return string.Join(' ', rgb.Select(static part => N(part / 255.0)));
    }

    private static string N(double number) => number.ToString("0.###", CultureInfo.InvariantCulture);
}
