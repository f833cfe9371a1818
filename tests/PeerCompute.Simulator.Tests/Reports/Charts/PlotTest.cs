// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using PeerCompute.Simulator.Reports.Charts;

namespace PeerCompute.Simulator.Tests.Reports.Charts;

[TestFixture]
internal sealed class PlotTest
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    private static IEnumerable<Chart> Charts()
    {
        yield return new Chart
        {
            Id = "bars", Title = "a <title> & more", XLabel = "workers (of 100 %)", YLabel = "a (long) label \\ with signs",
            Series = [.. Enumerable.Range(0, 8).Select(static s => new Series($"series number {s}, with a name", [.. Spots(s)], SeriesKind.Dots))],
        };
        yield return new Chart
        {
            Id = "names", Title = "names", XLabel = "kind", YLabel = "y", Categories = ["one", "a very long name that cannot fit anywhere", "three"],
            Series = [new Series("s", [new(0, 1), new(1, 200_000), new(2, 5)], SeriesKind.Cloud)],
        };
        yield return new Chart
        {
            Id = "log", Title = "log", XLabel = "s", YLabel = "share", Logarithmic = true, Top = 1,
            Series = [new Series("s", [new(0.003, 0), new(0.5, 0.5), new(900, 1)], SeriesKind.Steps)],
        };
        yield return new Chart { Id = "one", Title = "one", XLabel = "x", YLabel = "y", Series = [new Series("s", [new(5, 0)], SeriesKind.Line)] };
    }

    [TestCaseSource(nameof(Charts))]
    public void Everything_is_drawn_within_the_page(object of)
    {
        var chart = (Chart)of;
        foreach (var (size, page) in new[] { (PlotSize.Page, true), (PlotSize.Paper, false) })
        {
            var svg = XElement.Parse(Plot.Svg(chart, size, page));
            Assert.That(svg.Attribute("aria-label")!.Value, Is.EqualTo(chart.Title));
            var box = svg.Attribute("viewBox")!.Value.Split(' ').Select(Number).ToArray();
            foreach (var line in svg.Elements(Svg + "polyline"))
            {
                foreach (var at in line.Attribute("points")!.Value.Split(' ').Select(static p => p.Split(',').Select(Number).ToArray()))
                    Assert.That((at[0] >= 0 && at[0] <= box[2], at[1] >= 0 && at[1] <= box[3]), Is.EqualTo((true, true)), line.ToString());
            }

            foreach (var text in svg.Elements(Svg + "text")) Assert.That(Ends(text), Has.All.InRange(0, Math.Max(box[2], box[3])), text.ToString());
            var ticks = svg.Elements(Svg + "text").Where(static t => t.Attribute("transform") is null && (string?)t.Attribute("text-anchor") == "middle")
                .GroupBy(static t => t.Attribute("y")!.Value).First().Select(Ends).OrderBy(static e => e[0]).ToList();
            for (var i = 1; i < ticks.Count; i++) Assert.That(ticks[i][0], Is.GreaterThan(ticks[i - 1][1]), "words of the axis overlap");
        }
    }

    /// <summary>Offsets of the table are those of the objects, the stream is as long as it says, brackets in texts are escaped.</summary>
    [TestCaseSource(nameof(Charts))]
    public void A_pdf_finds_its_objects(object of)
    {
        var bytes = Plot.Pdf((Chart)of, PlotSize.Paper);
        Assert.That(bytes, Is.EqualTo(Plot.Pdf((Chart)of, PlotSize.Paper)), "the same bytes twice");
        var file = Encoding.Latin1.GetString(bytes);
        Assert.That(file, Does.StartWith("%PDF-1.4\n").And.EndsWith("%%EOF\n"));
        var table = int.Parse(Regex.Match(file, @"startxref\n(\d+)\n").Groups[1].Value, CultureInfo.InvariantCulture);
        Assert.That(file[table..], Does.StartWith("xref\n0 6\n0000000000 65535 f \n"));
        var offsets = Regex.Matches(file[table..], @"(\d{10}) 00000 n \n");
        Assert.That(offsets, Has.Count.EqualTo(5));
        for (var i = 0; i < offsets.Count; i++)
            Assert.That(file[int.Parse(offsets[i].Groups[1].Value, CultureInfo.InvariantCulture)..], Does.StartWith($"{i + 1} 0 obj\n"));
        var stream = Regex.Match(file, @"/Length (\d+) >>\nstream\n(.*?)endstream", RegexOptions.Singleline);
        Assert.That(stream.Groups[2].Length, Is.EqualTo(int.Parse(stream.Groups[1].Value, CultureInfo.InvariantCulture)));
        foreach (Match text in Regex.Matches(file, @"Tm \((.*)\) Tj")) Assert.That(Regex.IsMatch(text.Groups[1].Value, @"^([^()\\]|\\[()\\])*$"), text.Value);
    }

    private static IEnumerable<Spot> Spots(int series)
    {
        for (var x = 1; x <= 5; x++) yield return new Spot(x, x * (series + 1), (x * (series + 1)) - 0.5, (x * (series + 1)) + 0.7, 10);
    }

    /// <summary>Where a text begins and ends, along its line.</summary>
    private static double[] Ends(XElement text)
    {
        var upright = text.Attribute("transform") is not null;
        var at = Number(text.Attribute(upright ? "y" : "x")!.Value);
        var width = Helvetica.Width(text.Value, Number(text.Attribute("font-size")!.Value));
        var before = ((string?)text.Attribute("text-anchor")) switch { "middle" => width / 2, "end" => width, _ => 0 };
        return [at - before, at - before + width];
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
