// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Checks;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Core.Effects;
using PeerCompute.Core.Events;
using PeerCompute.Core.Runs;
using PeerCompute.Node.Blobs;
using PeerCompute.Trust.Comparing;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Node.Runs;

/// <summary>
/// Compares outputs of workers by a spec's comparators, one pair at a time on the whole node: two outputs and two unfolded pictures are all that lies in
/// memory. Outputs meet managed code only.
/// </summary>
/// <param name="store">Has them.</param>
internal sealed class OutputComparer(BlobStore store) : IDisposable
{
    private readonly SemaphoreSlim _one = new(1, 1);

    /// <summary>What compares two outputs; called with what ends it when nobody waits any more.</summary>
    public Func<ImmutableArray<Comparator>, TaskBundle, TaskBundle, Action, string> Compare { get; init; } = BundleComparison.Difference;

    /// <summary>Compares all pairs.</summary>
    /// <exception cref="OperationCanceledException">Nobody waits any more.</exception>
    public async Task<OutputsCompared> RunAsync(CompareOutputs wanted, CancellationToken stop)
    {
        var found = ImmutableArray.CreateBuilder<PairFound>(wanted.Pairs.Length);
        foreach (var pair in wanted.Pairs)
        {
            await _one.WaitAsync(stop).ConfigureAwait(false);
            try
            {
                found.Add(await FindAsync(wanted.Comparators, pair, stop).ConfigureAwait(false));
            }
            catch (Exception e) when (e is not (OperationCanceledException or InvariantException))
            {
                // Strangers chose these bytes. A comparison is a function of them alone and leaves nothing half done, so a mistake of ours in it, or too
                // little memory, need not end the node; and if it did, each further life would compare the same outputs, and end again. It is no proof
                // against a worker either.
                found.Add(new PairFound(pair, PairLikeness.Unclear, $"not compared, which is a mistake of this program: {e.GetType().Name}: {e.Message}"));
            }
            finally
            {
                _one.Release();
            }
        }

        return new OutputsCompared(wanted.Run, found.MoveToImmutable());
    }

    /// <inheritdoc/>
    public void Dispose() => _one.Dispose();

    private async Task<PairFound> FindAsync(ImmutableArray<Comparator> comparators, OutputPair pair, CancellationToken stop)
    {
        var (a, wrong) = await ReadAsync(pair.A, stop).ConfigureAwait(false);
        var (b, alsoWrong) = await ReadAsync(pair.B, stop).ConfigureAwait(false);
        if (a is null || b is null)
        {
            ImmutableArray<Hash32> lost = [.. a is null ? [pair.A.Root] : (Hash32[])[], .. b is null ? [pair.B.Root] : (Hash32[])[]];
            return new PairFound(pair, PairLikeness.Unclear, wrong + alsoWrong) { Lost = lost };
        }

        var difference = Compare(comparators, a, b, stop.ThrowIfCancellationRequested);
        return new PairFound(pair, difference.Length == 0 ? PairLikeness.Alike : PairLikeness.Different, difference);
    }

    /// <summary>
    /// An output of the store, or why it is none. Each was opened when it came, so what does not open now was damaged here, and goes, to be fetched again.
    /// </summary>
    private async Task<(TaskBundle? Bundle, string Wrong)> ReadAsync(BlobRef blob, CancellationToken stop)
    {
        try
        {
            using var plain = new MemoryStream();
            await store.OpenAsync(blob, plain, stop).ConfigureAwait(false);
            return (TaskBundle.Decode(plain.ToArray()), "");
        }
        catch (PeerComputeException e)
        {
            if (e.Code is ErrorCode.NotAuthentic or ErrorCode.NotFound) store.Delete(blob.Root);
            return (null, e.Message);
        }
    }
}
