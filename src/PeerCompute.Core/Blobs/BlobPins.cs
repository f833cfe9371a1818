// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Collections;
using PeerCompute.Base.Crypto;

namespace PeerCompute.Core.Blobs;

/// <summary>
/// Which blobs must stay in a store, and for whose sake. A blob that several owners pin stays until the last of them is gone. No larger than what
/// the owners name.
/// </summary>
/// <typeparam name="TOwner">Names an owner: a lease, a job.</typeparam>
public sealed class BlobPins<TOwner>
    where TOwner : notnull
{
    private readonly OrderedMap<TOwner, OrderedSet<Hash32>> _owners = new();
    private readonly OrderedMap<Hash32, int> _uses = new();

    /// <summary>Blobs that somebody pins.</summary>
    public int Count => _uses.Count;

    /// <summary>Pins blobs for an owner, beside those that it has pinned.</summary>
    /// <param name="owner">The owner.</param>
    /// <param name="roots">The blobs, here or not; naming one again changes nothing.</param>
    public void Add(TOwner owner, ImmutableArray<Hash32> roots)
    {
        if (!_owners.TryGetValue(owner, out var mine)) _owners[owner] = mine = new OrderedSet<Hash32>();
        foreach (var root in roots)
        {
            if (mine.Add(root)) _uses[root] = (_uses.TryGetValue(root, out var uses) ? uses : 0) + 1;
        }
    }

    /// <summary>Lets go of everything that an owner has pinned.</summary>
    /// <param name="owner">The owner; may be unknown.</param>
    public void Remove(TOwner owner)
    {
        if (!_owners.TryGetValue(owner, out var mine)) return;
        _owners.Remove(owner);
        foreach (var root in mine)
        {
            var left = _uses[root] - 1;
            if (left == 0) _uses.Remove(root);
            else _uses[root] = left;
        }
    }

    /// <summary>Whether anybody pins a blob.</summary>
    /// <param name="root">The blob.</param>
    /// <returns>True when it must stay.</returns>
    public bool Has(Hash32 root) => _uses.ContainsKey(root);

    /// <summary>Whether one owner pins a blob.</summary>
    /// <param name="owner">The owner.</param>
    /// <param name="root">The blob.</param>
    /// <returns>True when it does.</returns>
    public bool Has(TOwner owner, Hash32 root) => _owners.TryGetValue(owner, out var mine) && mine.Contains(root);
}
