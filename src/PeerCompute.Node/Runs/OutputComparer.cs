// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Checks;
using PeerCompute.Base.Errors;
using PeerCompute.Core.Effects;
using PeerCompute.Core.Events;
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

    /// <summary>What compares two outputs.</summary>
    public Func<ImmutableArray<Comparator>, TaskBundle, TaskBundle, string> Compare { get; init; } = BundleComparison.Difference;

    /// <summary>Compares all pairs. Two that cannot be read are not alike.</summary>
    public async Task<OutputsCompared> RunAsync(CompareOutputs wanted, CancellationToken stop)
    {
        var differences = ImmutableArray.CreateBuilder<string>(wanted.Pairs.Length);
        foreach (var pair in wanted.Pairs)
        {
            await _one.WaitAsync(stop).ConfigureAwait(false);
            try
            {
                var (a, b) = (await ReadAsync(pair.A, stop).ConfigureAwait(false), await ReadAsync(pair.B, stop).ConfigureAwait(false));
                differences.Add(Compare(wanted.Comparators, a, b));
            }
            catch (Exception e) when (e is not (PeerComputeException or WireException or OperationCanceledException or InvariantException))
            {
                // Strangers chose these bytes. A comparison is a function of them alone and leaves nothing half done, so a mistake of ours in it, or too
                // little memory, need not end the node; and if it did, each further life would compare the same outputs, and end again.
                differences.Add($"an output cannot be compared, which is a mistake of this program: {e.GetType().Name}: {e.Message}");
            }
            catch (Exception e) when (e is PeerComputeException or WireException)
            {
                differences.Add($"an output cannot be read: {e.Message}");
            }
            finally
            {
                _one.Release();
            }
        }

        return new OutputsCompared(wanted.Run, wanted.Pairs, differences.MoveToImmutable());
    }

    /// <inheritdoc/>
    public void Dispose() => _one.Dispose();

    private async Task<TaskBundle> ReadAsync(BlobRef blob, CancellationToken stop)
    {
        using var plain = new MemoryStream();
        await store.OpenAsync(blob, plain, stop).ConfigureAwait(false);
        return TaskBundle.Decode(plain.ToArray());
    }
}
