// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Sockets;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Multiformats;
using PeerCompute.Net.Requests;

namespace PeerCompute.Net.Tests.Requests;

[CancelAfter(60_000)]
internal sealed class RequestStreamsTests
{
    private const string Protocol = "/test/ask/1";

    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    [Test]
    public async Task A_peer_is_dialled_asked_and_answers(CancellationToken cancel)
    {
        await using var pair = await PairAsync((_, request, _) => new(request.ToArray().Reverse().ToArray()));
        var answer = await pair.AskAsync("abc"u8.ToArray(), cancel: cancel);
        Assert.That(answer.ToArray(), Is.EqualTo("cba"u8.ToArray()));
        await pair.AskAsync("abc"u8.ToArray(), cancel: cancel);
        Assert.That(pair.Client.Peers.Single().Connections, Is.EqualTo(1), "the second request needs no dial");
    }

    [Test]
    public async Task Dead_addresses_in_front_do_not_keep_from_the_living_one(CancellationToken cancel)
    {
        await using var pair = await PairAsync((_, request, _) => new(request));
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var dead = Multiaddr.FromTcp(IPAddress.Loopback, ((IPEndPoint)silent.LocalEndpoint).Port);
        Multiaddr[] addresses = [Multiaddr.Parse("/ip4/127.0.0.1/tcp/1"), dead, .. pair.Server.ListenAddresses];
        var answer = await pair.AskAsync("x"u8.ToArray(), addresses: addresses, cancel: cancel);
        Assert.That(answer.ToArray(), Is.EqualTo("x"u8.ToArray()));
    }

    [Test]
    public async Task Requests_at_once_share_one_dial(CancellationToken cancel)
    {
        await using var pair = await PairAsync((_, request, _) => new(request));
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => pair.AskAsync(new[] { (byte)i }, cancel: cancel)));
        Assert.That(answers.Select(a => (int)a.Span[0]), Is.EqualTo(Enumerable.Range(0, 20)));
        Assert.That(pair.Client.Peers.Single().Connections, Is.EqualTo(1));
    }

    [Test]
    public async Task Several_requests_are_answered_on_one_stream_and_null_is_no_answer(CancellationToken cancel)
    {
        await using var pair = await PairAsync((_, request, _) => new(request.Span[0] == 0 ? (ReadOnlyMemory<byte>?)null : request));
        await pair.Client.ConnectAsync(pair.Server.FullAddress(), cancel);
        await using var stream = await pair.Client.OpenAsync(pair.Server.PeerId, Protocol, cancel);
        foreach (byte value in (byte[])[1, 0, 2]) await stream.WriteFrameAsync(new[] { value }, cancel);
        Assert.That(await stream.ReadFrameAsync(9, cancel), Is.EqualTo(new byte[] { 1 }));
        Assert.That(await stream.ReadFrameAsync(9, cancel), Is.EqualTo(new byte[] { 2 }));
    }

    [Test]
    public async Task A_request_that_wants_no_answer_arrives(CancellationToken cancel)
    {
        var arrived = new TaskCompletionSource<byte[]>();
        await using var pair = await PairAsync((_, request, _) =>
        {
            arrived.TrySetResult(request.ToArray());
            return new((ReadOnlyMemory<byte>?)null);
        });
        await pair.AskAsync("x"u8.ToArray(), wantsResponse: false, cancel: cancel);
        Assert.That(await arrived.Task.WaitAsync(cancel), Is.EqualTo("x"u8.ToArray()));
    }

    [Test]
    public async Task What_goes_wrong_has_its_kind(CancellationToken cancel)
    {
        await using var pair = await PairAsync(async (_, request, end) =>
        {
            if (request.Span[0] == 0) throw new WireException("request", "no");
            if (request.Span[0] == 1) return new byte[100];
            if (request.Span[0] == 2) return null;
            await Task.Delay(Timeout.Infinite, end);
            return null;
        });
        Task To(PeerId peer, string protocol) => pair.Requests.AskAsync(peer, [], protocol, new byte[1], 9, true, Long, cancel);
        Assert.Multiple(() =>
        {
            Assert.That(() => pair.AskAsync(new byte[] { 0 }, cancel: cancel), Fails(ErrorCode.Unavailable), "refused");
            Assert.That(() => pair.AskAsync(new byte[] { 1 }, cancel: cancel, maxResponse: 99), Fails(ErrorCode.BadInput), "too long an answer");
            Assert.That(() => pair.AskAsync(new byte[] { 2 }, cancel: cancel), Fails(ErrorCode.Unavailable), "no answer");
            Assert.That(() => pair.AskAsync(new byte[] { 3 }, cancel: cancel, timeout: TimeSpan.FromMilliseconds(100)), Fails(ErrorCode.Unavailable), "silent");
            Assert.That(() => pair.AskAsync(new byte[200], cancel: cancel), Fails(ErrorCode.Unavailable), "too long a request");
            Assert.That(() => To(pair.Server.PeerId, "/test/other/1"), Fails(ErrorCode.Unavailable));
            Assert.That(() => To(TestHosts.Key(9).PeerId, Protocol), Fails(ErrorCode.Unavailable));
        });
    }

    [Test]
    public async Task A_peer_that_asks_too_often_is_cut_off_and_an_idle_stream_is_let_go(CancellationToken cancel)
    {
        var limits = new RequestLimits { Burst = 5, Each = TimeSpan.FromHours(1), Idle = TimeSpan.FromMilliseconds(100) };
        await using var pair = await PairAsync((_, request, _) => new(request), limits);
        for (var i = 0; i < 5; i++) await pair.AskAsync(new byte[1], cancel: cancel);
        Assert.That(() => pair.AskAsync(new byte[1], cancel: cancel), Fails(ErrorCode.Unavailable));
        await using var idle = await pair.Client.OpenAsync(pair.Server.PeerId, Protocol, cancel);
        Assert.That(async () => await idle.ReadFrameAsync(9, cancel), Fails(ErrorCode.Unavailable), "reset by the server");
    }

    private static NUnit.Framework.Constraints.IResolveConstraint Fails(ErrorCode code) =>
        Throws.TypeOf<PeerComputeException>().With.Property("Code").EqualTo(code);

    private static async Task<Pair> PairAsync(
        Func<PeerId, ReadOnlyMemory<byte>, CancellationToken, ValueTask<ReadOnlyMemory<byte>?>> handler,
        RequestLimits? limits = null)
    {
        var pair = new Pair(await TestHosts.StartAsync(1, listen: false), await TestHosts.StartAsync(2), limits);
        pair.Served.Serve(Protocol, 100, handler);
        return pair;
    }

    private sealed class Pair(Host client, Host server, RequestLimits? limits) : IAsyncDisposable
    {
        public Host Client { get; } = client;

        public Host Server { get; } = server;

        public RequestStreams Requests { get; } = new(client);

        public RequestStreams Served { get; } = new(server, limits);

        public Task<ReadOnlyMemory<byte>> AskAsync(
            ReadOnlyMemory<byte> request,
            IReadOnlyList<Multiaddr>? addresses = null,
            bool wantsResponse = true,
            int maxResponse = 100,
            TimeSpan? timeout = null,
            CancellationToken cancel = default) =>
            Requests.AskAsync(Server.PeerId, addresses ?? Server.ListenAddresses, Protocol, request, maxResponse, wantsResponse, timeout ?? Long, cancel);

        public async ValueTask DisposeAsync()
        {
            await Client.DisposeAsync();
            await Server.DisposeAsync();
            Requests.Dispose();
            Served.Dispose();
        }
    }
}
