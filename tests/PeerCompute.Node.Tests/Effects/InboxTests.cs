// SPDX-License-Identifier: Apache-2.0
using System.Threading.Channels;
using PeerCompute.Base.Crypto;
using PeerCompute.Core.Events;
using PeerCompute.Net;
using PeerCompute.Node.Effects;
using PeerCompute.Wire.Leases;
using PeerCompute.Wire.Messages;

namespace PeerCompute.Node.Tests.Effects;

/// <summary>What strangers send, and what becomes of it.</summary>
[TestFixture]
internal sealed class InboxTests
{
    private Channel<NodeEvent> _events = null!;
    private HostPair _hosts = null!;
    private Inbox _inbox = null!;

    [SetUp]
    public async Task Make()
    {
        _events = Channel.CreateUnbounded<NodeEvent>();
        _hosts = await HostPair.StartAsync();
        _inbox = new Inbox(_hosts.Far, HostPair.FarKey, TimeProvider.System, (e, cancel) => _events.Writer.WriteAsync(e, cancel), static _ => { });
        _inbox.Up(_hosts.Near.PeerId);
    }

    [TearDown]
    public ValueTask Remove() => _hosts.DisposeAsync();

    [Test]
    public async Task Messages_become_events_with_their_sender()
    {
        await using var outbox = new Outbox(_hosts.Near, static _ => { });
        outbox.Up(_hosts.Far.PeerId);
        for (byte i = 1; i <= 100; i++) outbox.Send(_hosts.Far.PeerId, Sync(i));
        var came = new List<Hash32>();
        while (came.Count < 100)
        {
            var sync = (SyncCame)await _events.Reader.ReadAsync();
            Assert.That(sync.From, Is.EqualTo(_hosts.Near.PeerId));
            came.Add(sync.Message.LeaseId);
        }

        Assert.That(came, Is.EqualTo(Enumerable.Range(1, 100).Select(static i => Hash32.Of([(byte)i]))), "each came once, in order");
    }

    [Test]
    public async Task A_message_that_overtakes_the_news_of_its_peer_waits_for_it()
    {
        _inbox.Down(_hosts.Near.PeerId);
        await using var outbox = new Outbox(_hosts.Near, static _ => { });
        outbox.Up(_hosts.Far.PeerId);
        outbox.Send(_hosts.Far.PeerId, Sync(1));
        await Task.Delay(200);
        Assert.That(_events.Reader.TryPeek(out _), Is.False, "the machine would drop its answer");
        _inbox.Up(_hosts.Near.PeerId);
        Assert.That(((SyncCame)await _events.Reader.ReadAsync()).Message.LeaseId, Is.EqualTo(Hash32.Of([1])));
    }

    [Test]
    public async Task Nothing_is_sent_to_who_is_not_connected()
    {
        await using var outbox = new Outbox(_hosts.Near, static _ => { });
        outbox.Send(_hosts.Far.PeerId, Sync(1));
        outbox.Up(_hosts.Far.PeerId);
        outbox.Down(_hosts.Far.PeerId);
        outbox.Send(_hosts.Far.PeerId, Sync(2));
        outbox.Up(_hosts.Far.PeerId);
        outbox.Send(_hosts.Far.PeerId, Sync(3));
        Assert.That(((SyncCame)await _events.Reader.ReadAsync()).Message.LeaseId, Is.EqualTo(Hash32.Of([3])));
    }

    [Test]
    public async Task Broken_frames_are_counted_and_the_next_good_one_is_taken()
    {
        await Send(Protocols.Lease, new byte[] { 99, 1, 2 });
        await Send(Protocols.Lease, []);
        await Send(Protocols.Bid, Sync(1).Frame());
        await Raw(Protocols.Lease, [0xFF, 0xFF, 0xFF, 0xFF, 0x0F]);
        await Raw(Protocols.Lease, [10, 1, 2]);
        await Raw(Protocols.Offer, []);
        await Send(Protocols.Lease, Sync(7).Frame());
        Assert.That(((SyncCame)await _events.Reader.ReadAsync()).Message.LeaseId, Is.EqualTo(Hash32.Of([7])));
        Assert.That(_inbox.Broken, Is.EqualTo(6));
        Assert.That(_inbox.Taken, Is.EqualTo(1));
    }

    [Test]
    public async Task A_stream_ends_with_its_first_broken_frame_and_those_before_it_count()
    {
        await using var stream = await _hosts.Near.OpenAsync(_hosts.Far.PeerId, Protocols.Lease);
        await stream.WriteFrameAsync(Sync(1).Frame());
        await stream.WriteFrameAsync(Sync(2).Frame());
        await stream.WriteFrameAsync(new byte[] { 99 });
        await stream.WriteFrameAsync(Sync(3).Frame());
        Assert.ThrowsAsync<Base.Errors.PeerComputeException>(async () => await stream.ReadAsync(new byte[1]), "reset");
        Assert.That((_inbox.Taken, _inbox.Broken, _events.Reader.Count), Is.EqualTo((2, 1, 2)));
    }

    [Test]
    public async Task What_is_beyond_the_rate_waits_though_it_comes_over_one_stream()
    {
        var count = (int)RateLimit.Burst + 250;
        await using var stream = await _hosts.Near.OpenAsync(_hosts.Far.PeerId, Protocols.Lease);
        var begun = TimeProvider.System.GetTimestamp();
        for (var i = 0; i < count; i++) await stream.WriteFrameAsync(Sync(1).Frame());
        for (var i = 0; i < count; i++) await _events.Reader.ReadAsync();
        Assert.That(TimeProvider.System.GetElapsedTime(begun).TotalSeconds, Is.GreaterThanOrEqualTo((250 / RateLimit.PerSecond) - 0.02));
    }

    [Test]
    public async Task Who_sends_nothing_but_garbage_is_disconnected()
    {
        var gone = new TaskCompletionSource();
        _hosts.Far.PeerChanged += change =>
        {
            if (change.Kind == PeerEventKind.Disconnected) gone.TrySetResult();
        };
        try
        {
            for (var i = 0; i < RateLimit.OffencesMost; i++) await Send(Protocols.Lease, new byte[] { 99 });
        }
        catch (Base.Errors.PeerComputeException)
        {
            // The connection ended under us.
        }

        await gone.Task;
        Assert.That(_inbox.Broken, Is.EqualTo(RateLimit.OffencesMost));
    }

    private static SyncMessage Sync(byte lease) => new(Hash32.Of([lease]), 0, default, 0, default, false);

    private async Task Send(string protocol, byte[] frame)
    {
        await using var stream = await _hosts.Near.OpenAsync(_hosts.Far.PeerId, protocol);
        await stream.WriteFrameAsync(frame);
        await End(stream);
    }

    private async Task Raw(string protocol, byte[] bytes)
    {
        await using var stream = await _hosts.Near.OpenAsync(_hosts.Far.PeerId, protocol);
        await stream.WriteAsync(bytes);
        await End(stream);
    }

    /// <summary>Waits until the other side is done with the stream.</summary>
    private static async Task End(PeerStream stream)
    {
        await stream.CloseWriteAsync();
        try
        {
            await stream.ReadAsync(new byte[1]);
        }
        catch (Base.Errors.PeerComputeException)
        {
            // Reset: refused.
        }
    }
}
