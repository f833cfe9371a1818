// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Simulator;

/// <summary>What an accepted task costs the network, in the mean.</summary>
/// <param name="Market">Messages of the market.</param>
/// <param name="MessageBytes">Their bytes.</param>
/// <param name="BlobBytes">Bytes of blobs.</param>
public sealed record PerTask(double Market, double MessageBytes, double BlobBytes)
{
    /// <summary>The figures of a run.</summary>
    /// <param name="market">Messages of the market.</param>
    /// <param name="messageBytes">Their bytes.</param>
    /// <param name="blobBytes">Bytes of blobs.</param>
    /// <param name="jobs">The jobs.</param>
    /// <returns>Null where no task was accepted.</returns>
    public static PerTask? Of(long market, long messageBytes, long blobBytes, IEnumerable<JobRow> jobs)
    {
        var tasks = (double)jobs.Sum(static job => job.TasksAccepted);
        return tasks == 0 ? null : new PerTask(market / tasks, messageBytes / tasks, blobBytes / tasks);
    }
}
