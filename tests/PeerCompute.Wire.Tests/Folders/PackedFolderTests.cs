// SPDX-License-Identifier: Apache-2.0
using Google.Protobuf;
using PeerCompute.Base.Errors;
using PeerCompute.Base.States;
using PeerCompute.Wire.Folders;
using PeerCompute.Wire.V1;

namespace PeerCompute.Wire.Tests.Folders;

[TestFixture]
internal sealed class PackedFolderTests
{
    private const int Chunk = Wire.Folders.PackedFolder.ChunkBytes;
    private static readonly byte[] Content = [.. Enumerable.Repeat((byte)7, 32)];

    [Test]
    public void What_is_packed_comes_out()
    {
        var big = Enumerable.Range(0, (2 * Chunk) + 5).Select(i => (byte)(i >> 8)).ToArray();
        var (bytes, folder) = Pack(("a", null), ("a/big", big), ("a/empty", []), ("b", "small"u8.ToArray()));
        Assert.That(folder.Manifest.Entries.Select(e => (e.Path, e.Kind, e.Length)), Is.EqualTo(new[]
        {
            ("a", FolderEntryKind.Folder, 0L), ("a/big", FolderEntryKind.File, big.Length), ("a/empty", FolderEntryKind.File, 0L),
            ("b", FolderEntryKind.File, 5L),
        }));
        Assert.That(Read(bytes, folder, 1), Is.EqualTo(big));
        Assert.That(Read(bytes, folder, 3), Is.EqualTo("small"u8.ToArray()));
        Assert.That(folder.Manifest.Entries[1].Content, Is.EqualTo(PageTree.Empty.Capture(new BytePages(big), big.Length).Root));
        var again = Pack(("a", null), ("a/big", big), ("a/empty", []), ("b", "small"u8.ToArray()));
        Assert.That(again.Bytes, Is.EqualTo(bytes), "the same folder gives the same bytes");
    }

    [Test]
    public void An_empty_folder_is_one()
    {
        var (bytes, folder) = Pack();
        Assert.That(folder.Manifest.Entries, Is.Empty);
        Assert.That(bytes, Has.Length.EqualTo(Wire.Folders.PackedFolder.TrailerBytes));
    }

    [Test]
    public void Equal_chunks_of_any_files_stand_once()
    {
        var zeros = new byte[3 * Chunk];
        var (bytes, folder) = Pack(("one", zeros), ("two", zeros), ("two-and-more", [.. zeros, 1]));
        Assert.That(bytes, Has.Length.LessThan(Chunk + 1000), "one chunk of zeros, one of one byte, and the list");
        Assert.That(Read(bytes, folder, 2), Is.EqualTo((byte[])[.. zeros, 1]));
    }

    [TestCase("", "is none")]
    [TestCase("..", "is none")]
    [TestCase("../x", "is none")]
    [TestCase("a/../../x", "is none")]
    [TestCase("/etc/passwd", "is none")]
    [TestCase("a//b", "is none")]
    [TestCase("a/", "is none")]
    [TestCase("./a", "is none")]
    [TestCase("a\\b", "backslash")]
    [TestCase("a\nb", "control character")]
    [TestCase("a\0b", "control character")]
    [TestCase("a\u001b[2Jb", "control character")]
    public void A_path_that_leads_elsewhere_is_refused(string path, string why)
    {
        var refused = Refused(0, File(path, 0));
        Assert.That(refused.Field, Is.EqualTo("entries[0].path"));
        Assert.That(refused.Reason, Does.Contain(why).And.Contain(": give "));
    }

    [Test]
    public void Long_and_deep_paths_are_refused_with_the_limit()
    {
        Assert.Multiple(() =>
        {
            Assert.That(Refused(0, File(new string('x', 256), 0)).Message, Does.Contain("256 bytes, limit 255"));
            Assert.That(Refused(0, File(string.Join('/', Enumerable.Repeat("y", 33)), 0)).Message, Does.Contain("33 names one below the other, limit 32"));
            Assert.That(Refused(0, File(string.Join('/', Enumerable.Repeat(new string('ä', 120), 5)), 0)).Message, Does.Contain("limit 1024"));
        });
    }

