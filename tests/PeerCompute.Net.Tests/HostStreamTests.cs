// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Bytes;
using PeerCompute.Base.Chance;
using PeerCompute.Base.Errors;
using PeerCompute.Libp2p.Identify;
using PeerCompute.Libp2p.Yamux;

namespace PeerCompute.Net.Tests;

[CancelAfter(60_000)]
internal sealed class HostStreamTests
{
    [TestCase(0, true)]
    [TestCase(1, true)]
    [TestCase(YamuxLimits.InitialWindow + 1, true)]
    [TestCase((16 * 1024 * 1024) + 1, true)]
    [TestCase(100_000, false)]
    public async Task Bytes_come_back_as_they_were_sent(int size, bool inlineMuxer, CancellationToken cancel)
    {
        var (a, b) = await TestHosts.PairAsync(inlineMuxer: inlineMuxer);
        await using var _ = a;
        await using var __ = b;
        var sent = new byte[size];
        for (var i = 0; i < size; i++) sent[i] = (byte)(i * 31);
        await using var stream = await a.OpenAsync(b.PeerId, TestHosts.Echo, cancel);
        var reading = stream.ReadToEndAsync();
        await stream.WriteAsync(sent, cancel);
        await stream.CloseWriteAsync(cancel);
        Assert.That((await reading).AsSpan().SequenceEqual(sent));
    }

    [Test]
    public async Task The_side_that_was_dialled_opens_streams_too(CancellationToken cancel)
    {
        var (a, b) = await TestHosts.PairAsync();
        await using var _ = a;
        await using var __ = b;
        a.Handle(TestHosts.Echo, TestHosts.EchoAsync);
        await using var stream = await b.OpenAsync(a.PeerId, TestHosts.Echo, cancel);
        await stream.WriteAsync("hello"u8.ToArray(), cancel);
        await stream.CloseWriteAsync(cancel);
        Assert.That(await stream.ReadToEndAsync(), Is.EqualTo("hello"u8.ToArray()));
    }

    [Test]
    public async Task A_thousand_streams_at_once_each_get_their_own_bytes(CancellationToken cancel)
    {
        var limits = new HostLimits
        {
            StreamsPerProtocol = 1000,
            Yamux = new YamuxLimits { InboundStreams = 1100, OutboundStreams = 1100, SessionCredit = 2300L * YamuxLimits.InitialWindow },
        };
        var (a, b) = await TestHosts.PairAsync(limits);
        await using var _ = a;
        await using var __ = b;
        var all = await Task.WhenAll(Enumerable.Range(0, 1000).Select(async i =>
        {
            await using var stream = await a.OpenAsync(b.PeerId, TestHosts.Echo, cancel);
            var sent = new Choices((ulong)i).Next();
            var bytes = Enumerable.Repeat(BitConverter.GetBytes(sent), 500).SelectMany(x => x).ToArray();
            await stream.WriteAsync(bytes, cancel);
            await stream.CloseWriteAsync(cancel);
            return (await stream.ReadToEndAsync()).AsSpan().SequenceEqual(bytes);
        }));
        Assert.That(all, Has.All.True);
    }

    [Test]
    public async Task Half_close_leaves_the_answer_time(CancellationToken cancel)
    {
        var (a, b) = await TestHosts.PairAsync();
        await using var _ = a;
        await using var __ = b;
        b.Handle("/test/count/1", async (stream, c) =>
        {
            var request = await stream.ReadToEndAsync();
            await stream.WriteFrameAsync(BitConverter.GetBytes(request.Length), c);
        });
        await using var stream = await a.OpenAsync(b.PeerId, "/test/count/1", cancel);
        await stream.WriteAsync(new byte[1000], cancel);
        await stream.CloseWriteAsync(cancel);
        Assert.That(await stream.ReadFrameAsync(4, cancel), Is.EqualTo(BitConverter.GetBytes(1000)));
        Assert.That(await stream.ReadFrameAsync(4, cancel), Is.Null);
    }

    [Test]
    public async Task A_handler_that_throws_resets_its_stream_and_nothing_else(CancellationToken cancel)
    {
        var (a, b) = await TestHosts.PairAsync();
        await using var _ = a;
        await using var __ = b;
        b.Handle("/test/bad/1", (_, _) => throw new InvalidOperationException("handler"));
        Assert.That(async () => await (await a.OpenAsync(b.PeerId, "/test/bad/1", cancel)).ReadAsync(new byte[1], cancel),
            Throws.TypeOf<PeerComputeException>().With.Property("Code").EqualTo(ErrorCode.Unavailable));
        Assert.That(await a.PingAsync(b.PeerId, cancel), Is.GreaterThan(TimeSpan.Zero));
    }

