// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Multiformats;
using PeerCompute.Core.Blobs;
using PeerCompute.Net;
using PeerCompute.Node.Blobs;
using PeerCompute.Wire.Blobs;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Messages;

namespace PeerCompute.Node.Tests.Blobs;

/// <summary>One blob from several holders over loopback: the issuer, who names the others, and workers of its job, honest ones and others.</summary>
[TestFixture]
internal sealed class HoldersTests
{
    private const int Chunks = 60;

    private static readonly KeyPair Issuer = HostPair.FarKey;
    private static readonly KeyPair Fetching = HostPair.NearKey;
    private static readonly byte[] Plain = RandomNumberGenerator.GetBytes((Chunks * WireLimits.ChunkBytes) - 5);

    private readonly List<Host> _hosts = [];
    private readonly List<Contact> _contacts = [];
    private readonly List<Served> _served = [];
    private TempFolder _folder = null!;
    private BlobStore _there = null!;
    private BlobStore _here = null!;
    private Host _near = null!;
    private BlobRef _blob = null!;
    private BlobFetcher _fetcher = null!;

    [SetUp]
    public async Task Make()
    {
        _folder = new TempFolder();
        _there = BlobStore.Open(_folder["there"], 1 << 30, TimeProvider.System);
        _here = BlobStore.Open(_folder["here"], 1 << 30, TimeProvider.System);
        _blob = await _there.PutAsync(new MemoryStream(Plain), RandomNumberGenerator.GetBytes(32), 1 << 30);
        _near = await Host.StartAsync(new HostOptions { Key = Fetching });
        _fetcher = Fetcher();
    }

    [TearDown]
    public async Task Remove()
    {
        _fetcher.Dispose();
        await _near.DisposeAsync();
        foreach (var host in _hosts) await host.DisposeAsync();
        _hosts.Clear();
        _contacts.Clear();
        _served.Clear();
        _folder.Dispose();
    }

    [Test]
    public async Task Holders_that_the_issuer_names_are_dialled_and_give_their_part()
    {
        for (var i = 0; i < 3; i++) await AddAsync(Honest());
        var issuer = await AddIssuerAsync(Honest(async (me, cancel) =>
        {
            // A slow up-link: after a few chunks nothing more leaves before the others have given half.
            while (me.Chunks > 8 && _served.Sum(static served => served.Chunks) - me.Chunks < Chunks / 2) await Task.Delay(5, cancel);
        }));
        Assert.That(await FetchAsync(), Is.EqualTo(new FetchResult(true, false, "")));
        await IsWholeAsync();
        Assert.That(_served.Except([issuer]).Sum(static served => served.Chunks), Is.GreaterThanOrEqualTo(Chunks / 2));
    }

    [Test]
    public async Task A_liar_is_caught_remembered_and_the_others_go_on()
    {
        var liar = await AddAsync(Lying());
        await AddIssuerAsync(Honest(async (me, cancel) =>
        {
            while (me.Chunks > 8 && _served[0].Chunks == 0) await Task.Delay(5, cancel);
        }));
        Assert.That((await FetchAsync()).Ok);
        await IsWholeAsync();
        Assert.That(liar.Streams, Is.EqualTo(1));

        _blob = await _there.PutAsync(new MemoryStream(new byte[5 * WireLimits.ChunkBytes]), RandomNumberGenerator.GetBytes(32), 1 << 30);
        Assert.That((await FetchAsync()).Ok, "the issuer is asked");
        Assert.That(liar.Streams, Is.EqualTo(1), "the liar is not");
    }

    [Test]
    public async Task One_that_is_known_to_lie_and_nobody_else_is_as_good_as_a_lie()
    {
        var liar = await AddIssuerAsync(Lying());
        Assert.That((await FetchAsync()).Bad);
        Assert.That((await FetchAsync()).Bad);
        Assert.That(liar.Streams, Is.EqualTo(1));
        Assert.That(_here.Has(_blob.Root), Is.False);
    }

    [Test]
    public async Task Holders_that_refuse_are_dead_or_silent_do_not_hinder_the_others()
    {
        await AddAsync(static (_, cancel) => Task.Delay(Timeout.Infinite, cancel));
        await AddAsync(new BlobServer(_there, Tokens.Gate()).ServeAsync);
        _contacts.Add(new Contact(Key(99).PeerId, [Multiaddr.Parse("/ip4/127.0.0.1/tcp/1")]));
        await AddIssuerAsync(Honest());
        Assert.That((await FetchAsync()).Ok);
        await IsWholeAsync();
    }

