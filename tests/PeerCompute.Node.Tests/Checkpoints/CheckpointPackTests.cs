// SPDX-License-Identifier: Apache-2.0
using System.Text;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Node.Blobs;
using PeerCompute.Node.Checkpoints;
using PeerCompute.Wire.Checkpoints;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Folders;

namespace PeerCompute.Node.Tests.Checkpoints;

/// <summary>Checkpoints as packs in a store: what was packed comes out, what is new alone is carried, and what a stranger made up is refused.</summary>
[TestFixture]
internal sealed class CheckpointPackTests
{
    private const long Plenty = 1L << 30;
    private const int FileBytes = 300_000;

    private TempFolder _folder = null!;
    private BlobStore _store = null!;

    [SetUp]
    public void Make()
    {
        _folder = new TempFolder();
        _store = BlobStore.Open(_folder["store"], Plenty, TimeProvider.System);
    }

    [TearDown]
    public void Remove() => _folder.Dispose();

    [Test]
    public async Task What_is_packed_comes_out_and_only_what_is_new_is_carried()
    {
        var packer = new CheckpointPacker(_store);
        var files = new SortedDictionary<string, byte[]>(StringComparer.Ordinal) { ["deep/a"] = Content(1), ["deep/b"] = Content(2), ["z"] = Content(3) };
        var first = await packer.PackAsync(Packed(files), 0, CancellationToken.None);
        var whole = packer.LastBytes;
        files["deep/b"] = Content(4);
        var second = await packer.PackAsync(Packed(files), 0, CancellationToken.None);
        Assert.That(whole, Is.GreaterThan(3UL * FileBytes));
        Assert.That(packer.LastBytes, Is.GreaterThan((ulong)FileBytes).And.LessThan(FileBytes + 10_000UL));
        Assert.That(second.Packs, Has.Length.EqualTo(2));
        await ComesOutAsync(first, new(files) { ["deep/b"] = Content(2) });
        await ComesOutAsync(second, files);
    }

    [Test]
    public async Task Who_goes_on_from_anothers_checkpoint_carries_only_what_is_new_too()
    {
        var files = new SortedDictionary<string, byte[]>(StringComparer.Ordinal) { ["a"] = Content(1), ["b"] = Content(2) };
        var first = await new CheckpointPacker(_store).PackAsync(Packed(files), 0, CancellationToken.None);
        var (_, packed, pieces) = await OpenAsync(first);
        var next = new CheckpointPacker(_store);
        next.GoOn(first, packed, pieces);
        files["c"] = Content(3);
        var second = await next.PackAsync(Packed(files), 0, CancellationToken.None);
        Assert.That(next.LastBytes, Is.LessThan(FileBytes + 10_000UL));
        await ComesOutAsync(second, files);
    }

    [Test]
    public async Task Many_checkpoints_never_keep_more_than_a_few_times_their_size()
    {
        var packer = new CheckpointPacker(_store);
        var files = new SortedDictionary<string, byte[]>(StringComparer.Ordinal) { ["a"] = Content(1), ["b"] = Content(2) };
        for (var i = 0; i < 40; i++)
        {
            files[i % 2 == 0 ? "a" : "b"] = Content(100 + i);
            var checkpoint = await packer.PackAsync(Packed(files), 0, CancellationToken.None);
            Assert.That(checkpoint.Packs, Has.Length.LessThanOrEqualTo(Checkpoint.PacksMost));
            Assert.That(checkpoint.PacksBytes, Is.LessThan((3 * checkpoint.Size) + (1 << 20)));
            if (i % 13 == 0) await ComesOutAsync(checkpoint, files);
        }
    }

    [TestCase("../../out", TestName = "A step up")]
    [TestCase("/abs/olut", TestName = "A full path")]
    [TestCase("./aaaa/xx", TestName = "A dot")]
    [TestCase("aaaaaaa//", TestName = "No name")]
    public async Task Names_that_lead_elsewhere_are_refused(string name)
    {
        var packed = await File.ReadAllBytesAsync(Packed(new(StringComparer.Ordinal) { ["aaaaaaaaa"] = Content(1) }));
        var at = packed.AsSpan().LastIndexOf("aaaaaaaaa"u8);
        Encoding.ASCII.GetBytes(name).CopyTo(packed, at);
        await RefusedAsync(await MadeUpAsync(packed), ErrorCode.BadInput);
    }

    [Test]
    public async Task Pieces_that_are_not_there_or_do_not_add_up_are_refused()
    {
        var packed = await File.ReadAllBytesAsync(Packed(new(StringComparer.Ordinal) { ["a"] = Content(1) }));
        var length = packed.Length;
        await RefusedAsync(await MadeUpAsync(packed, new CheckpointPiece(1, 0, length)), ErrorCode.BadInput);
        await RefusedAsync(await MadeUpAsync(packed, new CheckpointPiece(0, length, 1000)), ErrorCode.BadInput);
        await RefusedAsync(await MadeUpAsync(packed, new CheckpointPiece(0, 0, length - 1)), ErrorCode.BadInput);
        await RefusedAsync(await MadeUpAsync(packed, new CheckpointPiece(0, 0, length), new CheckpointPiece(0, 0, length)), ErrorCode.BadInput);
        await RefusedAsync(await MadeUpAsync(packed, [.. Enumerable.Repeat(new CheckpointPiece(0, 0, 1), CheckpointPieces.Most)]), ErrorCode.BadInput);
        var good = await MadeUpAsync(packed, new CheckpointPiece(0, 0, length));
        await RefusedAsync(good with { Root = Hash32.Of("another"u8) }, ErrorCode.BadInput);
        await RefusedAsync(good with { Packs = [await PutAsync(packed)] }, ErrorCode.BadInput);
        await RefusedAsync(good with { Packs = [await PutAsync([1, 2, 3])] }, ErrorCode.BadInput);
        await RefusedAsync(good with { Packs = [good.Packs[0] with { Root = Hash32.Of("nowhere"u8) }] }, ErrorCode.NotFound);
        await ComesOutAsync(good, new(StringComparer.Ordinal) { ["a"] = Content(1) });
    }

