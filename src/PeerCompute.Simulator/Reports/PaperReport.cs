// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using PeerCompute.Simulator.Comparisons;
using PeerCompute.Simulator.Reports.Charts;
using PeerCompute.Simulator.Results;

namespace PeerCompute.Simulator.Reports;

/// <summary>Figures for a paper: each as SVG and PDF without title, its values as CSV, and a caption.</summary>
internal static class PaperReport
{
    /// <summary>Writes them.</summary>
    /// <param name="folder">Made before.</param>
    /// <param name="ensemble">What they are of.</param>
    /// <param name="figures">The figures.</param>
    /// <returns>Names of the files.</returns>
    public static IReadOnlyList<string> Write(string folder, Ensemble ensemble, IReadOnlyList<Chart> figures)
    {
        var names = new List<string>();
        foreach (var figure in figures)
        {
            Write(figure.Id + ".svg", Encoding.UTF8.GetBytes(Plot.Svg(figure, PlotSize.Paper, page: false)));
            Write(figure.Id + ".pdf", Plot.Pdf(figure, PlotSize.Paper));
            Write(figure.Id + ".csv", Encoding.UTF8.GetBytes(Csv(figure)));
            Write(figure.Id + ".txt", Encoding.UTF8.GetBytes(Caption(figure, ensemble) + "\n"));
        }

        return names;

        void Write(string name, byte[] bytes)
        {
            File.WriteAllBytes(Path.Combine(folder, name), bytes);
            names.Add(name);
        }
    }

    /// <summary>What stands below a figure.</summary>
    public static string Caption(Chart figure, Ensemble ensemble)
        => string.Join(' ', ((string[])[figure.Title + ".", figure.Note, Provenance.Of(ensemble)]).Where(static part => part.Length > 0));

    /// <summary>The values that are drawn.</summary>
    public static string Csv(Chart figure)
    {
        var text = new StringBuilder($"series,{CsvTable.Quoted(figure.XLabel)},{CsvTable.Quoted(figure.YLabel)},low,high,n\n");
        foreach (var series in figure.Series)
        {
            foreach (var spot in series.Spots)
            {
                var x = figure.Categories is { } names ? CsvTable.Quoted(names[(int)spot.X]) : Number(spot.X);
                var n = spot.N > 0 ? spot.N.ToString(CultureInfo.InvariantCulture) : "";
                text.AppendJoin(',', CsvTable.Quoted(series.Name), x, Number(spot.Y), Number(spot.Low), Number(spot.High), n).Append('\n');
            }
        }

        return text.ToString();
    }

    private static string Number(double value) => double.IsNaN(value) ? "" : value.ToString("R", CultureInfo.InvariantCulture);
}
