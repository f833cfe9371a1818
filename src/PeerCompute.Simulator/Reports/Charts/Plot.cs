// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Simulator.Reports.Charts;

/// <summary>Sizes of a drawing.</summary>
/// <param name="Width">Whole width.</param>
/// <param name="Height">Whole height.</param>
/// <param name="Font">Size of texts.</param>
/// <param name="Stroke">Width of the lines of series.</param>
internal sealed record PlotSize(double Width, double Height, double Font, double Stroke)
{
    /// <summary>In a page.</summary>
    public static PlotSize Page { get; } = new(640, 300, 12, 1.8);

    /// <summary>A column of a two-column paper: 3.5 inches.</summary>
    public static PlotSize Paper { get; } = new(252, 168, 8, 1.1);
}

/// <summary>Draws a figure: axes with ticks, grid, series, and a legend above where there are several.</summary>
internal sealed class Plot
{
    private const double LegendLine = 1.4; // of the font's size

    private static readonly double[][] Dashes = [[], [5, 2], [1.5, 1.5], [6, 2, 1.5, 2], [3, 3], [8, 3], [2, 4], [6, 1.5, 1.5, 1.5, 1.5, 1.5]];

    private readonly Chart _figure;
    private readonly PlotSize _size;
    private readonly ICanvas _canvas;
    private readonly Axis _x;
    private readonly Axis _y;
    private readonly double _left;
    private readonly double _top;
    private readonly double _width;
    private readonly double _height;
    private readonly double _entry;
    private readonly int _perRow;

    private Plot(Chart figure, PlotSize size, Func<double, ICanvas> canvas)
    {
        (_figure, _size) = (figure, size);
        var font = size.Font;
        _entry = figure.Series.Max(series => Helvetica.Width(LegendText(series), font)) + (font * 3.6);
        _perRow = Math.Max(1, (int)((size.Width - font) / _entry));
        var rows = figure.Series.Count < 2 ? 0 : (figure.Series.Count + _perRow - 1) / _perRow;
        _canvas = canvas(size.Height + (rows * font * LegendLine));
        (_x, _y) = Axes(figure, size);
        _top = (rows * font * LegendLine) + (font * 0.8);
        _left = (font * 2.1) + _y.Ticks.Max(tick => Helvetica.Width(tick.Text, font));
        _width = size.Width - _left - (font * 0.8) - (figure.Categories is null ? Helvetica.Width(_x.Ticks[^1].Text, font) / 2 * _x.At(_x.Ticks[^1].Value) : 0);
        _height = size.Height - (font * 4);
    }

    /// <summary>For a page.</summary>
    public static string Svg(Chart figure, PlotSize size, bool page)
    {
        var plot = new Plot(figure, size, height => new SvgCanvas(size.Width, height, figure.Title, page));
        plot.Draw();
        return plot._canvas.ToString()!;
    }

    /// <summary>For print.</summary>
    public static byte[] Pdf(Chart figure, PlotSize size)
    {
        var plot = new Plot(figure, size, height => new PdfCanvas(size.Width, height));
        plot.Draw();
        return ((PdfCanvas)plot._canvas).ToBytes();
    }

    private static (Axis X, Axis Y) Axes(Chart figure, PlotSize size)
    {
        var spots = figure.Series.SelectMany(static s => s.Spots).ToList();
        var (least, most) = (spots.Min(static s => s.X), spots.Max(static s => s.X));
        var steps = Math.Max(3, (int)(size.Width / size.Font / 6));
        var room = figure.Series.Any(static s => s.Kind is SeriesKind.Dots or SeriesKind.Cloud) ? (most - least) / 20 : 0;
        var over = figure.Series.All(static s => s.Kind is SeriesKind.Line or SeriesKind.Steps);
        if (over && !figure.Logarithmic) least = Math.Min(0, least);
        var x = figure.Categories is { } names ? Axis.Named(names) : figure.Logarithmic ? Axis.Powers(least, most)
            : most > least ? Axis.Even(least - room, most + room, steps, tight: true) : Axis.Even(least, most, steps);
        var low = Math.Min(0, spots.Min(static s => double.IsNaN(s.Low) ? s.Y : Math.Min(s.Y, s.Low)));
        var high = figure.Top ?? spots.Max(static s => double.IsNaN(s.High) ? s.Y : Math.Max(s.Y, s.High));
        return (x, Axis.Even(low, high, 5));
    }

    private void Draw()
    {
        Frame();
        for (var i = 0; i < _figure.Series.Count; i++) Draw(_figure.Series[i], i);
        Legend();
    }

