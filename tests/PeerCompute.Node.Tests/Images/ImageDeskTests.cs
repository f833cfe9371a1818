// SPDX-License-Identifier: Apache-2.0
using System.Formats.Tar;
using PeerCompute.Base.Crypto;
using PeerCompute.Core.Effects;
using PeerCompute.Core.Events;
using PeerCompute.Execution.Images;
using PeerCompute.Net.Requests;
using PeerCompute.Node.Blobs;
using PeerCompute.Node.Images;
using PeerCompute.Wire.Blobs;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Images;
using PeerCompute.Wire.Messages;
using PeerCompute.Wire.Offers;

namespace PeerCompute.Node.Tests.Images;

/// <summary>Images between two hosts over loopback: what comes, what is never asked for, and what a holder may do wrong.</summary>
[TestFixture]
[Platform("Linux")]
internal sealed class ImageDeskTests
{
    private const int Chunks = 20;

    private static readonly Hash32 Scope = Hash32.Of([1]);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly List<NodeEvent> _posted = [];
    private TempFolder _folder = null!;
    private HostPair _hosts = null!;
    private RequestStreams _far = null!, _near = null!;
    private ImageStore _there = null!, _here = null!;
    private ImageShares _given = null!;
    private WatchedChunks.Reading _reading = null!;
    private Worker _worker = null!;
    private string _image = "";
    private int _queries, _reads;

    [SetUp]
    public async Task Make()
    {
        (_folder, _hosts) = (new TempFolder(), await HostPair.StartAsync());
        (_far, _near) = (new RequestStreams(_hosts.Far), new RequestStreams(_hosts.Near));
        (_there, _here) = (new ImageStore(_folder["there"]), new ImageStore(_folder["here"]));
        (_queries, _reads, _reading) = (0, 0, static (_, _) => true);
        _posted.Clear();
        _image = Import().Digest;
        _given = new ImageShares(_there, TestContext.Progress.WriteLine, CancellationToken.None);
        _hosts.Far.Handle(Protocols.Blob, new BlobServer(Blobs("served"), new BlobGate(static () => 0), Open).ServeAsync);
        _far.Serve(Protocols.Image, ImageQuery.MaxBytes, (from, bytes, _) =>
        {
            Interlocked.Increment(ref _queries);
            return ValueTask.FromResult<ReadOnlyMemory<byte>?>(_given.Answer(ImageQuery.Decode(bytes).Digest, from).Encode());
        });
        await GiveAsync();
        _worker = Begin();
    }

    [TearDown]
    public async Task Remove()
    {
        _worker.Dispose();
        _far.Dispose();
        _near.Dispose();
        await _hosts.DisposeAsync();
        _folder.Dispose();
    }

    [Test]
    public async Task An_allowed_image_comes_and_can_be_given_on()
    {
        _here.Decide(policy => policy.Allow(_image));
        await _worker.SeekAsync(_image);
        Assert.That(_posted, Is.Empty);
        var image = _here.Find(_image);
        Assert.That(image.Fetched);
        Assert.That(File.ReadAllBytes(Path.Combine(_here.RootOf(image), "noise")), Is.EqualTo(Noise()));
        Assert.That(_worker.Store.Count, Is.Zero, "its blobs are not kept");
        Assert.That(Directory.GetFiles(_folder["coming"]), Is.Empty);
        var shares = new ImageShares(_here, TestContext.Progress.WriteLine, CancellationToken.None);
        shares.Hold(new HoldImage(Scope, _image, Serves: true));
        await shares.PrepareAsync(_image);
        var digest = Hash32.Parse(_image[7..]);
        Assert.That(shares.Answer(digest, HostPair.FarKey.PeerId).Encode(), Is.EqualTo(_given.Answer(digest, HostPair.NearKey.PeerId).Encode()));
        shares.Release(Scope);
        Assert.That(shares.Answer(digest, HostPair.FarKey.PeerId).Parts, Is.Empty);
    }