    [Test]
    public async Task A_reset_ends_a_waiting_reader_and_a_waiting_writer(CancellationToken cancel)
    {
        var (a, b) = await TestHosts.PairAsync();
        await using var _ = a;
        await using var __ = b;
        var got = new TaskCompletionSource<PeerStream>();
        var done = new TaskCompletionSource();
        b.Handle("/test/hold/1", async (s, _) =>
        {
            got.SetResult(s);
            await done.Task;
        });
        await using var stream = await a.OpenAsync(b.PeerId, "/test/hold/1", cancel);
        var remote = await got.Task;
        var reading = stream.ReadAsync(new byte[1], cancel).AsTask();
        var writing = stream.WriteAsync(new byte[4 * 1024 * 1024], cancel).AsTask();
        remote.Reset();
        Assert.That(async () => await reading, Throws.TypeOf<PeerComputeException>());
        Assert.That(async () => await writing, Throws.TypeOf<PeerComputeException>());
        done.SetResult();
    }

    [Test]
    public async Task A_frame_above_its_bound_is_refused_before_it_is_read(CancellationToken cancel)
    {
        var (a, b) = await TestHosts.PairAsync();
        await using var _ = a;
        await using var __ = b;
        await using var stream = await a.OpenAsync(b.PeerId, TestHosts.Echo, cancel);
        var head = new byte[Varint.MaxLength];
        await stream.WriteAsync(head.AsMemory(0, Varint.Write(head, 1UL << 40)), cancel);
        Assert.That(async () => await stream.ReadFrameAsync(1000, cancel), Throws.TypeOf<WireException>());
    }

    [Test]
    public async Task A_cancelled_read_leaves_the_stream_usable(CancellationToken cancel)
    {
        var (a, b) = await TestHosts.PairAsync();
        await using var _ = a;
        await using var __ = b;
        await using var stream = await a.OpenAsync(b.PeerId, TestHosts.Echo, cancel);
        using var soon = new CancellationTokenSource();
        var reading = stream.ReadAsync(new byte[1], soon.Token).AsTask();
        await soon.CancelAsync();
        Assert.That(async () => await reading, Throws.InstanceOf<OperationCanceledException>());
        await stream.WriteFrameAsync("still"u8.ToArray(), cancel);
        Assert.That(await stream.ReadFrameAsync(10, cancel), Is.EqualTo("still"u8.ToArray()));
    }

    [Test]
    public async Task A_connection_that_makes_us_hold_too_much_is_closed(CancellationToken cancel)
    {
        var (a, b) = await TestHosts.PairAsync(new HostLimits { UnreadBytes = 100_000 });
        await using var _ = a;
        await using var __ = b;
        var done = new TaskCompletionSource();
        b.Handle("/test/deaf/1", (_, _) => done.Task);
        await using var stream = await a.OpenAsync(b.PeerId, "/test/deaf/1", cancel);
        await a.WaitAsync(PeerEventKind.Disconnected, async () => await stream.WriteAsync(new byte[120_000], cancel));
        Assert.That(async () => await stream.ReadAsync(new byte[1], cancel), Throws.TypeOf<PeerComputeException>());
        done.SetResult();
    }

    [Test]
    public async Task A_peer_that_pushes_too_often_is_not_listened_to(CancellationToken cancel)
    {
        var (a, b) = await TestHosts.PairAsync();
        await using var _ = a;
        await using var __ = b;
        var identified = 0;
        b.PeerChanged += e =>
        {
            if (e.Kind == PeerEventKind.Identified) Interlocked.Increment(ref identified);
        };
        var refused = 0;
        for (var i = 0; i < 40; i++)
        {
            try
            {
                await using var stream = await a.OpenAsync(b.PeerId, IdentifyMessage.PushProtocol, cancel);
                await stream.WriteFrameAsync(new IdentifyMessage { AgentVersion = $"{i}" }.Encode(), cancel);
                await stream.CloseWriteAsync(cancel);
                await stream.ReadAsync(new byte[1], cancel);
            }
            catch (PeerComputeException)
            {
                refused++;
            }
        }

        Assert.That(refused, Is.InRange(1, 30));
        Assert.That(Volatile.Read(ref identified), Is.LessThanOrEqualTo(40 - refused + 1));
    }

    [Test]
    public async Task An_unknown_protocol_is_unavailable(CancellationToken cancel)
    {
        var (a, b) = await TestHosts.PairAsync();
        await using var _ = a;
        await using var __ = b;
        Assert.That(async () => await a.OpenAsync(b.PeerId, "/test/none/1", cancel),
            Throws.TypeOf<PeerComputeException>().With.Property("Code").EqualTo(ErrorCode.Unavailable).And.Message.Contains("/test/none/1"));
    }

    [Test]
    public async Task Streams_of_one_protocol_beyond_the_bound_are_reset(CancellationToken cancel)
    {
        var (a, b) = await TestHosts.PairAsync(new HostLimits { StreamsPerProtocol = 2 });
        await using var _ = a;
        await using var __ = b;
        var streams = new List<PeerStream>();
        for (var i = 0; i < 2; i++) streams.Add(await a.OpenAsync(b.PeerId, TestHosts.Echo, cancel));
        Assert.That(async () => await (await a.OpenAsync(b.PeerId, TestHosts.Echo, cancel))
            .ReadAsync(new byte[1], cancel), Throws.TypeOf<PeerComputeException>());
        await streams[0].WriteFrameAsync("ok"u8.ToArray(), cancel);
        Assert.That(await streams[0].ReadFrameAsync(10, cancel), Is.EqualTo("ok"u8.ToArray()));
    }
}
