// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Simulator.Reports.Charts;

/// <summary>How the spots of a series are drawn.</summary>
internal enum SeriesKind
{
    /// <summary>Joined by lines.</summary>
    Line,

    /// <summary>Each value holds until the next.</summary>
    Steps,

    /// <summary>Dots with bars for their intervals, joined by thin lines.</summary>
    Dots,

    /// <summary>Dots alone.</summary>
    Cloud,
}

/// <summary>One value, with the ends of its interval and the runs or jobs behind it where there are such.</summary>
internal readonly record struct Spot(double X, double Y, double Low = double.NaN, double High = double.NaN, int N = 0);

/// <summary>Values that belong together.</summary>
internal sealed record Series(string Name, IReadOnlyList<Spot> Spots, SeriesKind Kind);

/// <summary>A figure before it is drawn; it has no title of its own, that stands around it.</summary>
internal sealed record Chart
{
    /// <summary>Name for files.</summary>
    public required string Id { get; init; }

    /// <summary>What it shows.</summary>
    public required string Title { get; init; }

    /// <summary>What the caption says beyond the title.</summary>
    public string Note { get; init; } = "";

    /// <summary>Label of the horizontal axis, with its unit.</summary>
    public required string XLabel { get; init; }

    /// <summary>Label of the vertical axis, with its unit.</summary>
    public required string YLabel { get; init; }

    public required IReadOnlyList<Series> Series { get; init; }

    /// <summary>Names of the places 0, 1, … on the horizontal axis; null for numbers.</summary>
    public IReadOnlyList<string>? Categories { get; init; }

    /// <summary>Whether the horizontal axis is logarithmic; all its values are above 0.</summary>
    public bool Logarithmic { get; init; }

    /// <summary>Upper end of the vertical axis where it is fixed, as that of shares is.</summary>
    public double? Top { get; init; }
}
