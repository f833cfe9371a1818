// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Net;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Multiformats;
using PeerCompute.Net.Shaping;

namespace PeerCompute.Net.Tests;

/// <summary>Streams that are begun without waiting for the peer's word, and held from frame to frame.</summary>
[CancelAfter(60_000)]
internal sealed class HeldStreamTests
{
    private const string Protocol = "/test/frames/1";

    [Test]
    public async Task Frames_come_in_order_over_one_stream(CancellationToken cancel)
    {
        await using var pair = await Pair.StartAsync(ReadAllAsync);
        for (var i = 0; i < 1000; i++) await pair.Held.WriteFrameAsync(BitConverter.GetBytes(i), cancel);
        await pair.CameAsync(1000, cancel);
        Assert.That(pair.Came, Is.EqualTo(Enumerable.Range(0, 1000)));
        Assert.That(pair.Streams, Is.EqualTo(1));
    }

    [Test]
    public async Task The_first_frame_does_not_wait_for_the_peers_word(CancellationToken cancel)
    {
        var word = TimeSpan.FromSeconds(1.5);
        var shape = new LinkShape
        {
            From = IPAddress.Parse("127.0.0.9"),
            UpBits = 1L << 40,
            DownBits = 1L << 40,
            Micros = ImmutableDictionary<IPAddress, long>.Empty.Add(IPAddress.Loopback, (long)word.TotalMicroseconds),
        };
        await using var pair = await Pair.StartAsync(ReadAllAsync, shape);
        var begun = Stopwatch.GetTimestamp();
        await pair.Held.WriteFrameAsync(BitConverter.GetBytes(7), cancel);
        await pair.CameAsync(1, cancel);
        Assert.That(Stopwatch.GetElapsedTime(begun), Is.LessThan(word));
    }

    [Test]
    public async Task A_peer_that_takes_one_frame_a_stream_gets_one_for_each(CancellationToken cancel)
    {
        await using var pair = await Pair.StartAsync(static async (pair, stream, end) => pair.Take((await stream.ReadFrameAsync(4, end))!));
        await pair.Held.WriteFrameAsync(BitConverter.GetBytes(0), cancel);
        await pair.CameAsync(1, cancel);
        await Task.Delay(300, cancel); // the end of its side comes back
        for (var i = 1; i < 5; i++) await pair.Held.WriteFrameAsync(BitConverter.GetBytes(i), cancel);
        await pair.CameAsync(5, cancel);
        Assert.That(pair.Came, Is.EquivalentTo(Enumerable.Range(0, 5)), "streams are served side by side, so their order is not promised");
        Assert.That(pair.Streams, Is.EqualTo(5));
    }

    [Test]
    public async Task A_stream_that_the_peer_resets_is_opened_anew(CancellationToken cancel)
    {
        await using var pair = await Pair.StartAsync(static async (pair, stream, end) =>
        {
            pair.Take((await stream.ReadFrameAsync(4, end))!);
            if (pair.Streams == 1) throw new WireException("frame", "not liked");
            await ReadAllAsync(pair, stream, end);
        });
        await pair.Held.WriteFrameAsync(BitConverter.GetBytes(0), cancel);
        await pair.CameAsync(1, cancel);
        await Task.Delay(300, cancel); // the reset comes back
        for (var i = 1; i < 4; i++) await pair.Held.WriteFrameAsync(BitConverter.GetBytes(i), cancel);
        await pair.CameAsync(4, cancel);
        Assert.That((pair.Came, pair.Streams), Is.EqualTo((Enumerable.Range(0, 4), 2)));
    }

    [Test]
    public async Task What_is_let_go_ends_behind_what_is_written_and_begins_anew(CancellationToken cancel)
    {
        await using var pair = await Pair.StartAsync(ReadAllAsync);
        for (var i = 0; i < 3; i++)
        {
            await pair.Held.WriteFrameAsync(BitConverter.GetBytes(i), cancel);
            pair.Held.LetGo();
            await pair.CameAsync(i + 1, cancel);
        }

        while (pair.Ended < 3) await Task.Delay(10, cancel);
        Assert.That((pair.Came, pair.Streams), Is.EqualTo((Enumerable.Range(0, 3), 3)));
    }

    [Test]
    public async Task A_protocol_that_is_not_spoken_is_known_at_the_first_read_and_asked_for_ever_more_seldom(CancellationToken cancel)
    {
        await using var pair = await Pair.StartAsync(ReadAllAsync);
        await using var stream = await pair.Near.BeginAsync(pair.Far.PeerId, "/test/unknown/1", cancel);
        await stream.WriteFrameAsync(new byte[100], cancel);
        var refused = Assert.ThrowsAsync<PeerComputeException>(async () => await stream.ReadAsync(new byte[1], cancel));
        Assert.That(refused!.Code, Is.EqualTo(ErrorCode.Unavailable));

        var held = new HeldStream(pair.Near, pair.Far.PeerId, "/test/unknown/1", TimeProvider.System);
        await held.WriteFrameAsync(new byte[4], cancel);
        await Task.Delay(200, cancel);
        var begun = Stopwatch.GetTimestamp();
        await held.WriteFrameAsync(new byte[4], cancel);
        await Task.Delay(200, cancel);
        await held.WriteFrameAsync(new byte[4], cancel);
        Assert.That(Stopwatch.GetElapsedTime(begun), Is.GreaterThan(TimeSpan.FromMilliseconds(900)), "a quarter, then half a second");
    }

    private static async Task ReadAllAsync(Pair pair, PeerStream stream, CancellationToken end)
    {
        while (await stream.ReadFrameAsync(4, end) is { } frame) pair.Take(frame);
        pair.Ended++;
    }

    /// <summary>Two hosts, a held stream from the near one, and what came at the far one.</summary>
    private sealed class Pair : IAsyncDisposable
    {
        private readonly ConcurrentQueue<int> _came = new();
        private int _streams;

        public required Host Near { get; init; }

        public required Host Far { get; init; }

        public required HeldStream Held { get; init; }

        public int Streams => _streams;

        public int Ended { get; set; }

        public int[] Came => [.. _came];

        public static async Task<Pair> StartAsync(Func<Pair, PeerStream, CancellationToken, Task> read, LinkShape? shape = null)
        {
            var near = await TestHosts.StartAsync(1, listen: false);
            var at = shape is null ? "127.0.0.1" : shape.From.ToString();
            var far = await Host.StartAsync(new HostOptions { Key = TestHosts.Key(2), Listen = [Multiaddr.Parse($"/ip4/{at}/tcp/0")], Shape = shape });
            await near.ConnectAsync(far.FullAddress());
            var pair = new Pair { Near = near, Far = far, Held = new HeldStream(near, far.PeerId, Protocol, TimeProvider.System) };
            far.Handle(Protocol, (stream, end) =>
            {
                Interlocked.Increment(ref pair._streams);
                return read(pair, stream, end);
            });
            return pair;
        }

        public void Take(byte[] frame) => _came.Enqueue(BitConverter.ToInt32(frame));

        public async Task CameAsync(int count, CancellationToken cancel)
        {
            while (_came.Count < count) await Task.Delay(10, cancel);
        }

        public async ValueTask DisposeAsync()
        {
            await Near.DisposeAsync();
            await Far.DisposeAsync();
        }
    }
}
