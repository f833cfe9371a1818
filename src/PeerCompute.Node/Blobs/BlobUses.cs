// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Collections;
using PeerCompute.Base.Crypto;

namespace PeerCompute.Node.Blobs;

/// <summary>When the blobs of a store were used last: whose turn it is when room is wanted.</summary>
/// <param name="time">The clock.</param>
internal sealed class BlobUses(TimeProvider time)
{
    /// <summary>A blob that was used so recently is not taken for want of room: who put or fetched it is about to pin it.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromMinutes(10);

    private readonly Lock _gate = new();
    private readonly OrderedMap<Hash32, DateTimeOffset> _last = new();

    /// <summary>Blobs in the store, downloads under way among them.</summary>
    public int Count
    {
        get { lock (_gate) return _last.Count; }
    }

    /// <summary>A blob is used now.</summary>
    public void Touch(Hash32 root) => Touch(root, time.GetUtcNow());

    /// <summary>A blob was used then; later than all before.</summary>
    public void Touch(Hash32 root, DateTimeOffset at)
    {
        lock (_gate)
        {
            _last.Remove(root);
            _last[root] = at;
        }
    }

    /// <summary>A blob is gone.</summary>
    public void Remove(Hash32 root)
    {
        lock (_gate) _last.Remove(root);
    }

    /// <summary>All, the one that was used longest ago first.</summary>
    public List<Hash32> All()
    {
        lock (_gate) return [.. _last.Keys];
    }

    /// <summary>Those that were not used for a while, the one that was used longest ago first.</summary>
    public List<Hash32> Stale()
    {
        var since = time.GetUtcNow() - Fresh;
        lock (_gate) return [.. _last.TakeWhile(use => use.Value <= since).Select(static use => use.Key)];
    }
}
