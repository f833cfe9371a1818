// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using PeerCompute.Base.Chance;
using PeerCompute.Net.Shaping;

namespace PeerCompute.Net.Tests.Shaping;

/// <summary>Bytes over a real socket, by a clock that the test moves.</summary>
public sealed class ShapedLineTests
{
    private static readonly IPAddress Here = IPAddress.Parse("127.0.0.1"), There = IPAddress.Parse("127.0.0.2");

    private HandClock _clock = null!;
    private Socket _far = null!;
    private Socket _near = null!;

    [SetUp]
    public void Connect()
    {
        _clock = new HandClock();
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(There, 0));
        listener.Listen();
        _near = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _near.Connect(listener.LocalEndPoint!);
        _far = listener.Accept();
    }

    [TearDown]
    public void Close()
    {
        _near.Dispose();
        _far.Dispose();
    }

    [Test]
    public async Task What_is_sent_leaves_after_its_turn_and_comes_a_latency_later_in_order()
    {
        using var line = Shape(new() { From = Here, UpBits = 8_000_000, DownBits = 1L << 40, Micros = To(30_000) }).Over(_near, There);
        await line.SendAsync(new byte[10_000]); // 10 ms of the link up
        await line.SendAsync(new byte[] { 1, 2, 3 });
        Assert.That(_far.Available, Is.Zero);
        Assert.That(await _clock.NextAsync(), Is.EqualTo(TimeSpan.FromMilliseconds(40)));
        Assert.That(await ReadAsync(10_000), Has.Exactly(10_000).Zero);
        Assert.That(await _clock.NextAsync(), Is.EqualTo(TimeSpan.FromMilliseconds(41)));
        Assert.That(await ReadAsync(3), Is.EqualTo(new byte[] { 1, 2, 3 }));
    }

    [Test]
    public async Task An_end_comes_behind_all_that_was_sent()
    {
        using var line = Shape(new() { From = Here, UpBits = 1L << 40, DownBits = 1L << 40, Micros = To(30_000) }).Over(_near, There);
        await line.SendAsync(new byte[] { 7 });
        var ending = line.EndAsync().AsTask();
        Assert.That(ending.IsCompleted, Is.False);
        await _clock.NextAsync();
        await ending.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.That(await ReadAsync(1), Is.EqualTo(new byte[] { 7 }));
        Assert.That(await _far.ReceiveAsync(new byte[1]), Is.Zero);
    }

    [Test]
    public async Task What_is_received_passes_the_link_down()
    {
        using var line = Shape(new() { From = Here, UpBits = 1L << 40, DownBits = 8_000_000, Micros = To(0) }).Over(_near, There);
        await _far.SendAsync(new byte[5_000]);
        var read = line.ReceiveAsync(new byte[5_000]).AsTask();
        Assert.That(await _clock.NextAsync(), Is.EqualTo(TimeSpan.FromMicroseconds(await read)));
    }

    [Test]
    public async Task A_dial_takes_a_round_trip_before_the_first_byte()
    {
        var dial = Shape(new() { From = Here, UpBits = 1, DownBits = 1, Micros = To(25_000) }).DialledAsync(There, CancellationToken.None);
        Assert.That(await _clock.NextAsync(), Is.EqualTo(TimeSpan.FromMilliseconds(50)));
        await dial.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Test]
    public void Jitter_is_drawn_from_nothing_to_its_bound()
    {
        var shaper = Shape(new() { From = Here, UpBits = 1, DownBits = 1, JitterMicros = 1_000, Micros = To(0) });
        var drawn = Enumerable.Range(0, 1_000).Select(_ => shaper.Jitter().TotalMicroseconds).ToList();
        Assert.That((drawn.Min() < 50, drawn.Max() > 950, drawn.Max() <= 1_000), Is.EqualTo((true, true, true)));
    }

    [Test]
    public void A_lost_connection_is_told_at_a_later_piece()
    {
        using var line = Shape(new() { From = Here, UpBits = 1L << 40, DownBits = 1L << 40, Micros = To(0) }).Over(_near, There);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        _near.Dispose();
        Assert.That(
            async () =>
            {
                for (var i = 0; i < 1000; i++)
                {
                    await line.SendAsync(new byte[1], patience.Token);
                    await Task.Yield();
                }
            },
            Throws.InstanceOf<SocketException>());
    }

    private static ImmutableDictionary<IPAddress, long> To(long micros) => ImmutableDictionary<IPAddress, long>.Empty.Add(There, micros);

    private Shaper Shape(LinkShape shape) => new(shape, _clock, new Choices(1));

    private async Task<byte[]> ReadAsync(int bytes)
    {
        var all = new byte[bytes];
        for (var at = 0; at < bytes;)
        {
            var read = await _far.ReceiveAsync(all.AsMemory(at)).AsTask().WaitAsync(TimeSpan.FromSeconds(20));
            Assert.That(read, Is.Positive);
            at += read;
        }

        return all;
    }
}
