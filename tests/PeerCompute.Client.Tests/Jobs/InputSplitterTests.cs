// SPDX-License-Identifier: Apache-2.0
using System.Text;
using PeerCompute.Client.Folders;
using PeerCompute.Client.Jobs;

namespace PeerCompute.Client.Tests.Jobs;

/// <summary>Parts of an input.</summary>
public sealed class InputSplitterTests
{
    [TestCase("", 3u)]
    [TestCase("one line without end", 4u)]
    [TestCase("a\nb\nc\nd\n", 2u)]
    [TestCase("a\nb\nc\nd\n", 9u)]
    [TestCase("a long first line that is longer than all the others together\nb\nc", 3u)]
    [TestCase("\n\n\n\n\n", 2u)]
    public void Parts_join_to_the_file_and_are_cut_behind_line_feeds_only(string content, uint count)
    {
        using var folder = new TempFolder();
        var path = folder.File("in", content);
        var lines = Parts(path, SplitBy.Lines, count);
        Assert.That(lines, Has.Count.EqualTo((int)count));
        Assert.That(string.Concat(lines), Is.EqualTo(content));
        foreach (var part in lines.Where((p, i) => p.Length > 0 && i < lines.FindLastIndex(q => q.Length > 0))) Assert.That(part, Does.EndWith("\n"));
        Assert.That(string.Concat(Parts(path, SplitBy.Bytes, count)), Is.EqualTo(content));
    }

    [Test]
    public void Many_lines_are_spread_evenly()
    {
        using var folder = new TempFolder();
        var parts = Parts(folder.File("in", string.Concat(Enumerable.Range(0, 1000).Select(i => $"{i:D4}\n"))), SplitBy.Lines, 7);
        Assert.That(parts.Max(p => p.Length) - parts.Min(p => p.Length), Is.LessThanOrEqualTo(10));
    }

    [TestCase("", "")]
    [TestCase("a\nb\nc\nd\ne", "a\nb\n|c\nd\n|e")]
    [TestCase("a\nb\nc\nd\n", "a\nb\n|c\nd\n")]
    [TestCase("\n\n\n", "\n\n|\n")]
    public void So_many_lines_make_a_part(string content, string parts)
    {
        using var folder = new TempFolder();
        var path = folder.File("in", content);
        var lines = (uint)InputSplitter.CountLines(path);
        var cut = InputSplitter.Split(path, new JobSplit("in", SplitBy.Lines) { PerTask = 2, Items = lines }, 1);
        Assert.That(string.Join('|', cut.Select(p => content.Substring((int)p.Offset, (int)p.Length))), Is.EqualTo(parts));
        Assert.That(lines, Is.EqualTo(content.Split('\n').Length - (content.EndsWith('\n') || content.Length == 0 ? 1 : 0)));
    }

    [Test]
    public void Long_files_are_cut_into_lines_across_reads()
    {
        using var folder = new TempFolder();
        var content = string.Concat(Enumerable.Range(0, 50_000).Select(static i => $"{i}\n"));
        var cut = InputSplitter.Split(folder.File("in", content), new JobSplit("in", SplitBy.Lines) { PerTask = 7000, Items = 50_000 }, 8);
        var first = cut.Select(p => content[(int)p.Offset..content.IndexOf('\n', (int)p.Offset)]);
        Assert.That(first, Is.EqualTo(Enumerable.Range(0, 8).Select(static i => $"{i * 7000}")));
        Assert.That(cut.Sum(static p => p.Length), Is.EqualTo(content.Length));
    }

    [TestCase(2u, 3u, "a b|d/c d/e|f")]
    [TestCase(0u, 2u, "a b|d/c d/e f")]
    [TestCase(0u, 6u, "|a|b|d/c|d/e|f")]
    public void Files_of_a_folder_are_parted_in_the_order_of_their_paths(uint perTask, uint count, string parts)
    {
        using var folder = new TempFolder();
        Directory.CreateDirectory(Path.Combine(folder.Path, "d"));
        foreach (var name in new[] { "f", "a", "b", "d/e", "d/c" }) folder.File(name, name);
        var split = new JobSplit("in/", SplitBy.Files) { PerTask = perTask, Items = perTask == 0 ? 0U : 5 };
        Assert.That(string.Join('|', InputSplitter.Files(folder.Path, split, count).Select(static files => string.Join(' ', files))), Is.EqualTo(parts));
        using var packed = new MemoryStream();
        FolderSource.Pack(folder.Path, packed, ["d/c", "f"]);
        packed.Position = 0;
        var target = Path.Combine(folder.Path, "x");
        FolderTarget.Unpack(packed, target, 1000);
        Assert.That(FolderSource.Files(target), Is.EqualTo(new[] { "d/c", "f" }));
    }

    private static List<string> Parts(string path, SplitBy by, uint count)
    {
        var bytes = File.ReadAllBytes(path);
        return InputSplitter.Split(path, new JobSplit("in", by), count).Select(p => Encoding.UTF8.GetString(bytes, (int)p.Offset, (int)p.Length)).ToList();
    }
}
