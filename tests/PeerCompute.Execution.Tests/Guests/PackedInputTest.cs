// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Execution.Guests;
using PeerCompute.Wasm.Wasi;
using PeerCompute.Wire.Folders;

namespace PeerCompute.Execution.Tests.Guests;

[TestFixture]
internal sealed class PackedInputTest
{
    private static readonly byte[] Big = [.. Enumerable.Range(0, (2 * PackedFolder.ChunkBytes) + 9).Select(i => (byte)(i >> 10))];

    private string _folder = null!;
    private string _packed = null!;

    [SetUp]
    public void Pack()
    {
        _folder = Directory.CreateTempSubdirectory("task").FullName;
        _packed = Path.Combine(_folder, "packed");
        Pack(_packed, ("a", null), ("a/big", Big), ("a/copy", Big), ("b", "small"u8.ToArray()));
    }

    [TearDown]
    public void Remove() => Directory.Delete(_folder, recursive: true);

    /// <summary>Packs entries, sorted; null is a folder.</summary>
    public static void Pack(string path, params (string Path, byte[]? Content)[] entries)
    {
        var packer = new FolderPacker();
        using FileStream file = File.Create(path);
        foreach ((string name, byte[]? content) in entries)
        {
            if (content is null) packer.Folder(name);
            else packer.File(name);
            foreach (byte[] chunk in (content ?? []).Chunk(PackedFolder.ChunkBytes))
            {
                if (packer.Chunk(chunk)) file.Write(chunk);
            }
        }

        file.Write(packer.Finish());
    }

    [Test]
    public void A_guest_sees_its_files_and_nothing_is_unpacked()
    {
        using var files = new FolderFiles(_folder, [("data/", _packed)], new OutputBudget(1000));
        Assert.Multiple(() =>
        {
            Assert.That(List(files, "data"), Is.EqualTo(new[] { new GuestEntry("a", GuestKind.Folder), new GuestEntry("b", GuestKind.File) }));
            Assert.That(Read(files, "data/a/big", 0, Big.Length + 1), Is.EqualTo(Big));
            const int end = PackedFolder.ChunkBytes;
            Assert.That(Read(files, "data/a/copy", end - 3, 7), Is.EqualTo(Big[(end - 3)..(end + 4)]));
            Assert.That(Read(files, "data/b", 0, 100), Is.EqualTo("small"u8.ToArray()));
            Assert.That(Directory.GetFiles(_folder), Is.EqualTo(new[] { _packed }));
        });
    }

    [Test]
    public void It_is_neither_written_renamed_nor_removed()
    {
        using var files = new FolderFiles(_folder, [("data/", _packed)], new OutputBudget(1000));
        Assert.Multiple(() =>
        {
            Assert.That(files.Open("data/b", GuestOpen.Write, out _), Is.EqualTo(GuestError.Access));
            Assert.That(files.Unlink("data/b"), Is.EqualTo(GuestError.Access));
            Assert.That(files.RemoveFolder("data/a"), Is.Not.EqualTo(GuestError.None));
            Assert.That(files.Rename("data", "mine"), Is.EqualTo(GuestError.Access));
            Assert.That(() => files.Tree("data"), Throws.InstanceOf<WireException>().With.Message.Contains("is an input"));
        });
    }

    [Test]
    public void An_empty_input_folder_stays()
    {
        Pack(_packed);
        using var files = new FolderFiles(_folder, [("data/", _packed)], new OutputBudget(1000));
        Assert.That(files.RemoveFolder("data"), Is.EqualTo(GuestError.Access));
    }

    [Test]
    public void A_file_whose_bytes_are_not_those_of_its_root_is_found_by_name()
    {
        PackedInput.Open(_packed).Check();
        byte[] bytes = File.ReadAllBytes(_packed);
        bytes[1] ^= 1;
        File.WriteAllBytes(_packed, bytes);
        Assert.That(PackedInput.Open(_packed).Check, Throws.InstanceOf<WireException>().With.Message.Contains("'a/big' holds other bytes"));
    }

    [Test]
    public void Any_file_cut_anywhere_is_refused([Random(0, 500, 5)] int cut)
    {
        byte[] bytes = File.ReadAllBytes(_packed);
        File.WriteAllBytes(_packed, bytes[..^(1 + cut)]);
        Assert.That(() => PackedInput.Open(_packed).Check(), Throws.InstanceOf<WireException>());
    }

    private static IReadOnlyList<GuestEntry> List(FolderFiles files, string path)
    {
        Assert.That(files.List(path, out IReadOnlyList<GuestEntry> entries), Is.EqualTo(GuestError.None));
        return entries;
    }

    private static byte[] Read(FolderFiles files, string name, long offset, int length)
    {
        Assert.That(files.Open(name, GuestOpen.Read, out IGuestFile? file), Is.EqualTo(GuestError.None));
        using (file)
        {
            byte[] buffer = new byte[length];
            Assert.That(file!.Read(offset, buffer, out int count), Is.EqualTo(GuestError.None));
            return buffer[..count];
        }
    }
}
