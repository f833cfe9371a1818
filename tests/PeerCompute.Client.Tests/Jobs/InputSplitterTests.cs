// SPDX-License-Identifier: Apache-2.0
using System.Text;
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

    private static List<string> Parts(string path, SplitBy by, uint count)
    {
        var bytes = File.ReadAllBytes(path);
        return InputSplitter.Split(path, by, count).Select(p => Encoding.UTF8.GetString(bytes, (int)p.Offset, (int)p.Length)).ToList();
    }
}
