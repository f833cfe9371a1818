// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Wasm.Wasi;

namespace PeerCompute.Wasm.Tests.Wasi;

/// <summary>What every implementation of <see cref="IGuestFiles"/> answers, shown on the one in memory.</summary>
[TestFixture]
public sealed class MemoryGuestFilesTests
{
    private MemoryGuestFiles _files = null!;

    [SetUp]
    public void Begin()
    {
        _files = new MemoryGuestFiles(100, 5);
        _files.Put("a/file", [1, 2, 3]);
        _files.Put("fixed", [9], true);
    }

    [Test]
    public void BytesAreGivenBackWhenAFileLosesItsNameAndItsLastUser()
    {
        Assert.That(_files.Open("a/file", GuestOpen.Write, out var file), Is.EqualTo(GuestError.None));
        Assert.That(_files.Unlink("a/file"), Is.EqualTo(GuestError.None));
        Assert.That(_files.Used, Is.EqualTo(4));
        var buffer = new byte[10];
        Assert.That(file!.Read(1, buffer, out var count), Is.EqualTo(GuestError.None));
        Assert.That(buffer[..count], Is.EqualTo(new byte[] { 2, 3 }));
        file.Dispose();
        file.Dispose();
        Assert.That(_files.Used, Is.EqualTo(1));
        Assert.That(_files.Stat("a/file", out _), Is.EqualTo(GuestError.NotFound));
    }

    [Test]
    public void BytesOverTheCapacityAreRefusedAndNothingIsWritten()
    {
        _files.Open("a/file", GuestOpen.Write, out var file);
        using (file)
        {
            Assert.That(file!.Write(0, new byte[100]), Is.EqualTo(GuestError.NoSpace));
            Assert.That(file.Length, Is.EqualTo(3));
            Assert.That(file.SetLength(100), Is.EqualTo(GuestError.NoSpace));
            Assert.That(file.Write(long.MaxValue - 5, [1]), Is.EqualTo(GuestError.NoSpace));
            Assert.That(file.SetLength(99), Is.EqualTo(GuestError.None));
            Assert.That(file.SetLength(0), Is.EqualTo(GuestError.None));
            Assert.That(file.Write(2, [7]), Is.EqualTo(GuestError.None));
        }

        _files.TryGet("a/file", out var bytes);
        Assert.That(bytes.ToArray(), Is.EqualTo(new byte[] { 0, 0, 7 }), "a gap reads as zeros, also where there were bytes before");
    }

    [Test]
    public void EntriesOverTheirNumberAreRefused()
    {
        Assert.That(_files.CreateFolder("b"), Is.EqualTo(GuestError.None));
        Assert.That(_files.CreateFolder("c"), Is.EqualTo(GuestError.None));
        Assert.That(_files.CreateFolder("d"), Is.EqualTo(GuestError.NoSpace));
        Assert.That(_files.RemoveFolder("c"), Is.EqualTo(GuestError.None));
        Assert.That(_files.CreateFolder("d"), Is.EqualTo(GuestError.None));
    }

    [Test]
    public void NamesLeadWhereTheyShould()
    {
        Assert.That(_files.Open("a", GuestOpen.Read, out _), Is.EqualTo(GuestError.IsFolder));
        Assert.That(_files.Open("a/file/x", GuestOpen.Read, out _), Is.EqualTo(GuestError.NotFolder));
        Assert.That(_files.Open("none", GuestOpen.Read, out _), Is.EqualTo(GuestError.NotFound));
        Assert.That(_files.Open("no/file", GuestOpen.Write | GuestOpen.Create, out _), Is.EqualTo(GuestError.NotFound));
        Assert.That(_files.Open("fixed", GuestOpen.Write | GuestOpen.Create | GuestOpen.New, out _), Is.EqualTo(GuestError.Exists));
        Assert.That(_files.Open("fixed", GuestOpen.Write, out _), Is.EqualTo(GuestError.Access));
        Assert.That(_files.Unlink("fixed"), Is.EqualTo(GuestError.Access));
        Assert.That(_files.Unlink("a"), Is.EqualTo(GuestError.IsFolder));
        Assert.That(_files.RemoveFolder("a"), Is.EqualTo(GuestError.NotEmpty));
        Assert.That(_files.RemoveFolder("fixed"), Is.EqualTo(GuestError.NotFolder));
        Assert.That(_files.List("fixed", out _), Is.EqualTo(GuestError.NotFolder));
    }

    [Test]
    public void RenamingReplacesAFileButNeverAFullFolderOrItself()
    {
        _files.Put("b", [5]);
        Assert.That(_files.Rename("b", "a/file"), Is.EqualTo(GuestError.None));
        Assert.That(_files.TryGet("a/file", out var bytes), Is.True);
        Assert.That(bytes.ToArray(), Is.EqualTo(new byte[] { 5 }));
        Assert.That(_files.Used, Is.EqualTo(2));
        Assert.That(_files.Rename("a", "a/inside"), Is.EqualTo(GuestError.Invalid));
        Assert.That(_files.Rename("fixed", "a/file"), Is.EqualTo(GuestError.Access));
        Assert.That(_files.Rename("a/file", "fixed"), Is.EqualTo(GuestError.Access));
        Assert.That(_files.CreateFolder("c"), Is.EqualTo(GuestError.None));
        Assert.That(_files.Rename("a", "c"), Is.EqualTo(GuestError.None), "over an empty folder");
        Assert.That(_files.Paths(), Is.EqualTo(new[] { "c/file", "fixed" }));
    }
}