    [Test]
    public async Task A_refused_image_is_never_asked_for()
    {
        await _worker.SeekAsync(_image);
        Denied(DeclineReason.Policy);
        _here.Decide(policy => policy.AllowSigner(HostPair.FarKey.PeerId.ToString()).Refuse(_image));
        await _worker.SeekAsync(_image);
        Denied(DeclineReason.Policy);
        _here.Decide(policy => policy.Withdraw(_image).WithdrawSigner(HostPair.FarKey.PeerId.ToString()) with { Ask = true });
        await _worker.SeekAsync(_image);
        Denied(DeclineReason.Busy);
        Assert.That(_here.Pending().Single().Digest, Is.EqualTo(_image));
        Assert.That((_queries, _reads), Is.EqualTo((0, 0)));
    }

    [Test]
    public async Task An_image_of_an_allowed_signer_comes_and_of_another_nothing_but_its_record()
    {
        _here.Decide(policy => policy.AllowSigner(HostPair.FarKey.PeerId.ToString()));
        await _worker.SeekAsync(_image);
        Denied(DeclineReason.Policy);
        _there.Sign(_there.Find(_image), SignedImage.Sign(HostPair.NearKey, Hash32.Parse(_image[7..]), 1));
        await _worker.SeekAsync(_image);
        Denied(DeclineReason.Policy);
        Assert.That((_queries, _reads), Is.EqualTo((2, 0)));
        _there.Sign(_there.Find(_image), SignedImage.Sign(HostPair.FarKey, Hash32.Parse(_image[7..]), 1));
        await _worker.SeekAsync(_image);
        Assert.That(_posted, Is.Empty);
        Assert.That(_here.Policy().Judge(_here.Find(_image)), Is.EqualTo(ImageAnswer.Allowed));
    }

    [Test]
    public async Task A_lying_holder_is_found_out_at_its_first_chunk_and_not_asked_again()
    {
        _here.Decide(policy => policy.Allow(_image));
        _reading = static (manifest, bytes) =>
        {
            if (manifest.Chunks.Length > 1) bytes[7] ^= 1; // the documents are good, the layer is not
            return true;
        };
        await _worker.SeekAsync(_image);
        Denied(DeclineReason.Semantics);
        Assert.That(_here.List(), Is.Empty);
        Assert.That(_worker.Store.UsedBytes, Is.Zero);
        var read = _reads;
        Assert.That(read, Is.LessThan(Chunks), "the first wrong chunk is the last one");
        await _worker.SeekAsync(_image);
        Denied(DeclineReason.Semantics);
        Assert.That(_reads, Is.EqualTo(read));
    }

    [Test]
    public async Task What_came_before_a_kill_is_not_fetched_again()
    {
        _here.Decide(policy => policy.Allow(_image));
        using var stop = new CancellationTokenSource();
        var half = 0;
        _reading = (manifest, _) =>
        {
            if (manifest.Chunks.Length == 1 || Interlocked.Increment(ref half) <= Chunks / 2) return true;
            return stop.Token.WaitHandle.WaitOne(Patience) && false; // the rest does not come in this life
        };
        var seeking = _worker.SeekAsync(_image, stop.Token);
        await UntilAsync(() => Volatile.Read(ref half) > Chunks / 2 && Landed() >= Chunks / 4);
        await stop.CancelAsync();
        Assert.That(async () => await seeking, Throws.InstanceOf<OperationCanceledException>());
        _worker.Dispose();
        var landed = Landed();

        var again = 0;
        _reading = (manifest, _) => manifest.Chunks.Length == 1 || Interlocked.Increment(ref again) > 0;
        _worker = Begin();
        await _worker.SeekAsync(_image);
        Assert.That(_posted, Is.Empty);
        Assert.That(_here.List().Single().Digest, Is.EqualTo(_image));
        Assert.That(again, Is.LessThanOrEqualTo(Chunks + 1 - landed).And.GreaterThan(0));

        // Chunks whose bytes are in the file of the download: the noise has none of zeros.
        int Landed()
        {
            var part = Directory.GetFiles(_folder["blobs"], "*.part").SingleOrDefault();
            if (part is null) return 0;
            var bytes = File.ReadAllBytes(part);
            return Enumerable.Range(0, Chunks).Count(i => bytes.AsSpan(i * BlobLayout.SealedBytes, BlobLayout.SealedBytes)[^64..].ContainsAnyExcept((byte)0));
        }
    }

