// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using System.Text;
using PeerCompute.Base.Checks;
using PeerCompute.Base.Crypto;
using PeerCompute.Core.Effects;
using PeerCompute.Core.Runs;
using PeerCompute.Node.Blobs;
using PeerCompute.Node.Runs;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Node.Tests.Runs;

/// <summary>Comparisons of outputs in the store of a node.</summary>
[TestFixture]
internal sealed class OutputComparerTests
{
    private static readonly RunKey Run = new(Hash32.Of("lease"u8), RunRole.Compare);

    private TempFolder _folder = null!;
    private BlobStore _store = null!;

    [SetUp]
    public void Make()
    {
        _folder = new TempFolder();
        _store = BlobStore.Open(_folder["blobs"], 64 << 20, TimeProvider.System);
    }

    [TearDown]
    public void Remove() => _folder.Dispose();

    [Test]
    public async Task A_mistake_in_comparing_ends_a_pair_and_not_the_node()
    {
        var (a, b, c) = (await PutAsync("1"), await PutAsync("2"), await PutAsync("1 "));
        using var comparer = new OutputComparer(_store)
        {
            Compare = static (_, _, second) => second.Stdout.Span[0] == '2' ? throw new ArgumentOutOfRangeException(nameof(second)) : "",
        };
        var found = await comparer.RunAsync(Wanted(new(0, a, b), new(1, a, c)), CancellationToken.None);
        Assert.That(found.Differences[0], Does.Contain("mistake of this program: ArgumentOutOfRangeException"));
        Assert.That(found.Differences[1], Is.Empty);
    }

    [Test]
    public async Task A_broken_invariant_is_no_mistake_to_live_with()
    {
        var (a, b) = (await PutAsync("1"), await PutAsync("2"));
        using var comparer = new OutputComparer(_store) { Compare = static (_, _, _) => throw Invariant.Unreachable("a test") };
        Assert.That(async () => await comparer.RunAsync(Wanted(new OutputPair(0, a, b)), CancellationToken.None), Throws.InstanceOf<InvariantException>());
    }

    private static CompareOutputs Wanted(params OutputPair[] pairs) => new(Run, [new Comparator("", Comparator.Text)], [.. pairs]);

    private Task<BlobRef> PutAsync(string stdout)
    {
        var bundle = new TaskBundle(0, "", [], Encoding.UTF8.GetBytes(stdout));
        return _store.PutAsync(new MemoryStream(bundle.Encode()), RandomNumberGenerator.GetBytes(32), 1 << 20);
    }
}
