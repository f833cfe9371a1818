// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Sockets;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Multiformats;

namespace PeerCompute.Net.Tests;

[CancelAfter(60_000)]
internal sealed class HostConnectionTests
{
    [Test]
    public async Task Both_sides_identify_each_other(CancellationToken cancel)
    {
        await using var a = await TestHosts.StartAsync(1, listen: false);
        await using var b = await TestHosts.StartAsync(2);
        b.Handle(TestHosts.Echo, TestHosts.EchoAsync);
        var atB = new TaskCompletionSource<PeerEvent>();
        b.PeerChanged += e => _ = e.Kind == PeerEventKind.Identified && atB.TrySetResult(e);
        var seen = await a.WaitAsync(PeerEventKind.Identified, () => a.ConnectAsync(b.FullAddress(), cancel));
        var back = await atB.Task.WaitAsync(cancel);
        Assert.Multiple(() =>
        {
            Assert.That(seen.Peer.Id, Is.EqualTo(b.PeerId));
            Assert.That(seen.Peer.Agent, Is.EqualTo("test/2"));
            Assert.That(seen.Peer.ProtocolVersion, Is.EqualTo("family/2"));
            Assert.That(seen.Peer.Outbound);
            Assert.That(seen.Peer.Protocols, Is.SupersetOf(new[] { "/ipfs/id/1.0.0", "/ipfs/id/push/1.0.0", "/ipfs/ping/1.0.0", TestHosts.Echo }));
            Assert.That(seen.Peer.ListenAddresses, Is.EqualTo(b.ListenAddresses));
            Assert.That(seen.Peer.ObservedAddress!.ToString(), Does.StartWith("/ip4/127.0.0.1/tcp/"));
            Assert.That(back.Peer.Agent, Is.EqualTo("test/1"));
            Assert.That(back.Peer.Outbound, Is.False);
        });
    }

    [Test]
    public async Task A_protocol_that_is_added_later_is_pushed(CancellationToken cancel)
    {
        var (a, b) = await TestHosts.PairAsync();
        await using var _ = a;
        await using var __ = b;
        while (b.Peers.Count == 0 || b.Peers[0].Agent.Length == 0) await Task.Yield();
        var seen = new TaskCompletionSource();
        a.PeerChanged += e =>
        {
            if (e.Peer.Protocols.Contains("/test/late/1")) seen.TrySetResult();
        };
        b.Handle("/test/late/1", TestHosts.EchoAsync);
        await seen.Task.WaitAsync(cancel);
    }

    [Test]
    public async Task Another_peer_behind_an_address_is_not_authentic_and_nobody_is_connected(CancellationToken cancel)
    {
        await using var a = await TestHosts.StartAsync(1);
        await using var b = await TestHosts.StartAsync(2);
        var address = b.ListenAddresses[0].WithPeer(TestHosts.Key(9).PeerId);
        Assert.That(async () => await a.ConnectAsync(address, cancel), Throws.TypeOf<PeerComputeException>().With.Property("Code")
            .EqualTo(ErrorCode.NotAuthentic));
        Assert.That(a.Peers, Is.Empty);
    }

    [Test]
    public async Task A_port_in_use_says_so_with_the_remedy()
    {
        await using var a = await TestHosts.StartAsync(1);
        var options = new HostOptions { Key = TestHosts.Key(2), Listen = [a.ListenAddresses[0]] };
        Assert.That(async () => await Host.StartAsync(options),
            Throws.TypeOf<PeerComputeException>().With.Property("Code").EqualTo(ErrorCode.Host).And.Message.Contains("in use")
                .And.Message.Contains("another port"));
    }

    [Test]
    public async Task A_peer_that_says_nothing_is_dropped(CancellationToken cancel)
    {
        await using var host = await TestHosts.StartAsync(1, new HostLimits { UpgradeTimeout = TimeSpan.FromMilliseconds(200) });
        using var socket = await RawAsync(host, cancel);
        Assert.That(await socket.ReceiveAsync(new byte[64], cancel), Is.Zero);
    }

