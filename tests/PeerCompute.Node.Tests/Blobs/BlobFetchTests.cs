// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Core.Blobs;
using PeerCompute.Net;
using PeerCompute.Node.Blobs;
using PeerCompute.Wire.Blobs;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Messages;

namespace PeerCompute.Node.Tests.Blobs;

/// <summary>Blobs between two hosts over loopback, with honest servers and others.</summary>
[TestFixture]
internal sealed class BlobFetchTests
{
    private static readonly byte[] Plain = [.. Enumerable.Range(0, WireLimits.ChunkBytes + 1000).Select(static i => (byte)(i * 7))];

    private TempFolder _folder = null!;
    private BlobStore _there = null!;
    private BlobStore _here = null!;
    private HostPair _hosts = null!;
    private BlobFetcher _fetcher = null!;
    private BlobRef _blob = null!;
    private BlobGate _gate = null!;

    [SetUp]
    public async Task Make()
    {
        _folder = new TempFolder();
        _there = BlobStore.Open(_folder["there"], 1 << 30, TimeProvider.System);
        _here = BlobStore.Open(_folder["here"], 1 << 30, TimeProvider.System);
        _hosts = await HostPair.StartAsync();
        _fetcher = Fetcher();
        _blob = await _there.PutAsync(new MemoryStream(Plain), new byte[32], 1 << 30);
        _gate = Tokens.Gate();
        _gate.Share(Tokens.Job, HostPair.FarKey.PeerId, [_blob.Root]);
    }

    [TearDown]
    public async Task Remove()
    {
        _fetcher.Dispose();
        await _hosts.DisposeAsync();
        _folder.Dispose();
    }

    [Test]
    public async Task An_honest_server_gives_a_blob()
    {
        Serve(new BlobServer(_there, _gate).ServeAsync);
        Assert.That(await Fetch(), Is.EqualTo(new FetchResult(true, false, "")));
        var plain = new MemoryStream();
        await _here.OpenAsync(_blob, plain);
        Assert.That(plain.ToArray(), Is.EqualTo(Plain));
    }

