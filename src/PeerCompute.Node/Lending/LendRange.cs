// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace PeerCompute.Node.Lending;

/// <summary>A range of local times of day, from the first to before the second; over midnight where the second is earlier.</summary>
/// <param name="From">Minutes since midnight, 0 to 1439.</param>
/// <param name="To">Minutes since midnight, 1 to 1440, not <paramref name="From"/>.</param>
public readonly record struct LendRange(int From, int To)
{
    private const int Day = 24 * 60;

    /// <summary>Reads a range.</summary>
    /// <param name="text">For example <c>22:00-08:00</c>; <c>24:00</c> is the end of a day.</param>
    /// <returns>The range, or null where the text is none.</returns>
    public static LendRange? TryParse(string text)
    {
        if (text.Split('-') is not [var first, var second]) return null;
        if (Minutes(first.Trim()) is not { } from || Minutes(second.Trim()) is not { } to) return null;
        if (to == 0) to = Day;
        return from == Day || from == to ? null : new LendRange(from, to);
    }

    /// <summary>Whether a time of day lies within.</summary>
    /// <param name="time">Local time of day.</param>
    /// <returns>True from the first time on, false from the second on.</returns>
    public bool Contains(TimeOnly time)
    {
        var minute = (time.Hour * 60) + time.Minute;
        return From < To ? minute >= From && minute < To : minute >= From || minute < To;
    }

    /// <summary>The range as it is written.</summary>
    /// <returns>For example <c>22:00-08:00</c>.</returns>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{From / 60:00}:{From % 60:00}-{To / 60:00}:{To % 60:00}");

    private static int? Minutes(string text)
    {
        if (text.Length != 5 || text[2] != ':') return null;
        if (!int.TryParse(text.AsSpan(0, 2), NumberStyles.None, CultureInfo.InvariantCulture, out var hour)) return null;
        if (!int.TryParse(text.AsSpan(3), NumberStyles.None, CultureInfo.InvariantCulture, out var minute)) return null;
        return minute < 60 && (hour < 24 || (hour == 24 && minute == 0)) ? (hour * 60) + minute : null;
    }
}