    [Test]
    public void Names_that_stand_twice_or_differ_in_case_alone_are_refused()
    {
        Assert.Multiple(() =>
        {
            Assert.That(Refused(0, File("a", 0), File("a", 0)).Message, Does.Contain("entries[1].path: stands twice"));
            Assert.That(Refused(0, File("A", 0), File("a", 0)).Message, Does.Contain("entries[1].path").And.Contain("case alone"));
            Assert.That(Refused(0, Folder("X"), File("X/f", 0), File("x", 0)).Message, Does.Contain("entries[2].path").And.Contain("case alone"));
            Assert.That(Refused(0, File("ä", 0), File("Ä", 0)).Message, Does.Contain("not sorted"));
            Assert.That(Refused(0, File("Ä", 0), File("ä", 0)).Message, Does.Contain("case alone"));
            Assert.That(Refused(0, File("b", 0), File("a", 0)).Message, Does.Contain("entries[1].path: not sorted"));
        });
    }

    [Test]
    public void What_lies_in_a_file_or_in_no_folder_is_refused()
    {
        Assert.That(Refused(0, File("a/b", 0)).Message, Does.Contain("entries[0].path: lies in no folder of the list"));
        Assert.That(Refused(0, File("a", 0), File("a/b", 0)).Message, Does.Contain("entries[1].path: lies in no folder of the list"));
    }

    [Test]
    public void Links_devices_and_all_else_that_is_no_file_or_folder_have_no_kind()
    {
        for (var kind = 3; kind < 20; kind++)
            Assert.That(Refused(0, new PackedEntry { Path = "a", Kind = (PackedEntry.Types.Kind)kind }).Field, Is.EqualTo("entries[0].kind"));
    }

    [Test]
    public void A_program_stays_executable_and_nothing_else_changes()
    {
        var roots = new List<Base.Crypto.Hash32>();
        foreach (var executable in new[] { false, true })
        {
            var packer = new FolderPacker();
            packer.File("run", executable);
            packer.Chunk([1, 2, 3]);
            var packed = packer.Finish();
            var folder = Wire.Folders.PackedFolder.Decode(packed.AsMemory(0, packed.Length - 12), 3);
            Assert.That(folder.Manifest.Entries.Single(), Is.EqualTo(new FolderEntry("run", FolderEntryKind.File, 3, folder.Manifest.Entries[0].Content)
            {
                Executable = executable,
            }));
            roots.Add(folder.Manifest.Root);
        }

        Assert.That(roots, Is.Unique, "who may execute what is a part of a folder's name");
    }

    [Test]
    public void A_folder_that_may_be_executed_and_a_bit_written_otherwise_are_refused()
    {
        var refused = Refused(0, new PackedEntry { Path = "a", Executable = true });
        Assert.That(refused.Message, Does.Contain("entries[0].executable: set for a folder").And.Contain("leave it out"));
        var entry = File("a", 0);
        entry.Executable = true;
        var list = new V1.PackedFolder { Entries = { entry } }.ToByteArray();
        Assert.That(list[^2..], Is.EqualTo(new byte[] { 6 << 3, 1 }), "the bit is the last field");
        Assert.That(Wire.Folders.PackedFolder.Decode(list, 0).Manifest.Entries[0].Executable, Is.True);
        foreach (byte odd in new byte[] { 0, 2, 127 })
            Assert.That(() => Wire.Folders.PackedFolder.Decode((byte[])[.. list[..^1], odd], 0), Throws.InstanceOf<WireException>(), $"{odd}");
    }

    [Test]
    public void More_bytes_than_allowed_are_refused_though_the_chunks_are_few()
    {
        const int files = 5;
        var bomb = Enumerable.Range(0, files).Select(i =>
        {
            var file = File($"f{i}", 1UL << 28);
            file.Chunks.AddRange(Enumerable.Repeat(0u, (1 << 28) / Chunk));
            return file;
        }).ToArray();
        Assert.That(Refused(Chunk, bomb).Message, Does.Contain("entries[4].length: 1342177280 bytes with those before, limit 1073741824"));
        Assert.That(Refused(0, File("a", ulong.MaxValue)).Field, Is.EqualTo("entries[0].length"));
    }

    [Test]
    public void More_entries_than_allowed_are_refused()
    {
        var many = Enumerable.Range(0, FolderNames.EntriesMost + 1).Select(i => Folder($"{i:d6}")).ToArray();
        Assert.That(Refused(0, many).Message, Does.Contain("10001 files and folders, limit 10000: give several folders"));
    }

