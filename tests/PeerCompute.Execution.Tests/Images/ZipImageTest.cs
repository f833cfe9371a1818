// SPDX-License-Identifier: Apache-2.0
using System.IO.Compression;
using System.Text;
using PeerCompute.Base.Errors;
using PeerCompute.Execution.Images;

namespace PeerCompute.Execution.Tests.Images;

/// <summary>Zip archives over a base: made by the platform's writer, and falsified.</summary>
[TestFixture]
[Platform("Linux")]
internal sealed class ZipImageTest : ImageFixture
{
    private const int Link = 0xA000 | 0x1FF, Program = 0x8000 | 0x1ED, Plain = 0x8000 | 0x1A4, Pipe = 0x1000 | 0x1A4;

    private static readonly ImageLimits Small = new() { Entries = 4, UnpackedBytes = 1 << 20, FreeBytes = 1 << 16, Ratio = 20, NameBytes = 300 };

    [Test]
    public void A_zip_archive_is_laid_over_its_base_with_links_and_rights()
    {
        Import(Layers(new TarMaker().File("common", "both")), "base");
        string zip = Zip(("bin/", "", 0x41ED), ("bin/run", "#!/bin/sh\n", Program), ("word", new string('w', 5000), Plain), ("bin/sh", "/common", Link));
        ImageRecord image = Store.Import(new ImageRequest(zip) { Base = "base" }, null, CancellationToken.None);
        Assert.That(TreeOf(image), Is.EqualTo(new[] { "bin/", "bin/run=#!/bin/sh\n", "bin/sh>/common", "common=both", "word=" + new string('w', 5000) }));
        Assert.That(Executable("bin/run"), Is.True);
        Assert.That(Executable("word"), Is.False);
        string digest = Store.Remove(image.Name).Digest;
        Assert.That(Store.Import(new ImageRequest(zip) { Base = "base" }, null, CancellationToken.None).Digest, Is.EqualTo(digest), "the same on every node");

        bool Executable(string name) => (File.GetUnixFileMode(Path.Combine(Store.RootOf(image), name)) & UnixFileMode.UserExecute) != 0;
    }

    private static IEnumerable<TestCaseData> Hostile()
    {
        static TestCaseData Of(string name, ErrorCode code, string words, params (string, string, int)[] entries)
            => new TestCaseData(code, words, entries).SetArgDisplayNames(name);
        yield return Of("step up", ErrorCode.BadInput, "'../../x': the name steps up", ("../../x", "evil", Plain));
        yield return Of("absolute", ErrorCode.BadInput, "'/tmp/x': the name is absolute", ("/tmp/x", "evil", Plain));
        yield return Of("special", ErrorCode.BadInput, "is a device, pipe or socket", ("x", "", Pipe));
        yield return Of("long target", ErrorCode.LimitExceeded, "a target of 301 bytes, limit 300", ("x", new string('t', 301), Link));
        yield return Of("no target", ErrorCode.BadInput, "no target", ("x", "", Link));
        yield return Of("file as folder", ErrorCode.BadInput, "a file lies where a folder should be", ("a", "", Plain), ("a/b/c", "", Plain));
        yield return Of("too many", ErrorCode.LimitExceeded, "more than 4 entries", [.. Enumerable.Range(0, 5).Select(i => ($"d/{i}", "", Plain))]);
        yield return Of("bomb", ErrorCode.LimitExceeded, "as bombs do", ("x", new string('0', 100_000), Plain));
        yield return Of("too large", ErrorCode.LimitExceeded, "unpack to more than 1048576 bytes", ("x", Noise(1_100_000), Plain));
    }

    [TestCaseSource(nameof(Hostile))]
    public void A_hostile_archive_is_refused_with_its_cause_and_leaves_nothing(ErrorCode code, string words, (string, string, int)[] entries)
    {
        PeerComputeException refused = Refused(Zip(entries), Small);
        Assert.That((refused.Code, refused.Message), Is.EqualTo((code, refused.Message)));
        Assert.That(refused.Message, Does.Contain(words));
        AssertEmpty();
    }

    [Test]
    public void Every_cut_and_every_changed_byte_of_the_directory_is_refused_or_harmless()
    {
        byte[] whole = File.ReadAllBytes(Zip(("word", "content of a file", Plain)));
        int directory = whole.AsSpan().IndexOf("PK\u0001\u0002"u8);
        for (int at = 4; at < whole.Length; at++) Try(whole[..at], $"cut at {at}");
        for (int at = directory; at < whole.Length; at++)
        {
            byte[] changed = [.. whole];
            changed[at] ^= 0xFF;
            Try(changed, $"changed at {at}");
        }

        void Try(byte[] bytes, string what)
        {
            string path = Path.Combine(Scratch, "changed.zip");
            File.WriteAllBytes(path, bytes);
            try
            {
                ImageRecord image = Import(path, "changed", Small);
                Assert.That(TreeOf(image), Has.Length.EqualTo(1).And.All.EndWith("=content of a file"), what);
                Store.Remove("changed");
            }
            catch (PeerComputeException refused)
            {
                Assert.That(refused.Code, Is.AnyOf(ErrorCode.BadInput, ErrorCode.LimitExceeded), $"{what}: {refused.Message}");
            }

            AssertEmpty();
        }
    }

    [Test]
    public void Content_must_be_what_the_directory_says()
    {
        byte[] bytes = File.ReadAllBytes(Zip(CompressionLevel.NoCompression, ("word", "content of a file", Plain)));
        bytes[bytes.AsSpan().IndexOf("content"u8)] ^= 1;
        string path = Path.Combine(Scratch, "changed.zip");
        File.WriteAllBytes(path, bytes);
        Assert.That(Refused(path).Message, Does.Contain("is not what the directory of the zip archive says"));
    }

    private static string Noise(int length)
    {
        var random = new Random(1);
        return string.Create(length, random, static (text, random) =>
        {
            for (int i = 0; i < text.Length; i++) text[i] = (char)random.Next(32, 127);
        });
    }

    private string Zip(params (string Name, string Content, int Mode)[] entries) => Zip(CompressionLevel.Optimal, entries);

    private string Zip(CompressionLevel level, params (string Name, string Content, int Mode)[] entries)
    {
        string path = Path.Combine(Scratch, $"{Guid.NewGuid():n}.zip"[^12..]);
        using var archive = new ZipArchive(File.Create(path), ZipArchiveMode.Create);
        foreach ((string name, string content, int mode) in entries)
        {
            ZipArchiveEntry entry = archive.CreateEntry(name, level);
            entry.ExternalAttributes = mode << 16;
            using Stream stream = entry.Open();
            stream.Write(Encoding.UTF8.GetBytes(content));
        }

        return path;
    }
}
