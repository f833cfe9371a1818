// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Node.Blobs;
using PeerCompute.Node.Tests.Lending;
using PeerCompute.Wire.Blobs;
using PeerCompute.Wire.Common;

namespace PeerCompute.Node.Tests.Blobs;

[TestFixture]
internal sealed class BlobStoreTests
{
    private const long Plenty = 1L << 30;

    private TempFolder _folder = null!;
    private WallClock _clock = null!;

    [SetUp]
    public void Make() => (_folder, _clock) = (new TempFolder(), new WallClock(DateTimeOffset.UtcNow, TimeZoneInfo.Utc));

    [TearDown]
    public void Remove() => _folder.Dispose();

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(WireLimits.ChunkBytes - 1)]
    [TestCase(WireLimits.ChunkBytes)]
    [TestCase(WireLimits.ChunkBytes + 1)]
    [TestCase((3 * WireLimits.ChunkBytes) + 17)]
    public async Task What_was_put_comes_out(int size)
    {
        var store = Open();
        var plain = Plain(size);
        var blob = await Put(store, plain);
        Assert.That(blob.Plain, Is.EqualTo(Hash32.Of(plain)));
        Assert.That(blob.Size, Is.EqualTo((ulong)size));
        Assert.That(store.Has(blob.Root));
        Assert.That(store.Manifest(blob.Root)!.Root(), Is.EqualTo(blob.Root));
        Assert.That(await Read(store, blob), Is.EqualTo(plain));
        Assert.That(await Read(Open(), blob), Is.EqualTo(plain), "and after a restart");
    }

    [Test]
    public async Task The_file_shows_nothing_of_the_plain_bytes()
    {
        var blob = await Put(Open(), new byte[100_000]);
        var file = File.ReadAllBytes(_folder[blob.Root.ToString()]);
        Assert.That(file.AsSpan().IndexOf(new byte[32]), Is.EqualTo(-1));
    }

    [Test]
    public async Task The_same_bytes_under_the_same_key_take_room_once()
    {
        var store = Open();
        var first = await Put(store, Plain(1000));
        var used = store.UsedBytes;
        Assert.That(await Put(store, Plain(1000)), Is.EqualTo(first));
        Assert.That(store.UsedBytes, Is.EqualTo(used));
        Assert.That(Open().UsedBytes, Is.EqualTo(used));
    }

    [Test]
    public async Task A_changed_byte_of_a_chunk_shows()
    {
        var store = Open();
        var blob = await Put(store, Plain(WireLimits.ChunkBytes + 100));
        Flip(blob.Root, WireLimits.ChunkBytes + 50);
        Assert.That(Refused(() => Read(store, blob)).Code, Is.EqualTo(ErrorCode.NotAuthentic));
    }

    [Test]
    public async Task A_changed_byte_of_the_manifest_makes_it_no_blob()
    {
        var store = Open();
        var blob = await Put(store, Plain(100));
        Flip(blob.Root, 100 + ChaChaPoly.TagLength + 10);
        Assert.That(store.Manifest(blob.Root), Is.Null);
        Assert.That(Refused(() => Read(store, blob)).Code, Is.EqualTo(ErrorCode.NotFound));
    }

    [Test]
    public async Task A_reference_with_another_hash_size_or_key_is_refused()
    {
        var store = Open();
        var blob = await Put(store, Plain(100));
        Assert.Multiple(() =>
        {
            Assert.That(Refused(() => Read(store, blob with { Plain = Hash32.Of([1]) })).Message, Does.Contain("another hash"));
            Assert.That(Refused(() => Read(store, blob with { Size = 99 })).Message, Does.Contain("100 bytes instead of 99"));
            Assert.That(Refused(() => Read(store, blob with { Key = new byte[32] })).Message, Does.Contain("does not open"));
            Assert.That(Refused(() => Read(store, blob.WithoutKey())).Message, Does.Contain("key is missing"));
        });
    }

    [Test]
    public void More_than_allowed_is_refused_and_leaves_nothing()
    {
        var store = Open();
        Assert.That(Refused(() => Put(store, Plain(1001), maxBytes: 1000)).Code, Is.EqualTo(ErrorCode.LimitExceeded));
        Assert.That(store.UsedBytes, Is.Zero);
        Assert.That(Directory.GetFiles(_folder.Path), Is.Empty);
    }

    [Test]
    public async Task A_full_store_says_so_and_goes_on_when_there_is_room_again()
    {
        var store = Open(quota: 300_000);
        var first = await Put(store, Plain(200_000));
        Assert.That(Refused(() => Put(store, Plain(200_001))).Message, Does.Contain("blob store is full"));
        Assert.That(Directory.GetFiles(_folder.Path), Has.Length.EqualTo(1));
        store.Delete(first.Root);
        Assert.That(store.UsedBytes, Is.Zero);
        await Put(store, Plain(200_001));
    }

    [Test]
    public async Task What_a_crash_left_is_cleaned_and_a_download_is_kept()
    {
        var blob = await Put(Open(), Plain(100));
        File.WriteAllText(_folder["abc.put"], "half");
        var part = Hash32.Of([1]) + ".part";
        File.WriteAllText(_folder[part], "new");
        var store = Open();
        Assert.That(Directory.GetFiles(_folder.Path).Select(Path.GetFileName), Is.EquivalentTo(new[] { blob.Root.ToString(), part }));
        Assert.That(store.UsedBytes, Is.EqualTo(new FileInfo(_folder[blob.Root.ToString()]).Length + 3));
        Assert.That(store.Roots(), Is.EquivalentTo(new[] { blob.Root, Hash32.Of([1]) }));
    }

    [Test]
    public async Task A_download_goes_on_where_it_was_broken_off()
    {
        using var other = new TempFolder();
        var (blob, manifest, chunks) = await Elsewhere(other, Plain((3 * WireLimits.ChunkBytes) + 5));
        var store = Open();
        using (var partial = store.Resume(blob.Root, manifest))
        {
            Assert.That(partial.Add(2, chunks[2]), "chunks may come in any order");
            Assert.That(partial.Add(0, chunks[0]));
            Assert.That(partial.Add(0, chunks[0]), "and twice");
            Assert.That(partial.Chunks, Is.EqualTo(2));
        }

        using (var file = File.OpenWrite(_folder[blob.Root + ".part"]))
        {
            file.Position = BlobLayout.Offset(1);
            file.Write(chunks[1].AsSpan(0, 1000));
        }

        store = Open();
        var used = store.UsedBytes;
        using (var partial = store.Resume(blob.Root, manifest))
        {
            Assert.That(Enumerable.Range(0, 4).Select(partial.Has), Is.EqualTo(new[] { true, false, true, false }), "half a chunk is none");
            Assert.That(partial.Add(1, chunks[1]));
            Assert.That(partial.IsWhole, Is.False);
            Assert.That(partial.Add(3, chunks[3]));
            Assert.That(partial.IsWhole);
            await store.FinishAsync(partial, blob.Root);
        }

        Assert.That(await Read(store, blob), Is.EqualTo(Plain((3 * WireLimits.ChunkBytes) + 5)));
        Assert.That(store.UsedBytes, Is.EqualTo(new FileInfo(_folder[blob.Root.ToString()]).Length).And.EqualTo(used), "the room was taken at the start");
        Assert.That(Directory.GetFiles(_folder.Path), Has.Length.EqualTo(1));
    }

    [Test]
    public async Task A_chunk_that_the_manifest_does_not_promise_is_not_kept()
    {
        using var other = new TempFolder();
        var (blob, manifest, chunks) = await Elsewhere(other, Plain(WireLimits.ChunkBytes + 5));
        var store = Open();
        using var partial = store.Resume(blob.Root, manifest);
        Assert.That(partial.Add(0, chunks[1]), Is.False);
        Assert.That(partial.Add(0, []), Is.False);
        chunks[0][7] ^= 1;
        Assert.That(partial.Add(0, chunks[0]), Is.False);
        chunks[0][7] ^= 1;
        Assert.That(partial.Chunks, Is.Zero);
        Assert.That(partial.Add(0, chunks[0]));
    }

    [Test]
    public async Task A_download_that_does_not_fit_is_refused_before_its_first_chunk()
    {
        using var other = new TempFolder();
        var (blob, manifest, _) = await Elsewhere(other, Plain(400_000));
        var store = Open(quota: 400_000);
        await Put(store, Plain(1000));
        var (used, wanted) = (store.UsedBytes, BlobLayout.FileLength(manifest));
        var refused = Refused(() => Task.FromResult(store.Resume(blob.Root, manifest)));
        Assert.That(refused.Code, Is.EqualTo(ErrorCode.LimitExceeded));
        Assert.That(refused.Message, Does.Contain($"{used} of 400000").And.Contain($"{wanted} more"));
        Assert.That(store.UsedBytes, Is.EqualTo(used));
    }

    [Test]
    public async Task Room_is_taken_from_what_was_used_longest_ago_and_nobody_needs()
    {
        var (store, clock) = (Open(quota: 450_000), _clock);
        var blobs = new List<BlobRef>();
        for (var i = 0; i < 4; i++)
        {
            blobs.Add(await Put(store, Plain(100_000 + i)));
            clock.Pass(TimeSpan.FromSeconds(1));
        }

        await Read(store, blobs[1]);
        clock.Pass(BlobUses.Fresh);
        Assert.That(Refused(() => Put(store, Plain(100_100))).Message, Does.Contain("blob store is full"), "what is needed is not known yet");
        store.Spares = root => root == blobs[0].Root;
        var last = await Put(store, Plain(100_100));
        Assert.That(blobs.Select(blob => store.Has(blob.Root)), Is.EqualTo(new[] { true, true, false, true }), "the first is needed, the second was read last");
        await Put(store, Plain(100_101));
        Assert.That(blobs.Select(blob => store.Has(blob.Root)), Is.EqualTo(new[] { true, true, false, false }));
        await Put(store, Plain(100_102));
        Assert.That(blobs.Select(blob => store.Has(blob.Root)), Is.EqualTo(new[] { true, false, false, false }));
        Assert.That(Refused(() => Put(store, Plain(100_103))).Message, Does.Contain("blob store is full"), "the rest is needed or fresh");
        Assert.That(store.Has(blobs[0].Root) && store.Has(last.Root));
        Assert.That(store.Taken, Is.EqualTo(3));
    }

    [Test]
    public async Task After_a_restart_the_order_of_use_is_that_of_the_files()
    {
        var store = Open();
        var blobs = new[] { await Put(store, Plain(1000)), await Put(store, Plain(1001)) };
        File.SetLastWriteTimeUtc(_folder[blobs[0].Root.ToString()], _clock.GetUtcNow().UtcDateTime.AddHours(-1));
        File.SetLastWriteTimeUtc(_folder[blobs[1].Root.ToString()], _clock.GetUtcNow().UtcDateTime.AddHours(-2));
        store = Open(quota: 3000);
        store.Spares = static _ => false;
        await Put(store, Plain(1002));
        Assert.That(blobs.Select(blob => store.Has(blob.Root)), Is.EqualTo(new[] { true, false }));
    }

    [Test]
    public void A_full_disk_is_told_with_its_remedy()
    {
        using var folder = new TempFolder();
        using var disk = SmallDisk.Mount(folder.Path, "512k");
        var store = BlobStore.Open(folder["blobs"], Plenty, TimeProvider.System);
        var refused = Refused(() => Put(store, Plain(2 << 20)));
        Assert.That(refused.Code, Is.EqualTo(ErrorCode.Host));
        Assert.That(refused.Message, Does.Contain("disk is full"));
        Assert.That(store.UsedBytes, Is.Zero);
    }

    [Test]
    public async Task A_disk_that_lets_nothing_go_is_told_and_what_is_there_still_counts()
    {
        using var folder = new TempFolder();
        using var disk = SmallDisk.Mount(folder.Path, "2m");
        var store = BlobStore.Open(folder["blobs"], 150_000, _clock);
        var blob = await Put(store, Plain(100_000));
        var used = store.UsedBytes;
        _clock.Pass(BlobUses.Fresh);
        store.Spares = static _ => false;
        disk.Harden();
        Assert.That(() => store.MakeRoom(100_000), Throws.InstanceOf<PeerComputeException>().With.Message.Contains("check the disk"));
        Assert.That((store.Has(blob.Root), store.UsedBytes), Is.EqualTo((true, used)));
        var log = new List<string>();
        var gate = new BlobGate(static () => 0);
        new BlobKeeper(store, gate, new Uploads(store, gate, _folder.Path), log.Add).Drop([blob.Root]);
        Assert.That(log.Single(), Does.Contain("could not be deleted"));
    }

    private BlobStore Open(long quota = Plenty) => BlobStore.Open(_folder.Path, quota, _clock);

    private void Flip(Hash32 root, int offset)
    {
        using var file = File.Open(_folder[root.ToString()], FileMode.Open);
        file.Position = offset;
        var b = file.ReadByte();
        file.Position = offset;
        file.WriteByte((byte)(b ^ 1));
    }

    private static byte[] Plain(int size)
    {
        var bytes = new byte[size];
        new Random(size).NextBytes(bytes);
        return bytes;
    }

    private static Task<BlobRef> Put(BlobStore store, byte[] plain, ulong maxBytes = 64 << 20)
        => store.PutAsync(new MemoryStream(plain), Hash32.Of([9]).ToArray(), maxBytes);

    private static async Task<byte[]> Read(BlobStore store, BlobRef blob)
    {
        var plain = new MemoryStream();
        await store.OpenAsync(blob, plain);
        return plain.ToArray();
    }

    private static PeerComputeException Refused(Func<Task> work) => Assert.ThrowsAsync<PeerComputeException>(() => work())!;

    private static async Task<(BlobRef Blob, BlobManifest Manifest, byte[][] Chunks)> Elsewhere(TempFolder folder, byte[] plain)
    {
        var store = BlobStore.Open(folder.Path, Plenty, TimeProvider.System);
        var blob = await Put(store, plain);
        using var open = store.OpenChunks(blob.Root)!;
        var chunks = new byte[open.Manifest.Chunks.Length][];
        for (var i = 0; i < chunks.Length; i++)
        {
            var buffer = new byte[BlobLayout.SealedBytes];
            chunks[i] = buffer[..open.Read(i, buffer)];
        }

        return (blob, open.Manifest, chunks);
    }
}
