// SPDX-License-Identifier: Apache-2.0
using System.Formats.Tar;
using PeerCompute.Base.Crypto;
using PeerCompute.Core.Effects;
using PeerCompute.Core.Events;
using PeerCompute.Execution.Images;
using PeerCompute.Net.Requests;
using PeerCompute.Node.Blobs;
using PeerCompute.Node.Images;
using PeerCompute.Node.Tests.Lending;
using PeerCompute.Wire.Blobs;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Images;
using PeerCompute.Wire.Messages;
using PeerCompute.Wire.Offers;

namespace PeerCompute.Node.Tests.Images;

/// <summary>Tests of images between two hosts over loopback: one gives an image, the other wants it.</summary>
[Platform("Linux")]
internal abstract class ImageFixture
{
    protected const int Chunks = 20;

    protected static readonly Hash32 Scope = Hash32.Of([1]);
    protected static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private HostPair _hosts = null!;
    private RequestStreams _far = null!, _near = null!;
    private int _queries, _reads;

    protected List<NodeEvent> Posted { get; } = [];

    /// <summary>How many images were there each time that some had gone.</summary>
    protected List<int> Left { get; } = [];

    protected TempFolder Temp { get; private set; } = null!;

    protected ImageStore There { get; private set; } = null!;

    protected ImageStore Here { get; private set; } = null!;

    protected ImageShares Given { get; private set; } = null!;

    protected WatchedChunks.Reading Reading { get; set; } = null!;

    protected Func<ImageParcel, ImageParcel> Answering { get; set; } = null!;

    protected WallClock Clock { get; private set; } = null!;

    protected BlobStore Served { get; private set; } = null!;

    protected BlobGate Gate { get; private set; } = null!;

    protected Worker Node { get; set; } = null!;

    /// <summary>The image that is wanted.</summary>
    protected string Wanted { get; private set; } = "";

    protected int Queries => _queries;

    protected int Reads => _reads;

    [SetUp]
    public async Task Make()
    {
        (Temp, _hosts) = (new TempFolder(), await HostPair.StartAsync());
        Clock = new WallClock(DateTimeOffset.UtcNow, TimeZoneInfo.Utc);
        (_far, _near) = (new RequestStreams(_hosts.Far), new RequestStreams(_hosts.Near));
        (There, Here) = (new ImageStore(Temp["there"]), new ImageStore(Temp["here"]));
        (_queries, _reads, Reading, Answering) = (0, 0, static (_, _) => true, static parcel => parcel);
        Posted.Clear();
        Left.Clear();
        Wanted = Import("noise", Noise()).Digest;
        Given = new ImageShares(There, TestContext.Progress.WriteLine, CancellationToken.None);
        (Served, Gate) = (Blobs("served"), new BlobGate(static () => 0));
        _hosts.Far.Handle(Protocols.Blob, new BlobServer(Served, Gate, Open).ServeAsync);
        _far.Serve(Protocols.Image, ImageQuery.MaxBytes, (from, bytes, _) =>
        {
            Interlocked.Increment(ref _queries);
            return ValueTask.FromResult<ReadOnlyMemory<byte>?>(Answering(Given.Answer(ImageQuery.Decode(bytes).Digest, from)).Encode());
        });
        await GiveAsync();
        Node = Begin();
    }

    [TearDown]
    public async Task Remove()
    {
        Node.Dispose();
        _far.Dispose();
        _near.Dispose();
        await _hosts.DisposeAsync();
        Temp.Dispose();
    }

    protected static byte[] Noise()
    {
        var noise = new byte[Chunks * WireLimits.ChunkBytes];
        new Random(1).NextBytes(noise);
        return noise;
    }

    protected ImageRecord Import(string name, byte[] content)
    {
        var archive = Temp[name + ".tar"];
        using (var writer = new TarWriter(File.Create(archive)))
            writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) });
        return There.Import(new ImageRequest(archive), null, CancellationToken.None);
    }

    private Task GiveAsync()
    {
        Given.Hold(new HoldImage(Scope, Wanted, Serves: true));
        return Given.PrepareAsync(Wanted);
    }

    private WatchedChunks? Open(Hash32 root)
        => Given.Open(root) is { } chunks ? new WatchedChunks(chunks, Read) : null;

    private bool Read(BlobManifest manifest, Span<byte> bytes)
    {
        Interlocked.Increment(ref _reads);
        return Reading(manifest, bytes);
    }

    protected void Denied(DeclineReason reason)
    {
        Assert.That(Posted.Cast<ImageDenied>().Select(static no => no.Reason), Is.EqualTo(new[] { reason }));
        Posted.Clear();
    }

    private BlobStore Blobs(string name, long room = 1 << 30) => BlobStore.Open(Temp[name], room, Clock);

    protected Worker Begin(long most = 1 << 30, long room = 1 << 30)
    {
        var (store, gate) = (Blobs("blobs", room), new BlobGate(static () => 0));
        var uploads = new Uploads(store, gate, Directory.CreateDirectory(Temp["uploads"]).FullName);
        var keeper = new BlobKeeper(store, gate, uploads, TestContext.Progress.WriteLine);
        var fetcher = new BlobFetcher(_hosts.Near, store, TimeProvider.System);
        var shares = new ImageShares(Here, TestContext.Progress.WriteLine, CancellationToken.None);
        var fetch = new ImageFetch(Here, shares, store, gate, keeper, fetcher, Temp["coming"], most, Removed, Clock, TestContext.Progress.WriteLine);
        fetch.Remember();
        keeper.Sweep();
        var desk = new ImageDesk(Here, shares, fetch, _near, TimeProvider.System, Post, TestContext.Progress.WriteLine);
        return new Worker(store, fetcher, desk);

        Task Removed(CancellationToken stop)
        {
            Left.Add(Here.List().Count);
            return Task.CompletedTask;
        }

        ValueTask Post(NodeEvent e, CancellationToken stop)
        {
            Posted.Add(e);
            return ValueTask.CompletedTask;
        }
    }

    /// <summary>One life of a node that fetches.</summary>
    protected sealed record Worker(BlobStore Store, BlobFetcher Fetcher, ImageDesk Desk) : IDisposable
    {
        public Task SeekAsync(string image, CancellationToken stop = default)
            => Desk.SeekAsync(new SeekImage(Hash32.Of([2]), HostPair.FarKey.PeerId, image), stop);

        public void Dispose() => Fetcher.Dispose();
    }
}
