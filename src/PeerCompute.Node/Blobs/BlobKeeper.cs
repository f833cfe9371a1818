// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;

namespace PeerCompute.Node.Blobs;

/// <summary>Frees what nobody needs: what ended jobs and leases leave, and what a crash left.</summary>
/// <param name="store">The blobs.</param>
/// <param name="gate">Knows what is shared, public or pinned.</param>
/// <param name="uploads">Knows what local clients handed in.</param>
/// <param name="log">Lines for the operator.</param>
internal sealed class BlobKeeper(BlobStore store, BlobGate gate, Uploads uploads, Action<string> log)
{
    /// <summary>Deletes blobs of what has ended, but for those that something else needs. At once: a fetch that comes behind it must not find what is
    /// about to go.</summary>
    public void Drop(ImmutableArray<Hash32> roots)
    {
        Try(() =>
        {
            foreach (var root in roots)
            {
                if (!gate.Keeps(root)) store.Delete(root);
            }
        });
    }

    /// <summary>
    /// Everything that is pinned is known now: deletes what nobody pins, shares or handed in, and lets the store take from the rest, when room is
    /// wanted, what no live job or lease needs.
    /// </summary>
    public void Sweep()
    {
        Try(() =>
        {
            foreach (var root in store.Roots())
            {
                if (!gate.Keeps(root) && !uploads.Has(root)) store.Delete(root);
            }
        });
        store.Spares = gate.Needs;
    }

    private void Try(Action work)
    {
        try
        {
            work();
        }
        catch (PeerComputeException e)
        {
            log($"blobs of what has ended could not be deleted: {e.Message}");
        }
    }
}
