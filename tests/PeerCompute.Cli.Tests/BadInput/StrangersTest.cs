// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Identity;
using PeerCompute.Cli.Tests.Durability;
using PeerCompute.Wire.Blobs;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Leases;
using PeerCompute.Wire.Messages;
using PeerCompute.Wire.Offers;

namespace PeerCompute.Cli.Tests.BadInput;

/// <summary>What strangers send to a running worker: it is refused, the worker goes on, takes no memory for it and still works for others.</summary>
[Category("Slow")]
[NonParallelizable]
public sealed class StrangersTest
{
    /// <summary>An idle worker takes about 120 MiB; what strangers send may not make it hold more than this.</summary>
    private const long ResidentMost = 512L << 20;

    private static readonly string[] Messages = [Protocols.Offer, Protocols.Bid, Protocols.Lease];

    private Pair _pair = null!;

    [OneTimeSetUp]
    public async Task StartPair()
    {
        _pair = new Pair();
        await _pair.StartAsync();
    }

    [OneTimeTearDown]
    public async Task StopPair() => await _pair.DisposeAsync();

    [TearDown]
    public async Task TheWorkerGoesOn()
    {
        Assert.That(_pair.Worker.HasExited, Is.False, _pair.Worker.Said());
        Assert.That(Resident(_pair.Worker.Pid), Is.LessThan(ResidentMost), "resident bytes of the worker");
        await _pair.AcceptedAsync(await _pair.SubmitAsync(1, 1), "a good job after strangers");
        Assert.That(_pair.Worker.Said(), Does.Not.Contain("   at "), "no stack traces");
    }

    /// <summary>A stranger is disconnected after ten broken messages: each sends a few.</summary>
    [TestCaseSource(nameof(Messages))]
    public async Task Broken_messages_are_counted_and_dropped(string protocol)
    {
        await using var first = await ConnectAsync();
        var good = first.Offer().Frame();
        var random = new byte[1500];
        new Random(7).NextBytes(random);
        byte[][] frames =
        [
            [], [99], [0], random, [(byte)MessageKind.Offer], [(byte)MessageKind.Entries], [(byte)MessageKind.Sync],
            [(byte)MessageKind.SealedBid, .. random.AsSpan(0, 500)], [(byte)MessageKind.Offer, .. random], [(byte)MessageKind.Entries, .. random],
            [.. good[..^1]], [.. good, 0], [.. good.AsSpan(0, good.Length / 2)], [(byte)MessageKind.Sync, .. good.AsSpan(1, 60)],
            [(byte)MessageKind.Decline, 10, 32, .. random.AsSpan(0, 32), 16, 1, 26, 2, 0xC3, 0x28],
        ];
        var before = await CounterAsync("messages.broken");
        foreach (var some in frames.Chunk(8))
        {
            await using var stranger = await ConnectAsync();
            foreach (var frame in some) Assert.That(await stranger.SendAsync(protocol, frame), Is.Null, Convert.ToHexString(frame));
        }

        Assert.That(await CounterAsync("messages.broken") - before, Is.EqualTo(frames.Length));
    }

    [TestCaseSource(nameof(Messages))]
    public async Task Frames_that_are_too_long_or_cut_short_are_refused_before_they_are_held(string protocol)
    {
        await using var stranger = await ConnectAsync();
        foreach (var length in (ulong[])[(ulong)PeerMessage.MaxFrame(protocol) + 1, int.MaxValue, uint.MaxValue, long.MaxValue, ulong.MaxValue])
            Assert.That(await stranger.RawAsync(protocol, [.. Prefix(length), 1, 2, 3]), Is.Null);
        Assert.That(await stranger.RawAsync(protocol, [.. Enumerable.Repeat((byte)0xFF, 64)]), Is.Null, "a length without end");
        Assert.That(await stranger.RawAsync(protocol, [0x85, 0x00, 1, 2, 3, 4, 5]), Is.Null, "a length that is longer than needed");
        Assert.That(await stranger.RawAsync(protocol, [.. Prefix(500), 1, 2, 3]), Is.Null, "cut short");
        Assert.That(await stranger.RawAsync(protocol, [0x85]), Is.Null, "cut short within its length");
    }

    [TestCaseSource(nameof(Messages))]
    public async Task Deeply_nested_messages_are_refused(string protocol)
    {
        await using var stranger = await ConnectAsync();
        foreach (var kind in Enum.GetValues<MessageKind>())
        {
            Assert.That(await stranger.SendAsync(protocol, new[] { (byte)kind }.Concat(Nested(1500)).ToArray()), Is.Null, $"fields in fields, {kind}");
            var groups = new byte[3000];
            Array.Fill(groups, (byte)0x0B);
            groups[0] = (byte)kind;
            Assert.That(await stranger.SendAsync(protocol, groups), Is.Null, $"groups in groups, {kind}");
        }
    }

