// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;

namespace PeerCompute.Execution.Supervising;

/// <summary>
/// The supervisor's look at its lease of life. Only changes count, on this process's own clock: no clock that is set can end it or keep it alive,
/// and a machine that slept has not let it expire.
/// </summary>
internal static class LifeWatch
{
    private static readonly TimeSpan MostBetween = TimeSpan.FromMilliseconds(500);

    /// <summary>Waits for the end of the lease of life.</summary>
    /// <param name="file">The lease of life.</param>
    /// <param name="outlive">How long it lasts after its last renewal.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>When it was not renewed for that long, or at once when the file is gone.</returns>
    public static async Task ExpiredAsync(string file, TimeSpan outlive, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(outlive / 10 < MostBetween ? outlive / 10 : MostBetween);
        var clock = Stopwatch.StartNew();
        DateTime renewed = default;
        do
        {
            var life = new FileInfo(file);
            if (!life.Exists) return;
            if (life.LastWriteTimeUtc != renewed)
            {
                renewed = life.LastWriteTimeUtc;
                clock.Restart();
            }
        }
        while (clock.Elapsed < outlive && await timer.WaitForNextTickAsync(cancellation).ConfigureAwait(false));
    }
}
