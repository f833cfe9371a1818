// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using PeerCompute.Base.Errors;
using PeerCompute.Client.Folders;
using PeerCompute.Wire.Folders;

namespace PeerCompute.Client.Tests.Folders;

/// <summary>Folders of this machine, packed and unpacked.</summary>
[TestFixture]
internal sealed class FolderTests
{
    private const long Plenty = 1 << 20;

    private TempFolder _folder = null!;
    private string _from = null!;
    private string _to = null!;

    [SetUp]
    public void Make()
    {
        _folder = new TempFolder();
        (_from, _to) = (Path.Combine(_folder.Path, "from"), Path.Combine(_folder.Path, "to"));
        Directory.CreateDirectory(Path.Combine(_from, "deep", "deeper"));
        Directory.CreateDirectory(Path.Combine(_from, "nothing"));
        File.WriteAllText(Path.Combine(_from, "a.txt"), "a");
        File.WriteAllBytes(Path.Combine(_from, "deep", "big"), [.. Enumerable.Range(0, 600_000).Select(i => (byte)(i >> 9))]);
        File.WriteAllText(Path.Combine(_from, "deep", "deeper", "ümläut ☃"), "");
    }

    [TearDown]
    public void Remove() => _folder.Dispose();

    [Test]
    public void What_was_packed_is_unpacked()
    {
        FolderTarget.Unpack(Pack(), _to, Plenty);
        Assert.That(Tree(_to), Is.EqualTo(Tree(_from)));
        Assert.That(Directory.GetFileSystemEntries(_folder.Path), Has.Length.EqualTo(2), "nothing else is left");
    }

    [Test]
    [Platform("Linux")]
    [SupportedOSPlatform("linux")]
    public void A_program_stays_executable_for_whoever_may_read_it_and_gets_no_other_right()
    {
        const UnixFileMode Mine = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        const UnixFileMode Odd = UnixFileMode.SetUser | UnixFileMode.SetGroup | UnixFileMode.StickyBit | UnixFileMode.OtherWrite;
        File.SetUnixFileMode(Path.Combine(_from, "a.txt"), Mine | UnixFileMode.UserExecute | Odd);
        FolderTarget.Unpack(Pack(), _to, Plenty);
        var (program, file) = (File.GetUnixFileMode(Path.Combine(_to, "a.txt")), File.GetUnixFileMode(Path.Combine(_to, "deep", "big")));
        const UnixFileMode Execute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        Assert.That(file & Execute, Is.EqualTo(UnixFileMode.None));
        Assert.That(program & ~Execute, Is.EqualTo(file), "as any new file here");
        Assert.That((int)(program & Execute), Is.EqualTo(((int)file & 0b100_100_100) >> 2));
    }

    [Test]
    public void What_was_there_is_replaced_and_a_link_in_its_place_is_not_followed()
    {
        var outside = Directory.CreateDirectory(Path.Combine(_folder.Path, "outside")).FullName;
        File.WriteAllText(Path.Combine(outside, "a.txt"), "mine");
        Directory.CreateSymbolicLink(_to, outside);
        FolderTarget.Unpack(Pack(), _to, Plenty);
        Assert.That(File.ReadAllText(Path.Combine(outside, "a.txt")), Is.EqualTo("mine"));
        Assert.That(Directory.GetFileSystemEntries(outside), Has.Length.EqualTo(1));

        File.WriteAllText(Path.Combine(_to, "old"), "");
        Directory.CreateSymbolicLink(Path.Combine(_to, "deep", "link"), outside);
        FolderTarget.Unpack(Pack(), _to, Plenty);
        Assert.That(Tree(_to), Is.EqualTo(Tree(_from)));
        Assert.That(File.Exists(Path.Combine(outside, "a.txt")));
    }

    [Test]
    public void More_than_allowed_is_not_unpacked_though_it_is_packed_small()
    {
        File.WriteAllBytes(Path.Combine(_from, "zeros"), new byte[8 << 20]);
        var packed = Pack();
        Assert.That(packed.Length, Is.LessThan(Plenty));
        var refused = Assert.Throws<PeerComputeException>(() => FolderTarget.Unpack(packed, _to, Plenty));
        Assert.That(refused!.Message, Does.Contain("limit 1048576").And.Contain("limits.output"));
        Assert.That(Directory.Exists(_to), Is.False);
    }

    [Test]
    public void Changed_bytes_are_refused_by_name_and_leave_nothing()
    {
        var packed = Pack();
        packed.Position = 0;
        packed.WriteByte((byte)(packed.GetBuffer()[0] ^ 1));
        var refused = Assert.Throws<PeerComputeException>(() => FolderTarget.Unpack(packed, _to, Plenty));
        Assert.That(refused!.Code, Is.EqualTo(ErrorCode.NotAuthentic));
        Assert.That(refused.Message, Does.Contain("'a.txt' holds other bytes"));
        Assert.That(Directory.GetFileSystemEntries(_folder.Path), Is.EqualTo(new[] { _from }));
    }

    [Test]
    public void Bytes_that_are_no_packed_folder_are_refused([Values(0, 5, 12, 1000)] int length)
    {
        var refused = Assert.Throws<PeerComputeException>(() => FolderTarget.Unpack(new MemoryStream(new byte[length]), _to, Plenty));
        Assert.That(refused!.Message, Does.Contain("no packed folder"));
    }

    [Test]
    public void A_link_in_an_input_is_refused_by_name()
    {
        File.CreateSymbolicLink(Path.Combine(_from, "deep", "link"), "/etc/passwd");
        Assert.That(Refused().Message, Does.Contain("link': is a link").And.Contain("leave it out"));
    }

    [Test]
    [Platform("Linux")]
    public void A_pipe_in_an_input_is_refused_and_keeps_nobody_waiting()
    {
        using (var make = Process.Start("mkfifo", Path.Combine(_from, "pipe"))) make.WaitForExit();
        Assert.That(Refused().Message, Does.Contain("pipe': is no file that can be read"));
    }

    [Test]
    [Platform("Linux")]
    public void Names_that_differ_in_case_alone_are_refused()
    {
        File.WriteAllText(Path.Combine(_from, "A.TXT"), "");
        Assert.That(Refused().Message, Does.Contain("case alone"));
    }

    [Test]
    public void A_folder_that_is_too_deep_is_refused()
    {
        Directory.CreateDirectory(Path.Combine(_from, string.Join('/', Enumerable.Range(0, 40).Select(i => i.ToString(CultureInfo.InvariantCulture)))));
        Assert.That(Refused().Message, Does.Contain($"more than {FolderNames.DepthMost} folders deep"));
    }

    private MemoryStream Pack()
    {
        var packed = new MemoryStream();
        FolderSource.Pack(_from, packed);
        return packed;
    }

    private PeerComputeException Refused()
    {
        var refused = Assert.Throws<PeerComputeException>(() => Pack())!;
        Assert.That(refused.Code, Is.EqualTo(ErrorCode.BadInput));
        return refused;
    }

    private static List<(string Path, string Content)> Tree(string folder)
        => [.. new DirectoryInfo(folder).EnumerateFileSystemInfos("*", SearchOption.AllDirectories).OrderBy(i => i.FullName, StringComparer.Ordinal)
            .Select(i => (Path.GetRelativePath(folder, i.FullName), i is FileInfo ? Convert.ToBase64String(File.ReadAllBytes(i.FullName)) : "folder"))];
}