    [Test]
    public async Task A_wrongly_signed_offer_gets_no_bid()
    {
        await using var stranger = await ConnectAsync();
        var offer = stranger.Offer();
        foreach (var at in new[] { offer.Envelope.Bytes.Length - 1, offer.Envelope.Bytes.Length - 64, 60 })
        {
            var forged = offer.Frame();
            forged[1 + at] ^= 1;
            Assert.That(await stranger.SendAsync(Protocols.Offer, forged), Is.Null);
        }

        await using var other = await ConnectAsync();
        var borrowed = OfferMessage.Sign(other.Key, offer.Offer).Frame();
        Assert.That(await stranger.SendAsync(Protocols.Offer, borrowed), Is.Null, "an offer in another's name");
        await stranger.SendAsync(Protocols.Offer, offer.Frame());
        await stranger.BidAsync(offer.Id);
    }

    [Test]
    public async Task A_replayed_offer_gets_the_same_bid_and_nothing_when_another_replays_it()
    {
        await using var stranger = await ConnectAsync();
        await using var thief = await ConnectAsync();
        var offer = stranger.Offer();
        await stranger.SendAsync(Protocols.Offer, offer.Frame());
        var bid = await stranger.BidAsync(offer.Id);
        var entries = await CounterAsync("journal.entries");
        for (var i = 0; i < 20; i++)
        {
            await stranger.SendAsync(Protocols.Offer, offer.Frame());
            Assert.That((await stranger.BidAsync(offer.Id)).Hash, Is.EqualTo(bid.Hash));
        }

        await thief.SendAsync(Protocols.Offer, offer.Frame());
        Assert.That(await CounterAsync("journal.entries"), Is.EqualTo(entries), "a replay leaves no trace");
        var own = thief.Offer();
        await thief.SendAsync(Protocols.Offer, own.Frame());
        await thief.BidAsync(own.Id);
    }

    [Test]
    public async Task Offers_out_of_their_time_are_declined_with_the_reason()
    {
        await using var stranger = await ConnectAsync();
        var now = (ulong)DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        await DeclinedAsync(stranger, stranger.Offer(o => o with { DeadlineMs = now - 1000 }), DeclineReason.Deadline, "deadline");
        await DeclinedAsync(stranger, stranger.Offer(o => o with { BidEndMs = now - 1000 }), DeclineReason.Expired, "no bids any more");
        await DeclinedAsync(stranger, stranger.Offer(clock: TimeSpan.FromMinutes(3)), DeclineReason.Clock, "set both by NTP");
        await DeclinedAsync(stranger, stranger.Offer(clock: TimeSpan.FromMinutes(-3)), DeclineReason.Expired, "no bids any more");
    }

    [Test]
    public async Task Words_about_leases_and_offers_that_are_not_there_change_nothing()
    {
        await using var stranger = await ConnectAsync();
        var entries = await CounterAsync("journal.entries");
        var nothing = Hash32.Of([1]);
        await stranger.SendAsync(Protocols.Lease, new SyncMessage(nothing, 3, Hash32.Of([2]), 3, Hash32.Of([3]), true).Frame());
        await stranger.SendAsync(Protocols.Bid, new Decline(nothing, DeclineReason.Busy, "nothing").Frame());
        var box = SealedBox.Seal(new Base.Chance.Secrets(RandomNumberGenerator.GetBytes(32)), stranger.Key.SealingKey.Span, "x"u8, Domains.SealedBid, "y"u8);
        Assert.That(await stranger.SendAsync(Protocols.Bid, new SealedBid(nothing, box).Frame()), Is.Null, "a bid that is not for us");
        Assert.That(await CounterAsync("journal.entries"), Is.EqualTo(entries));
    }

    [Test]
    public async Task Blob_requests_give_nothing_but_what_is_named()
    {
        await using var stranger = await ConnectAsync();
        foreach (var (token, refusal) in ((byte[], BlobRefusal)[])[([], BlobRefusal.NoToken), ([1, 2], BlobRefusal.BadToken)])
        {
            var answer = BlobAnswer.No(refusal).Encode();
            var said = await stranger.SendAsync(Protocols.Blob, new BlobRequest(Hash32.Of([1]), 0, 1, true, token).Encode());
            Assert.That(said, Is.EqualTo((byte[])[(byte)answer.Length, .. answer]));
        }

        var beyond = new BlobRequest(Hash32.Of([1]), WireLimits.ChunksPerBlob, 1, true, default).Encode();
        Assert.That(await stranger.SendAsync(Protocols.Blob, beyond), Is.Null, "a chunk that no blob has");
        Assert.That(await stranger.SendAsync(Protocols.Blob, "../../key"u8.ToArray()), Is.Null);
        Assert.That(await stranger.SendAsync(Protocols.Blob, Nested(20)), Is.Null);
        Assert.That(await stranger.RawAsync(Protocols.Blob, Prefix(BlobRequest.MaxBytes + 1)), Is.Null);
        Assert.That(await stranger.RawAsync(Protocols.Blob, [10, 1, 2]), Is.Null);
    }