    [Test]
    public async Task Files_beyond_the_jobs_bound_are_refused()
    {
        var checkpoint = await new CheckpointPacker(_store).PackAsync(Packed(new(StringComparer.Ordinal) { ["a"] = Content(1) }), 0, CancellationToken.None);
        await RefusedAsync(checkpoint, ErrorCode.BadInput, FileBytes - 1);
    }

    [Test]
    public async Task A_store_without_room_refuses_and_keeps_what_it_had()
    {
        var small = BlobStore.Open(_folder["small"], 2 * FileBytes, TimeProvider.System);
        var packer = new CheckpointPacker(small);
        SortedDictionary<string, byte[]> files = new(StringComparer.Ordinal) { ["a"] = Content(1) };
        var first = await packer.PackAsync(Packed(files), 0, CancellationToken.None);
        files["b"] = Content(2);
        files["c"] = Content(3);
        var refused = Assert.ThrowsAsync<PeerComputeException>(() => packer.PackAsync(Packed(files), 0, CancellationToken.None));
        Assert.That(refused!.Code, Is.EqualTo(ErrorCode.LimitExceeded), refused.Message);
        files.Remove("b");
        files.Remove("c");
        await ComesOutAsync(first, files, small);
    }

    private static byte[] Content(int seed)
    {
        var bytes = new byte[FileBytes];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private string Packed(SortedDictionary<string, byte[]> files)
    {
        var path = _folder[Path.GetRandomFileName()];
        using var to = File.Create(path);
        var packer = new FolderPacker();
        foreach (var folder in files.Keys.Select(Path.GetDirectoryName).Where(static folder => folder is { Length: > 0 }).Distinct()) packer.Folder(folder!);
        foreach (var (name, content) in files)
        {
            packer.File(name);
            foreach (var chunk in content.Chunk(PackedFolder.ChunkBytes)) if (packer.Chunk(chunk)) to.Write(chunk);
        }

        to.Write(packer.Finish());
        return path;
    }

    /// <summary>A checkpoint that a stranger made up of a packed folder; in one piece, where none is named.</summary>
    private async Task<Checkpoint> MadeUpAsync(byte[] packed, params CheckpointPiece[] pieces)
    {
        CheckpointPiece[] all = pieces.Length > 0 ? pieces : [new CheckpointPiece(0, 0, packed.Length)];
        var pack = await PutAsync([.. packed, .. CheckpointPieces.Encode(all)]);
        var root = Hash32.Of("unknown"u8);
        try
        {
            var path = _folder[Path.GetRandomFileName()];
            await File.WriteAllBytesAsync(path, packed);
            root = PackedFile.Read(path).Root;
        }
        catch (WireException)
        {
            // What breaks a rule has no root; the rule is looked at first.
        }

        return new Checkpoint(0, 1, root, (ulong)packed.Length, [pack]);
    }

    private Task<BlobRef> PutAsync(byte[] bytes) => _store.PutAsync(new MemoryStream(bytes), new byte[ChaChaPoly.KeyLength], WireLimits.BlobBytes);

    private Task<(string Files, PackedFile Packed, IReadOnlyList<CheckpointPiece> Pieces)> OpenAsync(
        Checkpoint checkpoint, long most = Plenty, BlobStore? store = null)
    {
        var place = Directory.CreateDirectory(_folder[Path.GetRandomFileName()]).FullName;
        return new CheckpointOpener(store ?? _store).OpenAsync(checkpoint, (ulong)most, place, CancellationToken.None);
    }

    private async Task ComesOutAsync(Checkpoint checkpoint, SortedDictionary<string, byte[]> files, BlobStore? store = null)
    {
        var (folder, _, _) = await OpenAsync(checkpoint, store: store);
        var found = Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file));
        Assert.That(found, Is.EquivalentTo(files.Keys));
        foreach (var (name, content) in files) Assert.That(await File.ReadAllBytesAsync(Path.Combine(folder, name)), Is.EqualTo(content), name);
    }

    private async Task RefusedAsync(Checkpoint checkpoint, ErrorCode code, long most = Plenty)
    {
        string[] before = Directory.GetFileSystemEntries(_folder.Path);
        var refused = Assert.CatchAsync<Exception>(() => OpenAsync(checkpoint, most));
        Assert.That(refused, Is.InstanceOf<PeerComputeException>(), $"{refused}");
        Assert.That(((PeerComputeException)refused!).Code, Is.EqualTo(code), refused.Message);
        Assert.That(Directory.GetFileSystemEntries(_folder.Path), Has.Length.EqualTo(before.Length + 1), "nothing but its own place");
        await Task.CompletedTask;
    }
}
