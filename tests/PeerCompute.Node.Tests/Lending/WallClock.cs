// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Node.Tests.Lending;

/// <summary>A clock on the wall that a test moves; its timers fire when it passes them.</summary>
internal sealed class WallClock(DateTimeOffset now, TimeZoneInfo zone) : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<Alarm> _alarms = [];
    private DateTimeOffset _now = now;

    public override TimeZoneInfo LocalTimeZone => zone;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate) return _now;
    }

    /// <summary>Moves on, and fires what is due.</summary>
    public void Pass(TimeSpan span)
    {
        List<Alarm> due;
        lock (_gate)
        {
            _now += span;
            due = _alarms.FindAll(a => a.At <= _now);
            _alarms.RemoveAll(due.Contains);
        }

        foreach (var alarm in due) alarm.Fire();
    }

    /// <summary>Waits until something waits for this clock.</summary>
    public async Task WaitedForAsync(CancellationToken cancel)
    {
        while (true)
        {
            lock (_gate)
            {
                if (_alarms.Count > 0) return;
            }

            await Task.Delay(1, cancel);
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var alarm = new Alarm(this, () => callback(state));
        alarm.Change(dueTime, period);
        return alarm;
    }

    private sealed class Alarm(WallClock clock, Action fire) : ITimer
    {
        public DateTimeOffset At { get; private set; }

        public void Fire() => fire();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._gate)
            {
                clock._alarms.Remove(this);
                if (dueTime < TimeSpan.Zero) return true;
                At = clock._now + dueTime;
                clock._alarms.Add(this);
            }

            return true;
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