    [Test]
    public void Chunks_that_are_not_there_not_in_order_or_of_another_length_are_refused()
    {
        Assert.Multiple(() =>
        {
            Assert.That(Refused(10, File("a", 10)).Message, Does.Contain("entries[0].chunks: 0 chunks for 10 bytes, expected 1"));
            Assert.That(Refused(10, File("a", 10, 1)).Message, Does.Contain("entries[0].chunks[0]: is chunk 1 and 0 stand before"));
            Assert.That(Refused(10, File("a", 10, 0), File("b", 11, 0)).Message, Does.Contain("entries[1].chunks[0]: is 11 bytes here and 10 before"));
            Assert.That(Refused(9, File("a", 10, 0)).Message, Does.Contain("9 bytes of chunks where the list has 10"));
            Assert.That(Refused(11, File("a", 10, 0)).Message, Does.Contain("11 bytes of chunks where the list has 10"));
        });
    }

    [Test]
    public void A_folder_with_bytes_and_a_file_without_its_root_are_refused()
    {
        Assert.That(Refused(0, new PackedEntry { Path = "a", Content = ByteString.CopyFrom(Content) }).Message, Does.Contain("is a folder and has bytes"));
        Assert.That(Refused(0, new PackedEntry { Path = "a", Kind = PackedEntry.Types.Kind.File }).Message, Does.Contain("entries[0].content: missing"));
    }

    [Test]
    public void A_trailer_that_is_none_or_too_long_is_refused()
    {
        var (bytes, _) = Pack(("a", [1]));
        var trailer = bytes[^12..];
        Assert.That(() => Wire.Folders.PackedFolder.ListLength(new byte[12], 100), Throws.InstanceOf<WireException>());
        Assert.That(() => Wire.Folders.PackedFolder.ListLength((byte[])[255, 255, 255, 255, .. trailer[4..]], long.MaxValue),
            Throws.InstanceOf<WireException>().With.Message.Contains("4294967295 bytes, limit 4194304"));
        Assert.That(() => Wire.Folders.PackedFolder.ListLength((byte[])[100, 0, 0, 0, .. trailer[4..]], 111),
            Throws.InstanceOf<WireException>().With.Message.Contains("cut short"));
    }

    [Test]
    public void Any_changed_byte_of_a_list_is_refused_or_seen()
    {
        var (bytes, folder) = Pack(("a", null), ("a/b", [1, 2, 3]));
        var list = bytes[3..^12];
        for (var i = 0; i < list.Length; i++)
        {
            var bad = (byte[])list.Clone();
            bad[i] ^= 1;
            try
            {
                Assert.That(Wire.Folders.PackedFolder.Decode(bad, 3).Manifest.Root, Is.Not.EqualTo(folder.Manifest.Root));
            }
            catch (WireException)
            {
                // Refused.
            }
        }
    }

    private static PackedEntry File(string path, ulong length, params uint[] chunks)
        => new() { Path = path, Kind = PackedEntry.Types.Kind.File, Length = length, Content = ByteString.CopyFrom(Content), Chunks = { chunks } };

    private static PackedEntry Folder(string path) => new() { Path = path };

    private static WireException Refused(long front, params PackedEntry[] entries)
        => Assert.Throws<WireException>(() => Wire.Folders.PackedFolder.Decode(new V1.PackedFolder { Entries = { entries } }.ToByteArray(), front))!;

    private static (byte[] Bytes, Wire.Folders.PackedFolder Folder) Pack(params (string Path, byte[]? Content)[] entries)
    {
        var (packer, bytes) = (new FolderPacker(), new List<byte>());
        foreach (var (path, content) in entries)
        {
            if (content is null)
            {
                packer.Folder(path);
                continue;
            }

            packer.File(path);
            foreach (var chunk in content.Chunk(Chunk))
            {
                if (packer.Chunk(chunk)) bytes.AddRange(chunk);
            }
        }

        Assert.That(packer.Length, Is.EqualTo(bytes.Count));
        bytes.AddRange(packer.Finish());
        var packed = bytes.ToArray();
        var list = Wire.Folders.PackedFolder.ListLength(packed.AsSpan(packed.Length - 12), packed.Length);
        return (packed, Wire.Folders.PackedFolder.Decode(packed.AsMemory(packed.Length - 12 - list, list), packed.Length - 12 - list));
    }

    private static byte[] Read(byte[] packed, Wire.Folders.PackedFolder folder, int entry)
    {
        var bytes = new List<byte>();
        while (bytes.Count < folder.Manifest.Entries[entry].Length)
        {
            var (at, count) = folder.Locate(entry, bytes.Count);
            bytes.AddRange(packed[(int)at..((int)at + count)]);
        }

        return [.. bytes];
    }
}
