// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Collections;
using PeerCompute.Base.Crypto;

namespace PeerCompute.Node.Blobs;

/// <summary>
/// Which chunks of the store's files this life has written or compared with their hashes a short while ago: they are served without being hashed
/// again. Any change of a file through the file system shows in its time and makes that worth nothing.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class CheckedChunks(TimeProvider time)
{
    /// <summary>How long a check counts: a disk loses bytes too.</summary>
    public static readonly TimeSpan Counts = TimeSpan.FromHours(1);

    /// <summary>Blobs remembered, at most 4 KiB each; the first is forgotten for a further one.</summary>
    private const int Most = 1024;

    private readonly Lock _gate = new();
    private readonly OrderedMap<Hash32, Marks> _blobs = new(Most);

    /// <summary>What is known of a blob's chunks.</summary>
    /// <param name="root">The blob.</param>
    /// <param name="chunks">How many it has.</param>
    /// <param name="written">When its file was written last.</param>
    public Marks Of(Hash32 root, int chunks, DateTime written)
    {
        lock (_gate)
        {
            if (_blobs.TryGetValue(root, out var known) && known.Written == written && time.GetUtcNow() < known.Until) return known;
            _blobs.Remove(root);
            if (_blobs.IsFull) _blobs.Remove(_blobs.First.Key);
            var marks = new Marks(new bool[chunks], written, time.GetUtcNow() + Counts);
            _blobs[root] = marks;
            return marks;
        }
    }

    /// <summary>A blob is gone.</summary>
    public void Remove(Hash32 root)
    {
        lock (_gate) _blobs.Remove(root);
    }

    /// <summary>Chunks of one file; each is only ever set, so several readers may use it at a time.</summary>
    public sealed record Marks(bool[] Chunks, DateTime Written, DateTimeOffset Until);
}
