// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Sockets;
using PeerCompute.Base.Chance;

namespace PeerCompute.Net.Shaping;

/// <summary>Makes a host's connections as slow as a <see cref="LinkShape"/> says: its links up and down are shared by all of them.</summary>
internal sealed class Shaper(LinkShape shape, TimeProvider time, Choices chance)
{
    private readonly long _start = time.GetTimestamp();
    private readonly Lock _drawing = new();

    public TimeSpan Now => time.GetElapsedTime(_start);

    public RateMeter Up { get; } = new(shape.UpBits);

    public RateMeter Down { get; } = new(shape.DownBits);

    /// <summary>One way to another node.</summary>
    public TimeSpan DelayTo(IPAddress remote) => TimeSpan.FromMicroseconds(shape.Micros.GetValueOrDefault(remote));

    /// <summary>What one message takes beyond that.</summary>
    public TimeSpan Jitter()
    {
        if (shape.JitterMicros == 0) return TimeSpan.Zero;
        lock (_drawing) return TimeSpan.FromMicroseconds(chance.Below((int)shape.JitterMicros + 1));
    }

    /// <summary>Waits for a moment, and not less: the timers' milliseconds are rounded up.</summary>
    public Task UntilAsync(TimeSpan moment, CancellationToken cancel)
    {
        var wait = Math.Ceiling((moment - Now).TotalMilliseconds);
        return wait > 0 ? Task.Delay(TimeSpan.FromMilliseconds(wait), time, cancel) : Task.CompletedTask;
    }

    /// <summary>A line over a socket that is connected.</summary>
    public ShapedLine Over(Socket socket, IPAddress remote) => new(socket, this, DelayTo(remote));

    /// <summary>Waits as a dialler does for the answer to its SYN: one round trip.</summary>
    public Task DialledAsync(IPAddress remote, CancellationToken cancel) => UntilAsync(Now + (2 * DelayTo(remote)), cancel);
}
