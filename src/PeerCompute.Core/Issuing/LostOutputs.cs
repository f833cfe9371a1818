// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Collections;
using PeerCompute.Base.Crypto;
using PeerCompute.Wire.Common;

namespace PeerCompute.Core.Issuing;

/// <summary>
/// Accepted outputs that were here and are gone, of the lease whose outputs count. Any lease of its range whose worker gave equal ones will do.
/// </summary>
internal sealed class LostOutputs
{
    private readonly OrderedSet<uint> _missing = new();

    public LostOutputs(IssuedLease lease)
    {
        Lease = lease;
        for (var task = lease.Lease.FirstTask; task < lease.Lease.EndTask; task++)
        {
            if (lease.Job.Tasks.LeaseOf(task) == lease.Id && lease.IsAccepted(task)) _missing.Add(task);
        }
    }

    public IssuedLease Lease { get; }

    /// <summary>Leases whose workers were asked.</summary>
    public OrderedSet<Hash32> Asked { get; } = new();

    /// <summary>Whether the answer of one of them is awaited.</summary>
    public bool Waits { get; set; }

    /// <summary>Whether everything is here again.</summary>
    public bool Found => _missing.Count == 0;

    /// <summary>What a lease of the range has of it, with the content keys of that lease; empty where its worker was paid for nothing of it.</summary>
    public ImmutableArray<BlobRef> In(IssuedLease holder)
    {
        var blobs = ImmutableArray.CreateBuilder<BlobRef>();
        foreach (var task in _missing)
        {
            if (holder.IsAccepted(task) && holder.Open().Length == 0) blobs.Add(holder.Outputs[(int)(task - holder.Lease.FirstTask)]);
        }

        return blobs.ToImmutable();
    }

    /// <summary>What a lease has of it is here.</summary>
    public void Take(IssuedLease holder)
    {
        foreach (var task in new List<uint>(_missing))
        {
            if (holder.IsAccepted(task)) _missing.Remove(task);
        }
    }
}
