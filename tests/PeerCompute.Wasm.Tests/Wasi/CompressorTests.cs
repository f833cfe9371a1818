// SPDX-License-Identifier: Apache-2.0
using System.Text;
using PeerCompute.Wasm.Wasi;

namespace PeerCompute.Wasm.Tests.Wasi;

/// <summary>zlib's minigzip and bzip2, unchanged, against gzip and bzip2 of the machine.</summary>
[TestFixture]
public sealed class CompressorTests
{
    private string _folder = string.Empty;

    [SetUp]
    public void Begin() => _folder = Directory.CreateTempSubdirectory("programs-").FullName;

    [TearDown]
    public void End() => Directory.Delete(_folder, true);

    [Test]
    public void GzipOpensWhatMinigzipWroteToAFile()
    {
        var files = Files("data", Mixed());
        var run = DebianProgram.InEngine("minigzip", files, [], "-9", "data");
        Assert.That(run.ExitCode, Is.Zero, run.ErrorText + run.Exit);
        Assert.That(files.Paths(), Is.EqualTo(new[] { "data.gz" }), "it takes the place of its input");
        var native = DebianProgram.Native("gzip", _folder, Bytes(files, "data.gz"), "-dc");
        Assert.That(native.ExitCode, Is.Zero, native.ErrorText);
        Assert.That(native.Output, Is.EqualTo(Mixed()));
    }

    [Test]
    public void MinigzipOpensWhatGzipWrote()
    {
        var packed = DebianProgram.Native("gzip", _folder, Mixed(), "-c", "-6").Output;
        var files = Files("data.gz", packed);
        var run = DebianProgram.InEngine("minigzip", files, [], "-d", "data.gz");
        Assert.That(run.ExitCode, Is.Zero, run.ErrorText + run.Exit);
        Assert.That(Bytes(files, "data"), Is.EqualTo(Mixed()));
        Assert.That(DebianProgram.InEngine("minigzip", new MemoryGuestFiles(1), packed, "-d").Output, Is.EqualTo(Mixed()), "as a filter");
        packed[packed.Length / 2] ^= 0x10;
        Assert.That(DebianProgram.InEngine("minigzip", new MemoryGuestFiles(1), packed, "-d").ExitCode, Is.Not.Zero, "damaged");
    }

    [TestCase("-1")]
    [TestCase("-9")]
    public void Bzip2WritesTheBytesThatBzip2Writes(string level)
    {
        DebianProgram.Need("bzip2");
        var native = DebianProgram.Native("bzip2", _folder, Mixed(), "-c", level).Output;
        var files = Files("data", Mixed());
        var run = DebianProgram.InEngine("bzip2", files, [], "-k", level, "data");
        Assert.That(run.ExitCode, Is.Zero, run.ErrorText + run.Exit);
        Assert.That(Bytes(files, "data.bz2"), Is.EqualTo(native));
        Assert.That(DebianProgram.InEngine("bzip2", new MemoryGuestFiles(1), native, "-dc").Output, Is.EqualTo(Mixed()));
    }

    [Test]
    public void Bzip2SaysWhatBzip2SaysOfADamagedFile()
    {
        DebianProgram.Need("bzip2");
        var packed = DebianProgram.Native("bzip2", _folder, Mixed(), "-c").Output;
        packed[packed.Length / 2] ^= 0x10;
        File.WriteAllBytes(Path.Combine(_folder, "data.bz2"), packed);
        var native = DebianProgram.Native("bzip2", _folder, [], "-t", "data.bz2");
        var run = DebianProgram.InEngine("bzip2", Files("data.bz2", packed), [], "-t", "data.bz2");
        Assert.That((run.ExitCode, run.ErrorText), Is.EqualTo((native.ExitCode, native.ErrorText)));
    }

    [Test]
    public void AFullWorkFolderIsTheProgramsErrorAndTheInputStays()
    {
        var files = new MemoryGuestFiles(Mixed().Length + 20_000);
        files.Put("data", Mixed());
        var run = DebianProgram.InEngine("bzip2", files, [], "data");
        Assert.That(run.ExitCode, Is.EqualTo(1), run.Exit?.ToString());
        Assert.That(run.ErrorText, Does.Contain("No space left on device"));
        Assert.That(Bytes(files, "data"), Is.EqualTo(Mixed()));
    }

    /// <summary>Text, noise and zeros, 240 KiB: what compresses well, badly and extremely.</summary>
    private static byte[] Mixed()
    {
        var random = new Random(7);
        var text = new StringBuilder();
        for (var i = 0; text.Length < 80 << 10; i++)
        {
            text.Append(i).Append(' ').Append(random.Next(1_000)).Append(i % 7 == 0 ? '\n' : '\t');
        }

        var noise = new byte[80 << 10];
        random.NextBytes(noise);
        return [.. Encoding.ASCII.GetBytes(text.ToString()), .. noise, .. new byte[80 << 10]];
    }

    private static MemoryGuestFiles Files(string name, byte[] bytes)
    {
        var files = new MemoryGuestFiles(16 << 20);
        files.Put(name, bytes);
        return files;
    }

    private static byte[] Bytes(MemoryGuestFiles files, string name) => files.TryGet(name, out var bytes)
        ? bytes.ToArray()
        : throw new FileNotFoundException(name + " was not written; there is: " + string.Join(", ", files.Paths()));
}