    [Test]
    public async Task A_flood_of_two_thousand_frames_is_borne()
    {
        await using var honest = await ConnectAsync();
        var strangers = new List<Stranger>();
        for (var i = 0; i < 4; i++) strangers.Add(await ConnectAsync());
        var large = new byte[PeerMessage.MaxFrame(Protocols.Lease)];
        large[0] = (byte)MessageKind.Entries;
        var sync = new SyncMessage(Hash32.Of([1]), 0, default, 0, default, false).Frame();
        await Task.WhenAll(strangers.Select((stranger, s) => Task.Run(async () =>
        {
            for (var i = 0; i < 500; i++)
            {
                if (s < 2) await stranger.SendAsync(Protocols.Lease, sync);
                else await stranger.SendAsync(Messages[i % 3], i % 50 == 0 ? large : new byte[] { 99, (byte)i });
            }
        })));
        var offer = honest.Offer();
        await honest.SendAsync(Protocols.Offer, offer.Frame());
        await honest.BidAsync(offer.Id);
        foreach (var stranger in strangers) await stranger.DisposeAsync();
    }

    [Test]
    [Category("Slow")]
    public async Task Peers_that_connect_and_say_nothing_or_nonsense_are_shown_out()
    {
        var silent = new List<Socket>();
        for (var i = 0; i < 100; i++) silent.Add(await DialAsync());
        for (var i = 0; i < 50; i += 5) await silent[i].SendAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray());
        await Task.WhenAll(silent.Select(static async socket =>
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(90));
            var buffer = new byte[4096];
            try
            {
                while (await socket.ReceiveAsync(buffer, patience.Token) > 0)
                {
                }
            }
            catch (SocketException)
            {
                // Reset: shown out as well.
            }
        }));
        silent.ForEach(static socket => socket.Dispose());
        await using var stranger = await ConnectAsync();
        var offer = stranger.Offer();
        await stranger.SendAsync(Protocols.Offer, offer.Frame());
        await stranger.BidAsync(offer.Id);
    }

    [Test]
    public async Task Another_peer_behind_an_address_is_refused_with_both_names()
    {
        using var tool = new Tool();
        var other = KeyPair.FromSeed(RandomNumberGenerator.GetBytes(32)).PeerId.ToString();
        var address = string.Create(CultureInfo.InvariantCulture, $"/ip4/127.0.0.1/tcp/{_pair.Port}/p2p/{other}");
        var answer = await tool.RunAsync("connect", address, "--home", _pair.Client.Home, "--json");
        Assert.That(answer.ExitCode, Is.EqualTo(76), answer.Error);
        Assert.That((string?)answer.Json["error"]!["code"], Is.EqualTo("NotAuthentic"));
        Assert.That(answer.Error, Does.Contain(other).And.Contain(_pair.Worker.PeerId));
    }

    private static byte[] Prefix(ulong length)
    {
        var bytes = new byte[10];
        var n = 0;
        for (; length >= 0x80; length >>= 7) bytes[n++] = (byte)(length | 0x80);
        bytes[n++] = (byte)length;
        return bytes[..n];
    }

    /// <summary>A field 1 within a field 1, so many times.</summary>
    private static byte[] Nested(int levels)
    {
        var (bytes, length) = (new List<byte>(), 0UL);
        for (var i = 0; i < levels; i++)
        {
            byte[] head = [10, .. Prefix(length)];
            bytes.InsertRange(0, head);
            length += (ulong)head.Length;
        }

        return [.. bytes];
    }

    private static long Resident(int pid)
    {
        using var process = Process.GetProcessById(pid);
        return process.WorkingSet64;
    }

    private async Task DeclinedAsync(Stranger stranger, OfferMessage offer, DeclineReason reason, string words)
    {
        await stranger.SendAsync(Protocols.Offer, offer.Frame());
        var answer = await stranger.AnswerAsync();
        Assert.That(answer, Is.InstanceOf<Decline>());
        var decline = (Decline)answer;
        Assert.That((decline.OfferId, decline.Reason), Is.EqualTo((offer.Id, reason)));
        Assert.That(decline.Detail, Does.Contain(words));
    }

    private Task<Stranger> ConnectAsync() => Stranger.ConnectAsync(_pair.Port, _pair.Worker.PeerId);

    private async Task<Socket> DialAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, _pair.Port));
        return socket;
    }

    private async Task<ulong> CounterAsync(string name)
        => (await _pair.Worker.Client.NodeAsync(CancellationToken.None)).Counters.Single(c => c.Name == name).Value;
}