    [Test]
    public async Task A_download_that_was_killed_goes_on_with_what_is_there()
    {
        var first = new TaskCompletionSource();
        var issuer = await AddIssuerAsync(Honest((me, cancel) => me.Chunks < 40 ? Task.CompletedTask : first.Task.WaitAsync(cancel)));
        using (var stop = new CancellationTokenSource())
        {
            var fetch = _fetcher.FetchAsync(Issuer.PeerId, [_blob], Token, stop.Token);
            // With a credit of 8, 20 are asked for when 12 are here.
            while (issuer.Asked < 20) await Task.Delay(1);
            await stop.CancelAsync();
            Assert.That(async () => await fetch, Throws.InstanceOf<OperationCanceledException>());
        }

        first.SetResult();
        var before = issuer.Asked;
        _here = BlobStore.Open(_folder["here"], 1 << 30, TimeProvider.System);
        _fetcher.Dispose();
        _fetcher = Fetcher();
        Assert.That((await FetchAsync()).Ok);
        await IsWholeAsync();
        Assert.That(issuer.Asked - before, Is.LessThanOrEqualTo(Chunks - 12));
    }

    [Test]
    public async Task What_does_not_fit_is_refused_before_anybody_is_asked()
    {
        var issuer = await AddIssuerAsync(Honest());
        _here = BlobStore.Open(_folder["small"], Plain.Length, TimeProvider.System);
        _fetcher.Dispose();
        _fetcher = Fetcher();
        var result = await FetchAsync();
        Assert.That(result.Ok || result.Bad, Is.False);
        Assert.That(result.Reason, Does.Contain($"0 of {Plain.Length} bytes are taken"));
        Assert.That(issuer.Streams, Is.Zero);
    }

    private static ReadOnlyMemory<byte> Token => Tokens.Inputs(Issuer, Fetching.PeerId).Envelope.Bytes;

    private static KeyPair Key(byte seed) => KeyPair.FromSeed([.. new byte[31], seed]);

    private BlobFetcher Fetcher() => new(_near, _here, TimeProvider.System) { Limits = new FetchLimits { Silence = TimeSpan.FromSeconds(1), CreditMost = 8 } };

    private Task<FetchResult> FetchAsync() => _fetcher.FetchAsync(Issuer.PeerId, [_blob], Token, CancellationToken.None);

    private async Task IsWholeAsync()
    {
        var plain = new MemoryStream();
        await _here.OpenAsync(_blob, plain);
        Assert.That(plain.ToArray().AsSpan().SequenceEqual(Plain));
    }

    private async Task<Served> AddAsync(Func<PeerStream, CancellationToken, Task> handler)
    {
        var host = await StartAsync(Key((byte)(100 + _hosts.Count)), handler);
        _contacts.Add(new Contact(host.PeerId, [host.ListenAddresses[0]]));
        return _served[^1];
    }

    /// <summary>The last to be added: it names the others.</summary>
    private async Task<Served> AddIssuerAsync(Func<PeerStream, CancellationToken, Task> handler)
    {
        var host = await StartAsync(Issuer, handler);
        await _near.ConnectAsync(host.ListenAddresses[0].WithPeer(host.PeerId));
        return _served[^1];
    }

    private async Task<Host> StartAsync(KeyPair key, Func<PeerStream, CancellationToken, Task> handler)
    {
        if (_served.Count == _hosts.Count) _served.Add(new Served());
        var host = await Host.StartAsync(new HostOptions { Key = key, Listen = [Multiaddr.Parse("/ip4/127.0.0.1/tcp/0")] });
        host.Handle(Protocols.Blob, handler);
        _hosts.Add(host);
        return host;
    }

    private Func<PeerStream, CancellationToken, Task> Honest(Func<Served, CancellationToken, Task>? pace = null) => Answering(pace, static chunk => chunk);

    private Func<PeerStream, CancellationToken, Task> Lying() => Answering(null, static chunk =>
    {
        chunk[7] ^= 1;
        return chunk;
    });

    /// <summary>A server that counts, may wait before each chunk, and may change it.</summary>
    private Func<PeerStream, CancellationToken, Task> Answering(Func<Served, CancellationToken, Task>? pace, Func<byte[], byte[]> change)
    {
        var me = new Served();
        _served.Add(me);
        return async (stream, cancel) =>
        {
            Interlocked.Increment(ref me.Streams);
            while (await stream.ReadFrameAsync(BlobRequest.MaxBytes, cancel) is { } bytes)
            {
                var request = BlobRequest.Decode(bytes);
                Interlocked.Add(ref me.Asked, (int)request.ChunkCount);
                using var open = _there.OpenChunks(request.Root)!;
                var holders = me == _served[^1] ? _contacts.ToArray() : [];
                await stream.WriteFrameAsync(new BlobAnswer(request.Manifest ? open.Manifest : null, BlobRefusal.None, [.. holders]).Encode(), cancel);
                for (var i = (int)request.FirstChunk; i < request.FirstChunk + request.ChunkCount; i++)
                {
                    if (pace is not null) await pace(me, cancel);
                    var buffer = new byte[BlobLayout.SealedBytes];
                    Interlocked.Increment(ref me.Chunks);
                    await stream.WriteFrameAsync(change(buffer[..open.Read(i, buffer)]), cancel);
                }
            }
        };
    }

    /// <summary>What a holder did.</summary>
    private sealed class Served
    {
        public int Streams;
        public int Asked;
        public int Chunks;
    }
}
