// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace PeerCompute.Simulator.Reports.Charts;

/// <summary>One axis: where values stand, and which of them are told.</summary>
internal sealed class Axis
{
    private readonly double _low;
    private readonly double _high;
    private readonly bool _logarithmic;

    private Axis(double low, double high, bool logarithmic, IReadOnlyList<(double Value, string Text)> ticks)
        => (_low, _high, _logarithmic, Ticks) = (low, high, logarithmic, ticks);

    /// <summary>Values that are told, with their words.</summary>
    public IReadOnlyList<(double Value, string Text)> Ticks { get; }

    /// <summary>An axis of even steps of 1, 2 or 5 times a power of ten.</summary>
    /// <param name="least">Least value.</param>
    /// <param name="most">Largest value.</param>
    /// <param name="steps">About how many steps.</param>
    /// <param name="tight">Whether it ends with the values, instead of at a step beyond them.</param>
    public static Axis Even(double least, double most, int steps, bool tight = false)
    {
        if (most <= least) (least, most) = least > 0 ? (0, least * 1.25) : (least, least + 1);
        var rough = (most - least) / steps;
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step = power * (rough / power) switch { <= 1.0001 => 1, <= 2.0001 => 2, <= 5.0001 => 5, _ => 10 };
        var (first, last) = ((long)Math.Floor((least / step) + 1e-9), (long)Math.Ceiling((most / step) - 1e-9));
        if (tight) (first, last) = ((long)Math.Ceiling((least / step) - 1e-9), (long)Math.Floor((most / step) + 1e-9));
        var ticks = new List<(double, string)>();
        for (var i = first; i <= last; i++) ticks.Add((i * step, Words(i * step, step, Math.Max(Math.Abs(first), Math.Abs(last)) * step)));
        return tight ? new Axis(least, most, false, ticks) : new Axis(first * step, last * step, false, ticks);
    }

    /// <summary>An axis of powers of ten; where it spans few of them, with 2 and 5 times each.</summary>
    /// <param name="least">Least value, above 0.</param>
    /// <param name="most">Largest value.</param>
    public static Axis Powers(double least, double most)
    {
        var (first, last) = ((int)Math.Floor(Math.Log10(least) + 1e-9), (int)Math.Ceiling(Math.Log10(most) - 1e-9));
        if (first == last) last++;
        var ticks = new List<(double, string)>();
        for (var i = first; i <= last; i++)
        {
            foreach (var times in last - first > 3 ? [1] : new[] { 1, 2, 5 })
            {
                var value = times * Math.Pow(10, i);
                if (i < last || times == 1) ticks.Add((value, Words(value, Math.Pow(10, i), value)));
            }
        }

        return new Axis(Math.Pow(10, first), Math.Pow(10, last), true, ticks);
    }

    /// <summary>An axis of named places 0, 1, ….</summary>
    public static Axis Named(IReadOnlyList<string> names) => new(-0.5, names.Count - 0.5, false, [.. names.Select(static (name, i) => ((double)i, name))]);

    /// <summary>Where a value stands, 0 to 1.</summary>
    public double At(double value)
        => _logarithmic ? Math.Log(value / _low) / Math.Log(_high / _low) : (value - _low) / (_high - _low);

    private static string Words(double value, double step, double largest)
    {
        var (unit, letter) = largest switch { >= 1e10 => (1e9, "G"), >= 1e7 => (1e6, "M"), >= 1e4 => (1e3, "k"), _ => (1.0, "") };
        var decimals = Math.Clamp(-(int)Math.Floor(Math.Log10(step / unit) + 1e-9), 0, 9);
        return value == 0 ? "0" : (value / unit).ToString("F" + decimals, CultureInfo.InvariantCulture) + letter;
    }
}
