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

/// <summary>Images between two hosts over loopback: what comes, what is never asked for, and what a holder may do wrong.</summary>
[TestFixture]
[Platform("Linux")]
internal sealed class ImageDeskTests
{
    private const int Chunks = 20;

    private static readonly Hash32 Scope = Hash32.Of([1]);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly List<NodeEvent> _posted = [];
    private readonly List<int> _left = [];
    private TempFolder _folder = null!;
    private HostPair _hosts = null!;
    private RequestStreams _far = null!, _near = null!;
    private ImageStore _there = null!, _here = null!;
    private ImageShares _given = null!;
    private WatchedChunks.Reading _reading = null!;
    private Func<ImageParcel, ImageParcel> _answering = null!;
    private WallClock _clock = null!;
    private BlobStore _served = null!;
    private BlobGate _gate = null!;
    private Worker _worker = null!;
    private string _image = "";
    private int _queries, _reads;

    [SetUp]
    public async Task Make()
    {
        (_folder, _hosts) = (new TempFolder(), await HostPair.StartAsync());
        _clock = new WallClock(DateTimeOffset.UtcNow, TimeZoneInfo.Utc);
        (_far, _near) = (new RequestStreams(_hosts.Far), new RequestStreams(_hosts.Near));
        (_there, _here) = (new ImageStore(_folder["there"]), new ImageStore(_folder["here"]));
        (_queries, _reads, _reading, _answering) = (0, 0, static (_, _) => true, static parcel => parcel);
        _posted.Clear();
        _left.Clear();
        _image = Import("noise", Noise()).Digest;
        _given = new ImageShares(_there, TestContext.Progress.WriteLine, CancellationToken.None);
        (_served, _gate) = (Blobs("served"), new BlobGate(static () => 0));
        _hosts.Far.Handle(Protocols.Blob, new BlobServer(_served, _gate, Open).ServeAsync);
        _far.Serve(Protocols.Image, ImageQuery.MaxBytes, (from, bytes, _) =>
        {
            Interlocked.Increment(ref _queries);
            return ValueTask.FromResult<ReadOnlyMemory<byte>?>(_answering(_given.Answer(ImageQuery.Decode(bytes).Digest, from)).Encode());
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
    public async Task An_offer_waits_for_the_owners_word_where_the_list_is_damaged_too()
    {
        _here.Decide(policy => policy with { Ask = true });
        File.WriteAllText(_folder[Path.Combine("here", "pending.json")], "{");
        await _worker.SeekAsync(_image);
        Denied(DeclineReason.Busy);
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
        await BreakOffAsync();
        _worker.Dispose();
        var landed = Landed();

        var again = 0;
        _reading = (manifest, _) => manifest.Chunks.Length == 1 || Interlocked.Increment(ref again) > 0;
        _worker = Begin();
        await _worker.SeekAsync(_image);
        Assert.That(_posted, Is.Empty);
        Assert.That(_here.List().Single().Digest, Is.EqualTo(_image));
        Assert.That(again, Is.LessThanOrEqualTo(Chunks + 1 - landed).And.GreaterThan(0));
    }

    [Test]
    public async Task What_broke_off_stays_only_as_long_as_nothing_else_wants_the_room()
    {
        _here.Decide(policy => policy.Allow(_image));
        _worker.Dispose();
        _worker = Begin(room: BlobLayout.FileLength((Chunks + 8) * WireLimits.ChunkBytes));
        await BreakOffAsync();
        Assert.That(Landed(), Is.Positive);
        _clock.Pass(TimeSpan.FromHours(1)); // what was used a moment ago stays anyway
        using (var upload = new MemoryStream(Noise()))
            await _worker.Store.PutAsync(upload, new byte[32], WireLimits.BlobBytes);
        Assert.That(Landed(), Is.Zero);
        _clock.Pass(TimeSpan.FromHours(1));
        _reading = static (_, _) => true;
        await _worker.SeekAsync(_image);
        Assert.That(_here.List().Single().Digest, Is.EqualTo(_image));
    }

    [Test]
    public async Task What_nobody_went_on_with_for_a_day_is_forgotten()
    {
        _here.Decide(policy => policy.Allow(_image));
        await BreakOffAsync();
        _clock.Pass(TimeSpan.FromDays(2));
        var other = Import("other", "small"u8.ToArray()).Digest;
        _given.Hold(new HoldImage(Scope, other, Serves: true));
        await _given.PrepareAsync(other);
        _here.Decide(policy => policy.Allow(other));
        await _worker.SeekAsync(other);
        Assert.That(_here.List().Single().Digest, Is.EqualTo(other));
        Assert.That((Directory.GetFiles(_folder["coming"]), _worker.Store.Count), Is.EqualTo((Array.Empty<string>(), 0)));
    }

    [Test]
    public async Task A_question_that_gets_no_answer_is_asked_again_with_the_next_offer()
    {
        _here.Decide(policy => policy.AllowSigner(HostPair.FarKey.PeerId.ToString()));
        _there.Sign(_there.Find(_image), SignedImage.Sign(HostPair.FarKey, Hash32.Parse(_image[7..]), 1));
        _answering = static _ => throw new InvalidOperationException("the stream is reset");
        await _worker.SeekAsync(_image);
        _here.Decide(policy => policy.Allow(_image));
        await _worker.SeekAsync(_image);
        Assert.That((_queries, _posted.Count), Is.EqualTo((2, 0)), "nothing is said, as nothing is known");
        _answering = static parcel => parcel;
        await _worker.SeekAsync(_image);
        Assert.That(_here.List().Single().Digest, Is.EqualTo(_image));
    }

    [Test]
    public async Task Who_names_other_bytes_for_a_layer_is_not_asked_for_an_hour()
    {
        _here.Decide(policy => policy.Allow(_image));
        var layer = _given.Answer(Hash32.Parse(_image[7..]), HostPair.NearKey.PeerId).Parts[2];
        using var rubbish = new MemoryStream(new byte[layer.Size]);
        var blob = await _served.PutAsync(rubbish, BlobRef.PublicKey(layer.Digest), WireLimits.BlobBytes);
        _gate.Publish(blob.Root);
        _answering = parcel => parcel with { Parts = parcel.Parts.SetItem(2, layer with { Pieces = [layer.Pieces[0] with { Root = blob.Root }] }) };
        await _worker.SeekAsync(_image);
        Denied(DeclineReason.Semantics);
        Assert.That((_here.List().Count, _worker.Store.UsedBytes), Is.EqualTo((0, 0)));
        _answering = static parcel => parcel;
        await _worker.SeekAsync(_image);
        Denied(DeclineReason.Semantics);
        Assert.That(_queries, Is.EqualTo(1));
        _clock.Pass(Liars.Remembered);
        await _worker.SeekAsync(_image);
        Assert.That((_queries, _posted.Count, _here.List().Single().Digest), Is.EqualTo((2, 0, _image)));
    }

    [Test]
    public async Task Who_is_too_slow_is_left_and_asked_again_an_hour_later()
    {
        _here.Decide(policy => policy.Allow(_image));
        using var stop = new CancellationTokenSource();
        var seeking = await HalfAsync(stop);
        _clock.Pass(TimeSpan.FromMinutes(11));
        await seeking.WaitAsync(Patience);
        await stop.CancelAsync();
        Assert.That(_posted, Is.Empty);
        _reading = static (_, _) => true;
        await _worker.SeekAsync(_image);
        Denied(DeclineReason.Busy);
        _clock.Pass(Liars.Remembered);
        await _worker.SeekAsync(_image);
        Assert.That(_here.List().Single().Digest, Is.EqualTo(_image));
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

    [Test]
    public async Task An_image_that_gives_way_is_told_at_once()
    {
        var other = Import("other", "small"u8.ToArray()).Digest;
        _here.Decide(policy => policy.Allow(_image).Allow(other));
        _worker.Dispose();
        _worker = Begin(most: _there.Find(_image).Bytes);
        await _worker.SeekAsync(_image);
        Assert.That(_left, Is.Empty);
        _given.Hold(new HoldImage(Scope, other, Serves: true));
        await _given.PrepareAsync(other);
        await _worker.SeekAsync(other);
        Assert.That((_left.Single(), _here.List().Single().Digest), Is.EqualTo((0, other)), "told after it went, before the other one came");
    }

    [Test]
    public async Task What_the_disk_refuses_is_said_and_ends_nothing_else()
    {
        _here.Decide(policy => policy.Allow(_image));
        File.WriteAllText(_folder["coming"], "in the way of the folder");
        await _worker.SeekAsync(_image);
        Denied(DeclineReason.Limits);
        File.Delete(_folder["coming"]);
        _reading = (manifest, _) =>
        {
            if (manifest.Chunks.Length == 1) return true;
            var path = _folder[Path.Combine("coming", _image[7..])];
            if (File.Exists(path)) File.Delete(path);
            return Directory.CreateDirectory(path).Exists; // what cannot be deleted like a file
        };
        await _worker.SeekAsync(_image);
        Assert.That((_posted.Count, _here.List().Single().Digest), Is.EqualTo((0, _image)));
    }

    private static byte[] Noise()
    {
        var noise = new byte[Chunks * WireLimits.ChunkBytes];
        new Random(1).NextBytes(noise);
        return noise;
    }

    private ImageRecord Import(string name, byte[] content)
    {
        var archive = _folder[name + ".tar"];
        using (var writer = new TarWriter(File.Create(archive)))
            writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) });
        return _there.Import(new ImageRequest(archive), null, CancellationToken.None);
    }

    /// <summary>Seeks the image; when this ends, half of it is here and the rest does not come before the stop.</summary>
    private async Task<Task> HalfAsync(CancellationTokenSource stop)
    {
        var half = 0;
        _reading = (manifest, _) =>
        {
            if (manifest.Chunks.Length == 1 || Interlocked.Increment(ref half) <= Chunks / 2) return true;
            return stop.Token.WaitHandle.WaitOne(Patience) && false;
        };
        var seeking = _worker.SeekAsync(_image, stop.Token);
        await UntilAsync(() => Volatile.Read(ref half) > Chunks / 2 && Landed() >= Chunks / 4);
        return seeking;
    }

    private async Task BreakOffAsync()
    {
        using var stop = new CancellationTokenSource();
        var seeking = await HalfAsync(stop);
        await stop.CancelAsync();
        Assert.That(async () => await seeking, Throws.InstanceOf<OperationCanceledException>());
    }

    /// <summary>Chunks whose bytes are in the file of the download: the noise has none of zeros.</summary>
    private int Landed()
    {
        var part = Directory.GetFiles(_folder["blobs"], "*.part").SingleOrDefault();
        if (part is null) return 0;
        var bytes = File.ReadAllBytes(part);
        return Enumerable.Range(0, Chunks).Count(i => bytes.AsSpan(i * BlobLayout.SealedBytes, BlobLayout.SealedBytes)[^64..].ContainsAnyExcept((byte)0));
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
        _posted.Clear();
    }

    private BlobStore Blobs(string name, long room = 1 << 30) => BlobStore.Open(_folder[name], room, _clock);

    private Worker Begin(long most = 1 << 30, long room = 1 << 30)
    {
        var (store, gate) = (Blobs("blobs", room), new BlobGate(static () => 0));
        var uploads = new Uploads(store, gate, Directory.CreateDirectory(_folder["uploads"]).FullName);
        var keeper = new BlobKeeper(store, gate, uploads, TestContext.Progress.WriteLine);
        var fetcher = new BlobFetcher(_hosts.Near, store, TimeProvider.System);
        var shares = new ImageShares(_here, TestContext.Progress.WriteLine, CancellationToken.None);
        var fetch = new ImageFetch(_here, shares, store, gate, keeper, fetcher, _folder["coming"], most, Removed, _clock, TestContext.Progress.WriteLine);
        fetch.Remember();
        keeper.Sweep();
        var desk = new ImageDesk(_here, shares, fetch, _near, TimeProvider.System, Post, TestContext.Progress.WriteLine);
        return new Worker(store, fetcher, desk);

        Task Removed(CancellationToken stop)
        {
            _left.Add(_here.List().Count);
            return Task.CompletedTask;
        }

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
