// SPDX-License-Identifier: Apache-2.0
using System.Threading.Channels;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Core.Views;

namespace PeerCompute.Node.Loops;

/// <summary>Who follows which job. A slow reader misses views in between, never the last one.</summary>
internal sealed class JobWatchers
{
    /// <summary>Readers of all jobs together; more are refused.</summary>
    public const int Most = 1024;

    private readonly Lock _gate = new();
    private readonly Dictionary<Hash32, List<Channel<JobView>>> _watchers = [];
    private readonly HashSet<Hash32> _changed = [];
    private int _count;

    /// <summary>Jobs that changed and are watched.</summary>
    public bool AnyChanged
    {
        get { lock (_gate) return _changed.Count > 0; }
    }

    /// <summary>Begins to follow a job.</summary>
    /// <exception cref="PeerComputeException">Too many readers.</exception>
    public Channel<JobView> Enter(Hash32 jobId)
    {
        var channel = Channel.CreateBounded<JobView>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
        lock (_gate)
        {
            if (_count == Most) throw new PeerComputeException(ErrorCode.LimitExceeded, $"{Most} readers follow jobs already: end some of them.");
            if (!_watchers.TryGetValue(jobId, out var list)) _watchers[jobId] = list = [];
            list.Add(channel);
            _count++;
        }

        return channel;
    }

    /// <summary>Ends following.</summary>
    public void Leave(Hash32 jobId, Channel<JobView> channel)
    {
        lock (_gate)
        {
            if (!_watchers.TryGetValue(jobId, out var list) || !list.Remove(channel)) return;
            _count--;
            if (list.Count == 0) _watchers.Remove(jobId);
        }
    }

    /// <summary>Notes that a job's view is another.</summary>
    public void Changed(Hash32 jobId)
    {
        lock (_gate)
        {
            if (_watchers.ContainsKey(jobId)) _changed.Add(jobId);
        }
    }

    /// <summary>Tells the new views.</summary>
    /// <param name="view">Makes a view; called on the caller's thread.</param>
    public void Publish(Func<Hash32, JobView?> view)
    {
        Hash32[] changed;
        lock (_gate)
        {
            changed = [.. _changed];
            _changed.Clear();
        }

        foreach (var jobId in changed)
        {
            if (view(jobId) is not { } now) continue;
            lock (_gate)
            {
                if (!_watchers.TryGetValue(jobId, out var list)) continue;
                foreach (var channel in list) channel.Writer.TryWrite(now);
            }
        }
    }

    /// <summary>Ends all streams: the node stops.</summary>
    public void Close()
    {
        lock (_gate)
        {
            foreach (var list in _watchers.Values) list.ForEach(static channel => channel.Writer.TryComplete());
        }
    }
}
