// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Net.Tests.Shaping;

/// <summary>A clock that a test moves by hand; timers are called when their time has come, once each.</summary>
internal sealed class HandClock : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<Timer> _timers = [];
    private TaskCompletionSource _armed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TimeSpan _now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp()
    {
        lock (_gate) return _now.Ticks;
    }

    /// <summary>Waits until somebody waits for a moment, and goes there.</summary>
    /// <returns>The moment.</returns>
    public async Task<TimeSpan> NextAsync()
    {
        while (true)
        {
            Task armed;
            Timer? next;
            lock (_gate)
            {
                next = _timers.MinBy(static t => t.Due);
                armed = _armed.Task;
                if (next is not null)
                {
                    _timers.Remove(next);
                    _now = next.Due > _now ? next.Due : _now;
                }
            }

            if (next is null)
            {
                await armed.WaitAsync(TimeSpan.FromSeconds(20));
                continue;
            }

            next.Call();
            return next.Due;
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class Timer(HandClock clock, TimerCallback callback, object? state) : ITimer
    {
        public TimeSpan Due { get; private set; }

        public void Call() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._gate)
            {
                clock._timers.Remove(this);
                if (dueTime == Timeout.InfiniteTimeSpan) return true;
                Due = clock._now + dueTime;
                clock._timers.Add(this);
                clock._armed.TrySetResult();
                clock._armed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            return true;
        }

        public void Dispose()
        {
            lock (clock._gate) clock._timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
