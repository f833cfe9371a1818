// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Core.Effects;
using PeerCompute.Core.Runs;
using PeerCompute.Execution.Runs;

namespace PeerCompute.Node.Runs;

/// <summary>Runs whose programs can be asked to end. Who is asked before it runs is asked when it does. Safe to use from several threads.</summary>
internal sealed class EasedRuns
{
    /// <summary>Requests that wait for their run; the machine has as many leases at most.</summary>
    private const int WaitingMost = 1024;

    private readonly Lock _lock = new();
    private readonly Dictionary<RunKey, ILeaseRun> _live = [];
    private readonly Dictionary<RunKey, TimeSpan> _waiting = [];

    /// <summary>Asks a run's program to end.</summary>
    public void Ask(EaseRun ease)
    {
        var grace = TimeSpan.FromMilliseconds(ease.GraceMs);
        ILeaseRun? run;
        lock (_lock)
        {
            if (!_live.TryGetValue(ease.Run, out run) && _waiting.Count < WaitingMost) _waiting[ease.Run] = grace;
        }

        if (run is not null) _ = run.EaseAsync(grace).AsTask();
    }

    /// <summary>A run lives.</summary>
    /// <returns>Dispose of it when it does no more.</returns>
    public IDisposable Enter(RunKey key, ILeaseRun run)
    {
        bool asked;
        TimeSpan grace;
        lock (_lock)
        {
            _live[key] = run;
            asked = _waiting.Remove(key, out grace);
        }

        if (asked) _ = run.EaseAsync(grace).AsTask();
        return new Leaving(this, key);
    }

    /// <summary>A run is over, or never came to live: nothing waits for it.</summary>
    public void Forget(RunKey key)
    {
        lock (_lock) _waiting.Remove(key);
    }

    private sealed class Leaving(EasedRuns runs, RunKey key) : IDisposable
    {
        public void Dispose()
        {
            lock (runs._lock) runs._live.Remove(key);
        }
    }
}
