// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Execution.Supervising;

/// <summary>The node's side of the lease of life: renews it until it is disposed of.</summary>
internal sealed class Heartbeat : IDisposable
{
    private static readonly TimeSpan MostBetween = TimeSpan.FromSeconds(5);

    private readonly string _file;
    private readonly Timer _timer;

    /// <summary>Renews from now on.</summary>
    /// <param name="file">The lease of life; made where it is not there.</param>
    /// <param name="outlive">How long it lasts after a renewal.</param>
    public Heartbeat(string file, TimeSpan outlive)
    {
        _file = file;
        File.WriteAllBytes(file, []);
        TimeSpan between = outlive / 10 < MostBetween ? outlive / 10 : MostBetween;
        _timer = new Timer(_ => Renew(), null, between, between);
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private void Renew()
    {
        try
        {
            File.SetLastWriteTimeUtc(_file, DateTime.UtcNow);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            // Whoever took the file away wants the supervisor to end.
        }
    }
}
