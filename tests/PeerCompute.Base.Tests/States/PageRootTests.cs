// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.States;

namespace PeerCompute.Base.Tests.States;

[TestFixture]
internal sealed class PageRootTests
{
    [Test]
    public void It_is_the_root_of_the_page_tree_however_the_bytes_come(
        [Values(0, 1, 4095, 4096, 4097, 8192, 3 * 4096, 5 * 4096, 70_000, 1 << 20)] int length)
    {
        var seed = TestContext.CurrentContext.Random.Next();
        TestContext.Out.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var bytes = new byte[length];
        random.NextBytes(bytes);
        bytes.AsSpan(0, Math.Min(length, 6000)).Clear(); // a page of zeros is like any other

        var root = new PageRoot();
        for (var at = 0; at < length;)
        {
            var take = Math.Min(length - at, random.Next(1, 10_000));
            root.Add(bytes.AsSpan(at, take));
            at += take;
        }

        Assert.That(root.Finish(), Is.EqualTo(PageTree.Empty.Capture(new BytePages(bytes), length).Root));
    }
}
