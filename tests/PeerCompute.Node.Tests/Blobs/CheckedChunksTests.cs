// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Node.Blobs;
using PeerCompute.Node.Tests.Lending;
using PeerCompute.Wire.Common;

namespace PeerCompute.Node.Tests.Blobs;

[TestFixture]
internal sealed class CheckedChunksTests
{
    private const int Last = 100;

    private TempFolder _folder = null!;
    private WallClock _clock = null!;
    private BlobStore _store = null!;
    private BlobRef _blob = null!;

    [SetUp]
    public async Task Put()
    {
        (_folder, _clock) = (new TempFolder(), new WallClock(DateTimeOffset.UtcNow, TimeZoneInfo.Utc));
        _store = Open();
        _blob = await _store.PutAsync(new MemoryStream(new byte[WireLimits.ChunkBytes + Last]), new byte[32], 1 << 20);
    }

    [TearDown]
    public void Remove() => _folder.Dispose();

    [Test]
    public void A_change_of_the_file_is_found_at_once()
    {
        Assert.That(Good(_store), Is.EqualTo((true, true)));
        Damage(keepsTime: false);
        Assert.That(Good(_store), Is.EqualTo((true, false)));
    }

    [Test]
    public void What_the_disk_loses_silently_is_found_within_the_time_that_a_check_counts()
    {
        Damage(keepsTime: true);
        Assert.That(Good(_store), Is.EqualTo((true, true)), "written a moment ago: not hashed again");
        _clock.Pass(CheckedChunks.Counts);
        Assert.That(Good(_store), Is.EqualTo((true, false)));
        Assert.That(Good(_store), Is.EqualTo((true, false)), "what is bad is not remembered as good");
    }

    [Test]
    public void A_new_life_checks_what_it_did_not_write()
    {
        Damage(keepsTime: true);
        Assert.That(Good(Open()), Is.EqualTo((true, false)));
    }

    private BlobStore Open() => BlobStore.Open(_folder.Path, 1 << 30, _clock);

    private (bool First, bool Second) Good(BlobStore store)
    {
        using var chunks = store.OpenChunks(_blob.Root)!;
        return (chunks.ReadGood(0, new byte[BlobLayout.SealedBytes]), chunks.ReadGood(1, new byte[BlobLayout.SealedLength(_blob.Size, 1)]));
    }

    private void Damage(bool keepsTime)
    {
        var path = _folder[_blob.Root.ToString()];
        var time = File.GetLastWriteTimeUtc(path);
        using (var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite))
        {
            var one = new byte[1];
            RandomAccess.Read(file, one, BlobLayout.SealedBytes + 7);
            RandomAccess.Write(file, [(byte)(one[0] ^ 1)], BlobLayout.SealedBytes + 7);
        }

        // A file system may keep time in coarse steps.
        File.SetLastWriteTimeUtc(path, keepsTime ? time : time.AddSeconds(1));
    }
}
