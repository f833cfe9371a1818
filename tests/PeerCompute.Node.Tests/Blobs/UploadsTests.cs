// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Node.Blobs;
using PeerCompute.Wire.Blobs;
using PeerCompute.Wire.Common;

namespace PeerCompute.Node.Tests.Blobs;

/// <summary>What clients handed in, and the copies that jobs get.</summary>
[TestFixture]
internal sealed class UploadsTests
{
    private TempFolder _folder = null!;
    private BlobStore _store = null!;
    private BlobGate _gate = null!;
    private Uploads _uploads = null!;

    [SetUp]
    public void Make()
    {
        _folder = new TempFolder();
        Directory.CreateDirectory(_folder["uploads"]);
        _store = BlobStore.Open(_folder["blobs"], 1 << 30, TimeProvider.System);
        Again();
    }

    [TearDown]
    public void Remove() => _folder.Dispose();

    [Test]
    public async Task Two_jobs_with_one_input_show_no_common_root_or_chunk([Values(0, 5, WireLimits.ChunkBytes, (3 * WireLimits.ChunkBytes) + 1)] int size)
    {
        var plain = Bytes(size);
        var upload = await AddAsync(plain);
        BlobRef[] copies = [upload, await _uploads.CopyAsync(upload, default), await _uploads.CopyAsync(upload, default)];
        Assert.That(copies.Select(static c => c.Root), Is.Unique);
        Assert.That(copies.SelectMany(c => _store.Manifest(c.Root)!.Chunks), Is.Unique);
        foreach (var copy in copies)
        {
            var opened = new MemoryStream();
            await _store.OpenAsync(copy, opened);
            Assert.That(opened.ToArray(), Is.EqualTo(plain));
        }
    }

    [Test]
    public async Task The_same_bytes_handed_in_twice_take_no_more_room()
    {
        var first = await AddAsync(Bytes(1000));
        var used = _store.UsedBytes;
        Assert.That(await AddAsync(Bytes(1000)), Is.EqualTo(first));
        Assert.That(_store.UsedBytes, Is.EqualTo(used));
    }

    [Test]
    public async Task A_public_copy_is_one_on_every_node_and_after_a_restart()
    {
        var upload = await AddAsync(Bytes(1000));
        var copy = await _uploads.PublishAsync(upload, default);
        Assert.That(copy.Key.ToArray(), Is.EqualTo(BlobRef.PublicKey(upload.Plain)));
        Assert.That(await _uploads.PublishAsync(upload, default), Is.EqualTo(copy));
        Assert.That(_gate.Keeps(copy.Root));
        Assert.That(_gate.Keeps(upload.Root), Is.False);
        Again();
        Assert.That(_gate.Judge(new BlobRequest(copy.Root, 0, 1, true, default), default), Is.EqualTo(BlobRefusal.None));
        _uploads.Forget(copy);
        Assert.That(_store.Has(copy.Root), "a public copy is not one job's to delete");

        var elsewhere = BlobStore.Open(_folder["elsewhere"], 1 << 30, TimeProvider.System);
        var same = await elsewhere.PutAsync(new MemoryStream(Bytes(1000)), BlobRef.PublicKey(Hash32.Of(Bytes(1000))), 1 << 20);
        Assert.That(same.Root, Is.EqualTo(copy.Root));
    }

    [Test]
    public async Task A_damaged_or_lost_upload_gives_no_copy_and_leaves_nothing()
    {
        var upload = await AddAsync(Bytes(3 * WireLimits.ChunkBytes));
        using (var file = File.OpenWrite(Path.Combine(_folder["blobs"], upload.Root.ToString())))
        {
            file.Position = 2 * WireLimits.ChunkBytes;
            file.Write(new byte[100]);
        }

        var used = _store.UsedBytes;
        var damaged = Assert.ThrowsAsync<PeerComputeException>(() => _uploads.CopyAsync(upload, default));
        Assert.That(damaged!.Code, Is.EqualTo(ErrorCode.NotAuthentic));
        _store.Delete(upload.Root);
        var lost = Assert.ThrowsAsync<PeerComputeException>(() => _uploads.CopyAsync(upload, default));
        Assert.That(lost!.Code, Is.EqualTo(ErrorCode.NotFound));
        Assert.That(_store.UsedBytes, Is.LessThan(used));
        Assert.That(Directory.GetFiles(_folder["blobs"]), Is.Empty);
    }

    private void Again() => _uploads = new Uploads(_store, _gate = Tokens.Gate(), _folder["uploads"]);

    private Task<BlobRef> AddAsync(byte[] plain) => _uploads.AddAsync(new MemoryStream(plain), default);

    private static byte[] Bytes(int count) => [.. Enumerable.Range(0, count).Select(static i => (byte)(i * 7))];
}