    private void Frame()
    {
        var (font, bottom, right) = (_size.Font, _top + _height, _left + _width);
        foreach (var (value, text) in _y.Ticks)
        {
            _canvas.Line([(_left, Y(value)), (right, Y(value))], Inks.Grid, 0.5, []);
            _canvas.Text(_left - (font * 0.5), Y(value) + (font * 0.35), text, TextAlign.Right, font);
        }

        var room = _figure.Categories is { Count: var count } ? (_width / count) - (font * 0.6) : double.MaxValue;
        var free = double.NegativeInfinity;
        foreach (var (value, text) in _x.Ticks)
        {
            var (x, words) = (X(value), Helvetica.Fit(text, font, room));
            var half = Helvetica.Width(words, font) / 2;
            _canvas.Line([(x, bottom), (x, bottom + (font * 0.3))], Inks.Ink, 0.6, []);
            if (x - half < free) continue; // it would run into the one before
            _canvas.Text(x, bottom + (font * 1.35), words, TextAlign.Middle, font);
            free = x + half + (font * 0.5);
        }

        _canvas.Line([(_left, _top), (_left, bottom), (right, bottom)], Inks.Ink, 0.8, []);
        _canvas.Text(_left + (_width / 2), bottom + (font * 2.8), Helvetica.Fit(_figure.XLabel, font, _size.Width), TextAlign.Middle, font);
        _canvas.Text(font, _top + (_height / 2), Helvetica.Fit(_figure.YLabel, font, _height + font), TextAlign.Middle, font, upright: true);
    }

    private void Draw(Series series, int number)
    {
        var (ink, stroke) = (number % Inks.Series, _size.Stroke);
        var points = new List<(double X, double Y)>();
        foreach (var spot in series.Spots)
        {
            if (series.Kind == SeriesKind.Steps && points.Count > 0) points.Add((X(spot.X), points[^1].Y));
            points.Add((X(spot.X), Y(spot.Y)));
        }

        if (series.Kind == SeriesKind.Dots && _figure.Series.Count > 1)
        {
            // Bars of several series at one place stand beside each other.
            var aside = (number - ((_figure.Series.Count - 1) / 2.0)) * stroke * 3;
            for (var i = 0; i < points.Count; i++) points[i] = (points[i].X + aside, points[i].Y);
        }

        var thin = series.Kind == SeriesKind.Dots ? stroke * 0.6 : stroke;
        if (series.Kind != SeriesKind.Cloud && points.Count > 1) _canvas.Line(points, ink, thin, Dashes[number % Dashes.Length]);
        if (series.Kind is SeriesKind.Line or SeriesKind.Steps) return;
        var (dot, cap) = (stroke * 1.8, stroke * 2);
        for (var i = 0; i < points.Count; i++)
        {
            var ((x, y), spot) = (points[i], series.Spots[i]);
            _canvas.Box(x - dot, y - dot, dot * 2, dot * 2, ink);
            if (double.IsNaN(spot.Low) || double.IsNaN(spot.High)) continue;
            _canvas.Line([(x, Y(spot.Low)), (x, Y(spot.High))], ink, stroke, []);
            _canvas.Line([(x - cap, Y(spot.Low)), (x + cap, Y(spot.Low))], ink, stroke, []);
            _canvas.Line([(x - cap, Y(spot.High)), (x + cap, Y(spot.High))], ink, stroke, []);
        }
    }

    private string LegendText(Series series) => Helvetica.Fit(series.Name, _size.Font, _size.Width - (_size.Font * 5));

    /// <summary>Series in rows and columns above the axes; none where there is but one.</summary>
    private void Legend()
    {
        if (_figure.Series.Count < 2) return;
        var (font, dot) = (_size.Font, _size.Stroke * 1.8);
        for (var i = 0; i < _figure.Series.Count; i++)
        {
            var (x, y) = ((font * 0.5) + (i % _perRow * _entry), font * (1.2 + (LegendLine * (i / _perRow))));
            var (series, ink, middle) = (_figure.Series[i], i % Inks.Series, y - (font * 0.35));
            if (series.Kind != SeriesKind.Cloud) _canvas.Line([(x, middle), (x + (font * 2), middle)], ink, _size.Stroke, Dashes[i % Dashes.Length]);
            if (series.Kind is SeriesKind.Dots or SeriesKind.Cloud) _canvas.Box(x + font - dot, middle - dot, dot * 2, dot * 2, ink);
            _canvas.Text(x + (font * 2.5), y, LegendText(series), TextAlign.Left, font);
        }
    }

    private double X(double value) => _left + (_x.At(value) * _width);

    private double Y(double value) => _top + ((1 - _y.At(value)) * _height);
}
