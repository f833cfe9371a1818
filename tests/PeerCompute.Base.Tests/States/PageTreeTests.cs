// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.States;

namespace PeerCompute.Base.Tests.States;

/// <summary>A page tree is the plain Merkle tree over its pages, however it came to be.</summary>
public sealed class PageTreeTests
{
    private const int Seed = 41;

    [Test]
    public void TheRootIsThatOfThePlainTree()
    {
        var bytes = new byte[(37 * PageTree.PageBytes) + 100];
        new Random(Seed).NextBytes(bytes.AsSpan(5 * PageTree.PageBytes));
        var leaves = new Hash32[PageTree.Pages];
        Array.Fill(leaves, MerkleTree.Leaf(new byte[PageTree.PageBytes]));
        for (var i = 0; i < 38; i++)
        {
            var page = new byte[PageTree.PageBytes];
            bytes.AsSpan(i * PageTree.PageBytes, Math.Min(PageTree.PageBytes, bytes.Length - (i * PageTree.PageBytes))).CopyTo(page);
            leaves[i] = MerkleTree.Leaf(page);
        }

        var far = new byte[] { 1, 2, 3 };
        leaves[^1] = MerkleTree.Leaf([.. far, .. new byte[PageTree.PageBytes - 3]]);
        var tree = PageTree.Empty.Capture(new BytePages(bytes), bytes.Length).With(PageTree.Pages - 1, far);
        Assert.That(tree.Root, Is.EqualTo(MerkleTree.Root(leaves)));
        foreach (var index in new[] { 0, 5, 20, 37, 38, PageTree.Pages - 1 })
        {
            Assert.That(MerkleTree.VerifyProof(tree.Root, leaves[index], index, PageTree.Pages, tree.Proof(index)), Is.True, $"page {index}");
            Assert.That(index != 37 || MerkleTree.Proof(leaves, index).SequenceEqual(tree.Proof(index)), Is.True);
        }
    }

    [Test]
    public void ChangesOneByOneAndAllAtOnceGiveTheSameTreeAndTheDifferencesAreTheChanges()
    {
        var random = new Random(Seed);
        var bytes = new byte[200 * PageTree.PageBytes];
        var tree = PageTree.Empty;
        for (var round = 0; round < 60; round++)
        {
            var before = (byte[])bytes.Clone();
            var old = tree;
            var length = random.Next(bytes.Length);
            for (var i = random.Next(20); i > 0; i--)
            {
                var at = random.Next(bytes.Length);
                bytes[at] = random.Next(3) == 0 ? (byte)0 : (byte)random.Next(256);
                if (random.Next(4) == 0) bytes.AsSpan(at, Math.Min(random.Next(30_000), bytes.Length - at)).Clear();
            }

            bytes.AsSpan(length).Clear();
            tree = old.Capture(new BytePages(bytes.AsMemory(0, length)), length);
            var single = old;
            var expected = new List<int>();
            for (var page = 0; page < 200; page++)
            {
                var now = Page(bytes, page);
                single = single.With(page, now);
                if (!now.SequenceEqual(Page(before, page))) expected.Add(page);
                Assert.That(tree.Page(page).SequenceEqual(now), Is.True);
                Assert.That(tree.IsZero(page), Is.EqualTo(now.IndexOfAnyExcept((byte)0) < 0));
            }

            var last = bytes.AsSpan().LastIndexOfAnyExcept((byte)0) + 1;
            Assert.Multiple(() =>
            {
                Assert.That(tree.Root, Is.EqualTo(single.Root), $"round {round}, seed {Seed}");
                Assert.That(tree.Root, Is.EqualTo(PageTree.Empty.Capture(new BytePages(bytes), bytes.Length).Root));
                Assert.That(tree.Differences(old), Is.EqualTo(expected));
                Assert.That(old.Differences(tree), Is.EqualTo(expected));
                Assert.That(tree.IsZeroFrom(length) && tree.IsZeroFrom(last), Is.True);
                Assert.That(last == 0 || !tree.IsZeroFrom(last - 1), Is.True);
                Assert.That(expected.Count > 0 || ReferenceEquals(tree, old), "what did not change is shared");
            });
        }
    }

    [Test]
    public void AFolderIsItsSortedEntriesAndEachIsProven()
    {
        string[] paths = ["a", "a-b", "a/b", "b", "\uFF5E", "\U0001F600"];
        var entries = paths.Select((path, i) => new FolderEntry(path, (FolderEntryKind)(i % 3), i, MerkleTree.Leaf([(byte)i]))).ToImmutableArray();
        var manifest = new FolderManifest(entries);
        Assert.That(manifest.Root, Is.EqualTo(MerkleTree.Root([.. entries.Select(entry => entry.Leaf())])));
        for (var i = 0; i < entries.Length; i++)
        {
            Assert.That(manifest.IndexOf(paths[i]), Is.EqualTo(i));
            Assert.That(MerkleTree.VerifyProof(manifest.Root, entries[i].Leaf(), i, entries.Length, manifest.Proof(i)), Is.True);
        }

        Assert.That(manifest.IndexOf("c"), Is.Negative);
        var leaves = entries.Concat(entries.Select(entry => entry with { Path = entry.Path + "x" })).Concat(entries.Select(entry => entry with { Length = 99 }))
            .Concat(entries.Select(entry => entry with { Executable = true }))
            .Concat(entries.Select(entry => entry with { Kind = (FolderEntryKind)(((int)entry.Kind + 1) % 3) })).Select(entry => entry.Leaf());
        Assert.That(leaves, Is.Unique);
        Assert.That(() => new FolderManifest([entries[1], entries[0]]), Throws.TypeOf<Base.Checks.InvariantException>());
    }

    private static ReadOnlySpan<byte> Page(byte[] bytes, int page) => bytes.AsSpan(page * PageTree.PageBytes, PageTree.PageBytes);
}