    [Test]
    public async Task What_nobody_gives_or_has_no_room_here_is_said()
    {
        _here.Decide(policy => policy.Allow(_image));
        _worker.Dispose();
        _worker = Begin(most: 1000);
        await _worker.SeekAsync(_image);
        Denied(DeclineReason.Limits);
        Assert.That(_here.List(), Is.Empty);
        Assert.That(_reads, Is.EqualTo(2), "manifest and configuration");
        _given.Release(Scope);
        await _worker.SeekAsync(_image);
        Denied(DeclineReason.Semantics);
    }

    private static byte[] Noise()
    {
        var noise = new byte[Chunks * WireLimits.ChunkBytes];
        new Random(1).NextBytes(noise);
        return noise;
    }

    private ImageRecord Import()
    {
        var archive = _folder["noise.tar"];
        using (var writer = new TarWriter(File.Create(archive)))
            writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "noise") { DataStream = new MemoryStream(Noise()) });
        return _there.Import(new ImageRequest(archive), null, CancellationToken.None);
    }

    private Task GiveAsync()
    {
        _given.Hold(new HoldImage(Scope, _image, Serves: true));
        return _given.PrepareAsync(_image);
    }

    private WatchedChunks? Open(Hash32 root)
        => _given.Open(root) is { } chunks ? new WatchedChunks(chunks, Read) : null;

    private bool Read(BlobManifest manifest, Span<byte> bytes)
    {
        Interlocked.Increment(ref _reads);
        return _reading(manifest, bytes);
    }

    private void Denied(DeclineReason reason)
    {
        Assert.That(_posted.Cast<ImageDenied>().Select(static no => no.Reason), Is.EqualTo(new[] { reason }));
        Assert.That(System.Text.Encoding.UTF8.GetByteCount(((ImageDenied)_posted[0]).Detail), Is.LessThanOrEqualTo(WireLimits.NameBytes));
        _posted.Clear();
    }

    private BlobStore Blobs(string name) => BlobStore.Open(_folder[name], 1 << 30, TimeProvider.System);

    private Worker Begin(long most = 1 << 30)
    {
        var (store, gate) = (Blobs("blobs"), new BlobGate(static () => 0));
        var uploads = new Uploads(store, gate, Directory.CreateDirectory(_folder["uploads"]).FullName);
        var keeper = new BlobKeeper(store, gate, uploads, TestContext.Progress.WriteLine);
        var fetcher = new BlobFetcher(_hosts.Near, store, TimeProvider.System);
        var shares = new ImageShares(_here, TestContext.Progress.WriteLine, CancellationToken.None);
        var fetch = new ImageFetch(_here, shares, store, gate, keeper, fetcher, _folder["coming"], most, TestContext.Progress.WriteLine);
        fetch.Remember();
        keeper.Sweep();
        var desk = new ImageDesk(_here, shares, fetch, _near, TimeProvider.System, Post, TestContext.Progress.WriteLine);
        return new Worker(store, fetcher, desk);

        ValueTask Post(NodeEvent e, CancellationToken stop)
        {
            _posted.Add(e);
            return ValueTask.CompletedTask;
        }
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (!condition()) await Task.Delay(20, limit.Token);
    }

    /// <summary>One life of a node that fetches.</summary>
    private sealed record Worker(BlobStore Store, BlobFetcher Fetcher, ImageDesk Desk) : IDisposable
    {
        public Task SeekAsync(string image, CancellationToken stop = default)
            => Desk.SeekAsync(new SeekImage(Hash32.Of([2]), HostPair.FarKey.PeerId, image), stop);

        public void Dispose() => Fetcher.Dispose();
    }
}