    [Test]
    public async Task A_listener_that_says_nothing_is_given_up(CancellationToken cancel)
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await using var host = await TestHosts.StartAsync(1, new HostLimits { UpgradeTimeout = TimeSpan.FromMilliseconds(200) });
        var address = Multiaddr.FromTcp(IPAddress.Loopback, ((IPEndPoint)silent.LocalEndpoint).Port);
        Assert.That(async () => await host.ConnectAsync(address, cancel), Throws.TypeOf<PeerComputeException>().With.Property("Code")
            .EqualTo(ErrorCode.Unavailable));
    }

    [TestCase("GET / HTTP/1.1\r\nHost: x\r\n\r\n")]
    [TestCase("\u0013/multistream/1.0.0\n\u0007/noise\n\u0000\u0001x")]
    public async Task A_stranger_that_speaks_something_else_is_dropped(string text, CancellationToken cancel)
    {
        await using var host = await TestHosts.StartAsync(1, new HostLimits { UpgradeTimeout = TimeSpan.FromMilliseconds(300) });
        using var socket = await RawAsync(host, cancel);
        await socket.SendAsync(System.Text.Encoding.Latin1.GetBytes(text), cancel);
        var buffer = new byte[4096];
        try
        {
            while (await socket.ReceiveAsync(buffer, cancel) > 0)
            {
            }
        }
        catch (SocketException)
        {
            // Closed with our bytes unread: a reset.
        }

        Assert.That(host.Peers, Is.Empty);
    }

    [Test]
    public async Task An_address_where_nobody_listens_is_unavailable(CancellationToken cancel)
    {
        await using var host = await TestHosts.StartAsync(1);
        Assert.That(async () => await host.ConnectAsync(Multiaddr.Parse("/ip4/127.0.0.1/tcp/1"), cancel),
            Throws.TypeOf<PeerComputeException>().With.Property("Code").EqualTo(ErrorCode.Unavailable));
        Assert.That(async () => await host.OpenAsync(TestHosts.Key(7).PeerId, TestHosts.Echo, cancel),
            Throws.TypeOf<PeerComputeException>().With.Property("Code").EqualTo(ErrorCode.Unavailable));
    }

    [Test]
    public async Task A_remembered_peer_is_dialled_once_when_many_streams_are_opened(CancellationToken cancel)
    {
        await using var a = await TestHosts.StartAsync(1, listen: false);
        await using var b = await TestHosts.StartAsync(2);
        b.Handle(TestHosts.Echo, TestHosts.EchoAsync);
        a.Remember(b.PeerId, b.FullAddress());
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => a.OpenAsync(b.PeerId, TestHosts.Echo, cancel)));
        Assert.That(a.Peers.Single().Connections, Is.EqualTo(1));
    }

    [Test]
    public async Task Simultaneous_connections_are_kept_and_the_peer_is_gone_only_with_the_last(CancellationToken cancel)
    {
        await using var a = await TestHosts.StartAsync(1);
        await using var b = await TestHosts.StartAsync(2);
        a.Handle(TestHosts.Echo, TestHosts.EchoAsync);
        b.Handle(TestHosts.Echo, TestHosts.EchoAsync);
        var events = new List<PeerEventKind>();
        a.PeerChanged += e => events.Add(e.Kind);
        await a.ConnectAsync(b.ListenAddresses[0], cancel);
        await b.ConnectAsync(a.ListenAddresses[0], cancel);
        while (a.Peers.Single().Connections < 2) await Task.Yield();
        await using (var stream = await a.OpenAsync(b.PeerId, TestHosts.Echo, cancel))
        {
            await stream.WriteFrameAsync("x"u8.ToArray(), cancel);
            Assert.That(await stream.ReadFrameAsync(1, cancel), Is.EqualTo("x"u8.ToArray()));
        }

        await a.WaitAsync(PeerEventKind.Disconnected, () => a.DisconnectAsync(b.PeerId));
        Assert.Multiple(() =>
        {
            Assert.That(events.Count(e => e == PeerEventKind.Connected), Is.EqualTo(1));
            Assert.That(events.Count(e => e == PeerEventKind.Disconnected), Is.EqualTo(1));
            Assert.That(a.Peers, Is.Empty);
        });
    }

    [Test]
    public async Task Dialling_oneself_is_refused(CancellationToken cancel)
    {
        await using var a = await TestHosts.StartAsync(1);
        Assert.That(async () => await a.ConnectAsync(a.FullAddress(), cancel), Throws.TypeOf<PeerComputeException>().With.Property("Code")
            .EqualTo(ErrorCode.Usage));
        Assert.That(async () => await a.ConnectAsync(a.ListenAddresses[0], cancel), Throws.TypeOf<PeerComputeException>().With.Property("Code")
            .EqualTo(ErrorCode.Usage));
        Assert.That(a.Peers, Is.Empty);
    }

    [Test]
    public async Task Disposal_while_streaming_ends_everything_on_both_sides(CancellationToken cancel)
    {
        var (a, b) = await TestHosts.PairAsync();
        await using var _ = a;
        var stream = await a.OpenAsync(b.PeerId, TestHosts.Echo, cancel);
        var writing = Task.Run(async () =>
        {
            while (true) await stream.WriteAsync(new byte[100_000], cancel);
        }, cancel);
        await stream.ReadExactlyAsync(new byte[1_000_000], cancel);
        await a.WaitAsync(PeerEventKind.Disconnected, () => b.DisposeAsync().AsTask());
        Assert.That(async () => await writing, Throws.TypeOf<PeerComputeException>());
        Assert.That(async () => await b.OpenAsync(a.PeerId, TestHosts.Echo, cancel), Throws.TypeOf<ObjectDisposedException>());
    }

    [Test]
    public async Task Connections_beyond_the_bound_are_refused(CancellationToken cancel)
    {
        await using var host = await TestHosts.StartAsync(1, new HostLimits { Connections = 2 });
        await using var a = await TestHosts.StartAsync(2);
        await using var b = await TestHosts.StartAsync(3);
        await using var c = await TestHosts.StartAsync(4);
        await a.ConnectAsync(host.FullAddress(), cancel);
        await b.ConnectAsync(host.FullAddress(), cancel);
        Assert.That(async () => await c.ConnectAsync(host.FullAddress(), cancel), Throws.TypeOf<PeerComputeException>().With.Property("Code")
            .EqualTo(ErrorCode.Unavailable));
        Assert.That(host.Peers, Has.Count.EqualTo(2));
    }

    private static async Task<Socket> RawAsync(Host host, CancellationToken cancel)
    {
        host.ListenAddresses[0].TryGetTcp(out _, out var port);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, port, cancel);
        return socket;
    }
}
