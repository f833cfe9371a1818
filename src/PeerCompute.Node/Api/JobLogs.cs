// SPDX-License-Identifier: Apache-2.0
using Google.Protobuf;
using PeerCompute.Api.V1;
using PeerCompute.Base.Crypto;
using Views = PeerCompute.Core.Views;

namespace PeerCompute.Node.Api;

/// <summary>Of the logs that a job's view holds, what one reader has not read.</summary>
/// <param name="task">The only task that is wanted, or null.</param>
internal sealed class JobLogs(uint? task)
{
    private readonly Dictionary<Hash32, (uint Task, ulong Next)> _read = [];

    /// <summary>What is new in a view.</summary>
    public IEnumerable<LogPiece> Next(Views.JobView job)
    {
        foreach (var lease in job.Leases)
        {
            if (lease.Live is not { Lines.Length: > 0 } live || (task is { } wanted && live.Task != wanted)) continue;
            var next = _read.TryGetValue(lease.LeaseId, out var read) && read.Task == live.Task ? read.Next : 0;
            var end = live.FirstLine + (ulong)live.Lines.Length;
            if (next >= end) continue;
            _read[lease.LeaseId] = (live.Task, end);
            var known = next > live.FirstLine ? (int)(next - live.FirstLine) : 0;
            var piece = new LogPiece
            {
                Task = live.Task,
                LeaseId = ByteString.CopyFrom(lease.LeaseId.ToArray()),
                Worker = lease.Worker.ToString(),
                Lost = live.FirstLine > next ? live.FirstLine - next : 0,
            };
            for (var i = known; i < live.Lines.Length; i++) piece.Lines.Add(live.Lines[i]);
            yield return piece;
        }
    }
}
