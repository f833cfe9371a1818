// SPDX-License-Identifier: Apache-2.0
using System.Text;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Multiformats;
using PeerCompute.Libp2p.Ping;
using PeerCompute.Net;

namespace PeerCompute.Interop.Tests;

/// <summary>Our host and js-libp2p over loopback, dialled from either side.</summary>
[TestFixture(true)]
[TestFixture(false)]
[CancelAfter(180_000)]
internal sealed class JsLibp2pTests(bool weDial)
{
    private Host _host = null!;
    private JsPeer _js = null!;
    private PeerEvent _identified = null!;

    private Multiaddr OurAddress => _host.ListenAddresses[0].WithPeer(_host.PeerId);

    private string Us => _host.PeerId.ToString();

    [OneTimeSetUp]
    public async Task Connect()
    {
        _js = await JsPeer.StartAsync();
        _host = await StartAsync(1);
        _host.Handle("/test/echo/1", EchoAsync);
        _host.Handle("/test/count/1", async (stream, cancel) =>
        {
            var count = 0L;
            var buffer = new byte[64 * 1024];
            for (int read; (read = await stream.ReadAsync(buffer, cancel)) > 0;) count += read;
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"{count}"), cancel);
        });
        _host.Handle("/test/reset/1", (_, _) => throw new InvalidOperationException("as asked"));
        var identified = new TaskCompletionSource<PeerEvent>();
        _host.PeerChanged += e => _ = e.Kind == PeerEventKind.Identified && identified.TrySetResult(e);
        if (weDial) await _host.ConnectAsync(_js.Address);
        else await _js.CallAsync("dial", new { address = OurAddress.ToString() });
        _identified = await identified.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        if (_host is not null) await _host.DisposeAsync();
        if (_js is not null) await _js.DisposeAsync();
    }

    [Test]
    public async Task Both_say_who_they_are()
    {
        var theirs = await _js.EventAsync("identify");
        Assert.Multiple(() =>
        {
            Assert.That(_identified.Peer.Id, Is.EqualTo(_js.PeerId));
            Assert.That(_identified.Peer.Agent, Does.Contain("js-libp2p"));
            Assert.That(_identified.Peer.Protocols, Is.SupersetOf(new[] { "/ipfs/id/1.0.0", "/ipfs/id/push/1.0.0", "/ipfs/ping/1.0.0", "/test/echo/1" }));
            Assert.That(_identified.Peer.ListenAddresses, Does.Contain(_js.Address.WithoutPeer()));
            Assert.That(_identified.Peer.ObservedAddress!.ToString(), Does.StartWith("/ip4/127.0.0.1/tcp/"));
            Assert.That(_identified.Peer.Outbound, Is.EqualTo(weDial));
            Assert.That((string)theirs["peer"]!, Is.EqualTo(Us));
            Assert.That((string)theirs["agent"]!, Is.EqualTo("interop/1"));
            Assert.That(theirs["protocols"]!.AsArray().Select(p => (string)p!), Is.SupersetOf(new[] { "/ipfs/id/1.0.0", "/ipfs/ping/1.0.0", "/test/echo/1" }));
            Assert.That(theirs["listen"]!.AsArray().Select(p => (string)p!), Does.Contain(_host.ListenAddresses[0].ToString()));
            Assert.That((string)theirs["observed"]!, Does.StartWith("/ip4/127.0.0.1/tcp/"));
        });
    }

    [Test]
    public async Task Both_answer_pings(CancellationToken cancel)
    {
        for (var i = 0; i < 5; i++)
        {
            Assert.That(await _host.PingAsync(_js.PeerId, cancel), Is.GreaterThan(TimeSpan.Zero));
            Assert.That((double)(await _js.CallAsync("ping", new { peer = Us }))["ms"]!, Is.GreaterThanOrEqualTo(0));
        }
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase((256 * 1024) + 1)]
    [TestCase((16 * 1024 * 1024) + 1)]
    [TestCase(100 * 1024 * 1024, Category = "Slow")]
    public async Task Bytes_of_ours_come_back(int size, CancellationToken cancel) => Assert.That(await EchoAsync(size, cancel), Is.EqualTo(size));

    [TestCase(0)]
    [TestCase(1)]
    [TestCase((256 * 1024) + 1)]
    [TestCase((16 * 1024 * 1024) + 1)]
    [TestCase(100 * 1024 * 1024, Category = "Slow")]
    public async Task Bytes_of_theirs_go_back(int size)
    {
        var result = await _js.CallAsync("echo", new { peer = Us, bytes = size });
        Assert.Multiple(() =>
        {
            Assert.That((int)result["got"]!, Is.EqualTo(size));
            Assert.That((int)result["wrong"]!, Is.Zero);
        });
    }

    [TestCase(1)]
    [TestCase(100_000)]
    public async Task Bytes_that_do_not_wait_for_the_word_come_back(int size, CancellationToken cancel)
    {
        var all = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => EchoAsync(size, cancel, begin: true)));
        Assert.That(all, Has.All.EqualTo(size));
    }

    [Test]
    public async Task Who_does_not_wait_for_a_refusal_is_refused_and_the_connection_stays(CancellationToken cancel)
    {
        await using var stream = await _host.BeginAsync(_js.PeerId, "/test/unknown/1", cancel);
        await stream.WriteFrameAsync(Enumerable.Repeat((byte)10, 1000).ToArray(), cancel);
        Assert.That(async () => await stream.ReadAsync(new byte[1], cancel),
            Throws.TypeOf<PeerComputeException>().With.Property("Code").EqualTo(ErrorCode.Unavailable));
        Assert.That(await EchoAsync(5000, cancel, begin: true), Is.EqualTo(5000));
    }

    [Test]
    public async Task Many_streams_at_once(CancellationToken cancel)
    {
        var ours = Task.WhenAll(Enumerable.Range(0, 200).Select(_ => EchoAsync(5000, cancel)));
        var theirs = _js.CallAsync("many", new { peer = Us, count = 200, bytes = 5000 });
        Assert.That(await ours, Has.All.EqualTo(5000));
        Assert.That((int)(await theirs)["right"]!, Is.EqualTo(200));
    }

    [Test]
    public async Task Half_close_is_understood_by_both(CancellationToken cancel)
    {
        await using var stream = await _host.OpenAsync(_js.PeerId, "/test/count/1", cancel);
        await stream.WriteAsync(new byte[300_000], cancel);
        await stream.CloseWriteAsync(cancel);
        var answer = new byte[64];
        var length = 0;
        for (int read; (read = await stream.ReadAsync(answer.AsMemory(length), cancel)) > 0;) length += read;
        Assert.That(Encoding.ASCII.GetString(answer, 0, length), Is.EqualTo("300000"));
        Assert.That((string)(await _js.CallAsync("count", new { peer = Us, bytes = 300_000 }))["text"]!, Is.EqualTo("300000"));
    }

    [Test]
    public void Reset_is_understood_by_both(CancellationToken cancel)
    {
        Assert.That(async () => await (await _host.OpenAsync(_js.PeerId, "/test/reset/1", cancel))
            .ReadAsync(new byte[1], cancel), Throws.TypeOf<PeerComputeException>());
        Assert.That(async () => await _js.CallAsync("read", new { peer = Us, protocol = "/test/reset/1" }), Throws.TypeOf<JsPeerException>()
            .With.Message.Contains("reset").IgnoreCase);
    }

    [Test]
    public void Unknown_protocols_are_refused_by_both(CancellationToken cancel)
    {
        Assert.That(async () => await _host.OpenAsync(_js.PeerId, "/test/none/1", cancel), Throws.TypeOf<PeerComputeException>().With.Property("Code")
            .EqualTo(ErrorCode.Unavailable));
        Assert.That(async () => await _js.CallAsync("open", new { peer = Us, protocol = "/test/none/1" }), Throws.TypeOf<JsPeerException>()
            .With.Message.Contains("UnsupportedProtocol"));
    }

    [Test]
    public async Task Another_peer_behind_an_address_is_refused_by_both(CancellationToken cancel)
    {
        await using var other = await StartAsync(2);
        var nobody = Key(3).PeerId;
        Assert.That(
            async () => await other.ConnectAsync(_js.Address.WithoutPeer().WithPeer(nobody), cancel),
            Throws.TypeOf<PeerComputeException>().With.Property("Code").EqualTo(ErrorCode.NotAuthentic));
        Assert.That(async () => await _js.CallAsync("dial", new { address = other.ListenAddresses[0].WithPeer(nobody).ToString() }),
            Throws.TypeOf<JsPeerException>());
        Assert.That(other.Peers, Is.Empty);
    }

    [Test]
    public async Task A_protocol_that_is_added_later_is_pushed(CancellationToken cancel)
    {
        _host.Handle("/test/late/1", EchoAsync);
        await _js.CallAsync("open", new { peer = Us, protocol = "/test/late/1" });
        Assert.That(_host.Peers.Single(p => p.Id == _js.PeerId).Protocols, Does.Contain(PingProbe.Protocol));
        Assert.That(await _host.PingAsync(_js.PeerId, cancel), Is.GreaterThan(TimeSpan.Zero));
    }

    private static KeyPair Key(byte seed)
    {
        var bytes = new byte[32];
        bytes[5] = seed;
        return KeyPair.FromSeed(bytes);
    }

    private static Task<Host> StartAsync(byte seed) => Host.StartAsync(new HostOptions
    {
        Key = Key(seed),
        Listen = [Multiaddr.Parse("/ip4/127.0.0.1/tcp/0")],
        AgentVersion = $"interop/{seed}",
        Limits = new HostLimits { StreamsPerProtocol = 250 },
    });

    private static async Task EchoAsync(PeerStream stream, CancellationToken cancel)
    {
        var buffer = new byte[64 * 1024];
        for (int read; (read = await stream.ReadAsync(buffer, cancel)) > 0;) await stream.WriteAsync(buffer.AsMemory(0, read), cancel);
        await stream.CloseWriteAsync(cancel);
    }

    /// <summary>Sends a pattern to the js peer and counts what comes back rightly.</summary>
    private async Task<int> EchoAsync(int size, CancellationToken cancel, bool begin = false)
    {
        await using var stream = await (begin ? _host.BeginAsync(_js.PeerId, "/test/echo/1", cancel) : _host.OpenAsync(_js.PeerId, "/test/echo/1", cancel));
        var writing = Task.Run(async () =>
        {
            var chunk = new byte[64 * 1024];
            for (var i = 0; i < chunk.Length; i++) chunk[i] = (byte)(i * 31);
            for (var left = size; left > 0; left -= chunk.Length) await stream.WriteAsync(chunk.AsMemory(0, Math.Min(left, chunk.Length)), cancel);
            if (begin) await stream.AgreedAsync(cancel); // js-libp2p loses what came where the stream ends before its handler looks
            await stream.CloseWriteAsync(cancel);
        }, cancel);
        if (begin) await writing;
        var right = 0;
        var buffer = new byte[64 * 1024];
        for (int read, at = 0; (read = await stream.ReadAsync(buffer, cancel)) > 0;)
        {
            for (var i = 0; i < read; i++) right += buffer[i] == (byte)(at++ * 31) ? 1 : 0;
        }

        await writing;
        return right;
    }
}
