// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using PeerCompute.Base.Crypto;
using PeerCompute.Core.Runs;
using PeerCompute.Node.Blobs;
using PeerCompute.Node.Tests.Lending;
using PeerCompute.Wire.Common;

namespace PeerCompute.Node.Tests.Blobs;

/// <summary>What goes and what stays when jobs and leases end, when a life begins, and when there is no room.</summary>
[TestFixture]
internal sealed class BlobKeeperTests
{
    private static readonly RunKey Worked = new(Tokens.Lease, RunRole.Work);

    private TempFolder _folder = null!;
    private WallClock _clock = null!;
    private BlobStore _store = null!;
    private BlobGate _gate = null!;
    private Uploads _uploads = null!;
    private BlobKeeper _keeper = null!;

    [SetUp]
    public void Make()
    {
        _folder = new TempFolder();
        _clock = new WallClock(DateTimeOffset.UtcNow, TimeZoneInfo.Utc);
        Directory.CreateDirectory(_folder["uploads"]);
        Again();
    }

    [TearDown]
    public void Remove() => _folder.Dispose();

    [Test]
    public async Task A_life_begins_with_what_is_pinned_shared_or_handed_in_and_nothing_else()
    {
        var upload = await _uploads.AddAsync(new MemoryStream([1, 2, 3]), default);
        var published = await _uploads.PublishAsync(upload, default);
        var (pinned, shared, left) = (await PutAsync(), await PutAsync(), await PutAsync());
        var part = Hash32.Of("begun"u8);
        File.WriteAllText(_folder[$"blobs/{part}.part"], "a lease that ended while the node was down");
        Again();
        _gate.Pin(Worked, [pinned.Root]);
        _gate.Share(Tokens.Job, HostPair.FarKey.PeerId, [shared.Root]);
        _keeper.Sweep();
        Assert.That(_store.Roots(), Is.EquivalentTo(new[] { upload.Root, published.Root, pinned.Root, shared.Root }));
        Assert.That(_store.Has(left.Root) || _store.HasPart(part), Is.False);
        Assert.That(_store.UsedBytes, Is.EqualTo(new DirectoryInfo(_folder["blobs"]).GetFiles().Sum(static file => file.Length)));
    }

    [Test]
    public async Task What_a_lease_needs_outlives_other_leases_and_want_of_room_until_its_last_pin_goes()
    {
        var (needed, other) = (await PutAsync(), await PutAsync());
        _gate.Pin(Worked, [needed.Root]);
        _gate.Pin(Worked with { Role = RunRole.Confirm }, [needed.Root]);
        _keeper.Sweep();
        Assert.That(_store.Has(other.Root), Is.False);
        _keeper.Drop([needed.Root]);
        _clock.Pass(BlobUses.Fresh);
        _store.MakeRoom(_store.LimitBytes);
        Assert.That(_store.Has(needed.Root));
        _gate.Unpin(Worked);
        _keeper.Drop([needed.Root]);
        Assert.That(_store.Has(needed.Root), "the other side of the lease needs it");
        _gate.Unpin(Worked with { Role = RunRole.Confirm });
        _store.MakeRoom(_store.LimitBytes);
        Assert.That(_store.Has(needed.Root), Is.False);
    }

    [Test]
    public async Task Uploads_and_public_copies_give_way_when_room_is_wanted_and_come_again()
    {
        var upload = await _uploads.AddAsync(new MemoryStream([1, 2, 3]), default);
        var published = await _uploads.PublishAsync(upload, default);
        _keeper.Sweep();
        _clock.Pass(BlobUses.Fresh);
        _store.MakeRoom(_store.LimitBytes);
        Assert.That(_store.Roots(), Is.Empty);
        Assert.That(_uploads.Find(upload.Plain), Is.Null);
        Again();
        Assert.That(Directory.GetFiles(_folder["uploads"]), Is.Empty, "no reference is left without its blob");
        upload = await _uploads.AddAsync(new MemoryStream([1, 2, 3]), default);
        Assert.That(await _uploads.PublishAsync(upload, default), Is.EqualTo(published));
    }

    private void Again()
    {
        _store = BlobStore.Open(_folder["blobs"], 1 << 20, _clock);
        _gate = Tokens.Gate();
        _uploads = new Uploads(_store, _gate, _folder["uploads"]);
        _keeper = new BlobKeeper(_store, _gate, _uploads, static line => Assert.Fail(line));
    }

    private Task<BlobRef> PutAsync() => _store.PutAsync(new MemoryStream(RandomNumberGenerator.GetBytes(1000)), RandomNumberGenerator.GetBytes(32), 1000);
}
