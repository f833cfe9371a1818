// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Node.Blobs;

/// <summary>
/// How fast this node sends, told by what peers fetched from it: the fastest of late, since a slow peer says nothing of our own line. What is short is
/// not counted: it fits into buffers. Safe to use from several threads.
/// </summary>
/// <param name="tell">Gets the bytes a second when they have changed by a quarter.</param>
internal sealed class UplinkMeter(Action<ulong> tell)
{
    /// <summary>Fewer bytes say nothing.</summary>
    public const long BytesLeast = 4 << 20;

    private readonly Lock _lock = new();
    private double _best, _told;

    /// <summary>Bytes were sent.</summary>
    /// <param name="bytes">How many.</param>
    /// <param name="took">From the first to the last.</param>
    public void Sent(long bytes, TimeSpan took)
    {
        if (bytes < BytesLeast || took <= TimeSpan.Zero) return;
        lock (_lock)
        {
            _best = Math.Max(bytes / took.TotalSeconds, 0.9 * _best); // a line that became slower is found so after some transfers
            if (_told > 0 && Math.Abs(_best - _told) < _told / 4) return;
            _told = _best;
        }

        tell((ulong)_told);
    }
}