    [Test]
    public async Task The_same_blob_wanted_twice_at_a_time_is_fetched_once()
    {
        var server = new BlobServer(_there, _gate);
        var served = 0;
        Serve((stream, cancel) =>
        {
            Interlocked.Increment(ref served);
            return server.ServeAsync(stream, cancel);
        });
        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Fetch()));
        Assert.That(results.All(static result => result.Ok));
        Assert.That(served, Is.EqualTo(1));
    }

    [Test]
    public async Task A_download_goes_on_after_the_stream_broke()
    {
        var server = new BlobServer(_there, _gate);
        var asked = new List<uint>();
        Serve(async (stream, cancel) =>
        {
            if (asked.Count > 0)
            {
                asked.Add(1);
                await server.ServeAsync(stream, cancel);
                return;
            }

            asked.Add(BlobRequest.Decode(await stream.ReadFrameAsync(BlobRequest.MaxBytes, cancel)).FirstChunk);
            await stream.WriteFrameAsync(Manifest(_there.Manifest(_blob.Root)!), cancel);
            await stream.WriteFrameAsync(Chunk(0), cancel);
        });
        Assert.That((await Fetch()).Ok);
        Assert.That(asked, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task A_blob_that_is_not_there_may_come_later()
    {
        Serve(new BlobServer(_here, _gate).ServeAsync);
        var result = await Fetch();
        Assert.That(result.Ok || result.Bad, Is.False);
        Assert.That(result.Reason, Does.Contain("does not have it"));
    }

    [Test]
    public async Task A_server_whose_disk_lost_bytes_sends_none_of_them()
    {
        Serve(new BlobServer(_there, _gate).ServeAsync);
        using (var file = File.OpenWrite(Path.Combine(_folder["there"], _blob.Root.ToString()))) file.Write(new byte[100]);
        var result = await Fetch();
        Assert.That(result.Ok || result.Bad, Is.False);
        Assert.That(_there.Has(_blob.Root), Is.False);
    }

    [Test]
    public async Task A_silent_server_is_left()
    {
        Serve(static (_, cancel) => Task.Delay(Timeout.Infinite, cancel));
        var result = await Fetch();
        Assert.That(result.Ok || result.Bad, Is.False);
        Assert.That(result.Reason, Does.Contain("silent"));
    }

    [Test]
    public async Task A_wrong_chunk_is_bad_and_nothing_is_kept()
    {
        Answer(stream => stream.WriteFrameAsync(Manifest(_there.Manifest(_blob.Root)!)), stream => stream.WriteFrameAsync(Chunk(1)));
        await IsBad("hash");
    }

    [Test]
    public async Task A_chunk_that_is_too_long_is_bad_before_it_is_read()
    {
        var tooLong = new byte[BlobLayout.SealedBytes + 1];
        Answer(stream => stream.WriteFrameAsync(Manifest(_there.Manifest(_blob.Root)!)), stream => stream.WriteFrameAsync(tooLong));
        await IsBad("limit");
    }

    [Test]
    public async Task The_manifest_of_another_blob_is_bad()
    {
        Answer(stream => stream.WriteFrameAsync(Manifest(new BlobManifest(5, [Hash32.Of([1])]))));
        await IsBad("another blob");
    }

    [Test]
    public async Task Bytes_that_are_no_manifest_are_bad()
    {
        Answer(static stream => stream.WriteFrameAsync(new byte[] { 1, 2, 3 }));
        await IsBad("no answer");
    }

    [Test]
    public async Task A_cancelled_fetch_ends()
    {
        Serve(static (_, cancel) => Task.Delay(Timeout.Infinite, cancel));
        using var stop = new CancellationTokenSource();
        var fetch = _fetcher.FetchAsync(_hosts.Far.PeerId, [_blob], Token, stop.Token);
        await stop.CancelAsync();
        Assert.That(async () => await fetch, Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task A_server_survives_garbage_and_refuses_too_many_streams()
    {
        Serve(new BlobServer(_there, _gate).ServeAsync);
        var idle = new List<PeerStream>();
        for (var i = 0; i < BlobServer.ServesPerPeer; i++) idle.Add(await _hosts.Near.OpenAsync(_hosts.Far.PeerId, Protocols.Blob));
        Assert.That((await Fetch()).Ok, Is.False, "all places are taken");
        foreach (var stream in idle) await stream.WriteFrameAsync(new byte[] { 255, 255 });
        foreach (var stream in idle) Assert.That(async () => await stream.ReadFrameAsync(100), Throws.InstanceOf<PeerComputeException>(), "reset");
        Assert.That((await Fetch()).Ok, "the garbage is gone, there is room again");
    }

    private BlobFetcher Fetcher() => new(_hosts.Near, _here, TimeProvider.System)
    {
        Limits = new FetchLimits { Patience = TimeSpan.FromMilliseconds(200), SilenceAlone = TimeSpan.FromMilliseconds(500) },
    };

    private static byte[] Manifest(BlobManifest manifest) => new BlobAnswer(manifest, BlobRefusal.None, []).Encode();

    private static ReadOnlyMemory<byte> Token => Tokens.Inputs(HostPair.FarKey, HostPair.NearKey.PeerId).Envelope.Bytes;

    private Task<FetchResult> Fetch() => _fetcher.FetchAsync(_hosts.Far.PeerId, [_blob], Token, CancellationToken.None);

    private async Task IsBad(string reason)
    {
        var result = await Fetch();
        Assert.That(result.Bad, result.Reason);
        Assert.That(result.Reason, Does.Contain(reason));
    }

    private byte[] Chunk(int number)
    {
        using var open = _there.OpenChunks(_blob.Root)!;
        var buffer = new byte[BlobLayout.SealedBytes];
        return buffer[..open.Read(number, buffer)];
    }

    private void Serve(Func<PeerStream, CancellationToken, Task> handler) => _hosts.Far.Handle(Protocols.Blob, handler);

    private void Answer(params Func<PeerStream, ValueTask>[] frames) => Serve(async (stream, cancel) =>
    {
        await stream.ReadFrameAsync(BlobRequest.MaxBytes, cancel);
        foreach (var frame in frames) await frame(stream);
        await stream.CloseWriteAsync(cancel);
    });
}
