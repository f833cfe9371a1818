// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Collections;
using PeerCompute.Base.Identity;

namespace PeerCompute.Node.Blobs;

/// <summary>Peers that sent bytes that are not what a blob's root promises. They are not asked for a while.</summary>
/// <param name="time">The clock.</param>
internal sealed class Liars(TimeProvider time)
{
    /// <summary>How long a lie is remembered: a broken machine may be mended.</summary>
    public static readonly TimeSpan Remembered = TimeSpan.FromHours(1);

    private const int Most = 1024;

    private readonly Lock _gate = new();
    private readonly OrderedMap<PeerId, DateTimeOffset> _seen = new(Most);

    /// <summary>A peer lied.</summary>
    public void Add(PeerId peer)
    {
        lock (_gate)
        {
            _seen.Remove(peer);
            if (_seen.IsFull) _seen.Remove(_seen.First.Key);
            _seen[peer] = time.GetUtcNow();
        }
    }

    /// <summary>Whether a peer lied not long ago.</summary>
    public bool Has(PeerId peer)
    {
        lock (_gate) return _seen.TryGetValue(peer, out var at) && time.GetUtcNow() < at + Remembered;
    }
}
