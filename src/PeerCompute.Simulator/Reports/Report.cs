// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Simulator.Comparisons;
using PeerCompute.Simulator.Reports.Charts;

namespace PeerCompute.Simulator.Reports;

/// <summary>Pages and figures of a run or a sweep.</summary>
public static class Report
{
    /// <summary>Writes one self-contained page: figures, numbers, broken rules.</summary>
    /// <param name="folder">Folder of a run or a sweep.</param>
    /// <param name="file">Where the page goes.</param>
    /// <exception cref="Base.Errors.PeerComputeException">The folder cannot be read, or the page not be written.</exception>
    public static void WritePage(string folder, string file)
    {
        var ensemble = Ensemble.Read(folder);
        var page = HtmlReport.Of(ensemble, ChartsOf(ensemble));
        OutputFolder.Make(Path.GetDirectoryName(Path.GetFullPath(file))!);
        OutputFolder.Guard(file, () => File.WriteAllText(file, page));
    }

    /// <summary>Writes each figure as SVG and PDF without title, with its values as CSV and its caption.</summary>
    /// <param name="folder">Folder of a run or a sweep.</param>
    /// <param name="into">Folder for the figures.</param>
    /// <returns>Names of the files.</returns>
    /// <exception cref="Base.Errors.PeerComputeException">The folder cannot be read, or the files not be written.</exception>
    public static IReadOnlyList<string> WritePaper(string folder, string into)
    {
        var ensemble = Ensemble.Read(folder);
        OutputFolder.Make(into);
        IReadOnlyList<string> names = [];
        OutputFolder.Guard(into, () => names = PaperReport.Write(into, ensemble, ChartsOf(ensemble)));
        return names;
    }

    private static IReadOnlyList<Chart> ChartsOf(Ensemble ensemble)
        => ChartNames.Plain(ensemble.Runs.Count() == 1 ? RunCharts.Of(ensemble.Runs.First()) : SweepCharts.Of(ensemble));
}
