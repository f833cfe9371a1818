// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;

namespace PeerCompute.Cli.Output;

/// <summary>How long something still takes, if it goes on as it went so far.</summary>
internal sealed class Eta
{
    private readonly long _began = Stopwatch.GetTimestamp();

    /// <summary>In words, for a line of progress.</summary>
    /// <param name="share">What is done, from 0 to 1.</param>
    /// <returns>Such as <c>0:03:20 left</c>; empty while nothing can be said.</returns>
    public string Left(double share) => Words(Stopwatch.GetElapsedTime(_began), share);

    /// <summary>In words, from the time that a share took.</summary>
    /// <param name="elapsed">Time so far.</param>
    /// <param name="share">What was done in it, from 0 to 1.</param>
    public static string Words(TimeSpan elapsed, double share)
    {
        if (share is not (> 0 and < 1)) return "";
        var seconds = elapsed.TotalSeconds * (1 - share) / share;
        if (seconds > TimeSpan.FromDays(99).TotalSeconds) return "more than 99 days left";
        var left = TimeSpan.FromSeconds(Math.Ceiling(seconds));
        return string.Create(CultureInfo.InvariantCulture, $"{(int)left.TotalHours}:{left.Minutes:00}:{left.Seconds:00} left");
    }
}
