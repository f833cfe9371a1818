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
    public async Task Pairs_are_compared_in_order()
    {
        var (a, b, c) = (await PutAsync("1"), await PutAsync("2"), await PutAsync("1 "));
        using var comparer = new OutputComparer(_store);
        var found = (await comparer.RunAsync(Wanted(new(0, a, b), new(1, a, c)), CancellationToken.None)).Found;
        Assert.That(found.Select(static f => f.Likeness), Is.EqualTo(new[] { PairLikeness.Different, PairLikeness.Alike }));
        Assert.That(found[0].Words, Is.EqualTo("standard output: other bytes from byte 0 on"));
        Assert.That(found.Select(static f => f.Pair.Task), Is.EqualTo(new[] { 0U, 1U }));
    }

    [Test]
    public async Task A_mistake_in_comparing_ends_a_pair_and_not_the_node()
    {
        var (a, b, c) = (await PutAsync("1"), await PutAsync("2"), await PutAsync("1 "));
        using var comparer = new OutputComparer(_store)
        {
            Compare = static (_, _, second, _) => second.Stdout.Span[0] == '2' ? throw new ArgumentOutOfRangeException(nameof(second)) : "",
        };
        var found = (await comparer.RunAsync(Wanted(new(0, a, b), new(1, a, c)), CancellationToken.None)).Found;
        Assert.That(found.Select(static f => f.Likeness), Is.EqualTo(new[] { PairLikeness.Unclear, PairLikeness.Alike }));
        Assert.That(found[0].Words, Does.Contain("mistake of this program: ArgumentOutOfRangeException"));
        Assert.That(found[0].Lost, Is.Empty);
    }

    [Test]
    public async Task A_broken_invariant_is_no_mistake_to_live_with()
    {
        var (a, b) = (await PutAsync("1"), await PutAsync("2"));
        using var comparer = new OutputComparer(_store) { Compare = static (_, _, _, _) => throw Invariant.Unreachable("a test") };
        Assert.That(async () => await comparer.RunAsync(Wanted(new OutputPair(0, a, b)), CancellationToken.None), Throws.InstanceOf<InvariantException>());
    }

    [Test]
    public async Task An_output_that_the_disk_damaged_or_lost_is_named_and_can_be_fetched_again()
    {
        var (a, b) = (await PutAsync("1"), await PutAsync("1 "));
        using var comparer = new OutputComparer(_store);
        using (var file = File.OpenWrite(Path.Combine(_folder["blobs"], b.Root.ToString()))) file.WriteByte(1);
        var found = (await comparer.RunAsync(Wanted(new OutputPair(0, a, b)), CancellationToken.None)).Found[0];
        Assert.That((found.Likeness, found.Lost.Single()), Is.EqualTo((PairLikeness.Unclear, b.Root)));
        Assert.That((_store.Has(a.Root), _store.Has(b.Root)), Is.EqualTo((true, false)), "a fetch takes what is there");
        found = (await comparer.RunAsync(Wanted(new OutputPair(0, b, a)), CancellationToken.None)).Found[0];
        Assert.That((found.Likeness, found.Lost.Single()), Is.EqualTo((PairLikeness.Unclear, b.Root)));
    }

    [Test]
    public async Task One_pair_is_compared_at_a_time_and_a_stop_is_heard_in_the_middle_and_in_the_queue()
    {
        var (a, b) = (await PutAsync("1"), await PutAsync("2"));
        using var began = new SemaphoreSlim(0);
        using CancellationTokenSource first = new(), second = new();
        var (inside, most) = (0, 0);
        using var comparer = new OutputComparer(_store)
        {
            Compare = (_, _, _, checkpoint) =>
            {
                most = Math.Max(most, Interlocked.Increment(ref inside));
                began.Release();
                try
                {
                    for (; ; Thread.Yield()) checkpoint();
                }
                finally
                {
                    Interlocked.Decrement(ref inside);
                }
            },
        };
        var one = Task.Run(() => comparer.RunAsync(Wanted(new OutputPair(0, a, b)), first.Token));
        await began.WaitAsync();
        var two = Task.Run(() => comparer.RunAsync(Wanted(new OutputPair(0, a, b)), second.Token));
        await second.CancelAsync();
        Assert.That(async () => await two, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(most, Is.EqualTo(1), "and it never began");
        await first.CancelAsync();
        Assert.That(async () => await one, Throws.InstanceOf<OperationCanceledException>());
        using var third = new CancellationTokenSource();
        var three = Task.Run(() => comparer.RunAsync(Wanted(new OutputPair(0, a, b)), third.Token));
        await began.WaitAsync();
        await third.CancelAsync();
        Assert.That(async () => await three, Throws.InstanceOf<OperationCanceledException>(), "who was stopped holds nobody up");
    }

    private static CompareOutputs Wanted(params OutputPair[] pairs) => new(Run, [new Comparator("", Comparator.Text)], [.. pairs]);

    private Task<BlobRef> PutAsync(string stdout)
    {
        var bundle = new TaskBundle(0, "", [], Encoding.UTF8.GetBytes(stdout));
        return _store.PutAsync(new MemoryStream(bundle.Encode()), RandomNumberGenerator.GetBytes(32), 1 << 20);
    }
}
