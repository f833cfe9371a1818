// SPDX-License-Identifier: Apache-2.0
using Microsoft.Win32.SafeHandles;

namespace PeerCompute.Node.Blobs;

/// <summary>Flushes a file while it is being written, beside the writer: the flush at the end finds little left to do.</summary>
/// <param name="file">The file.</param>
internal sealed class WriteBehind(SafeFileHandle file)
{
    /// <summary>Bytes between two flushes.</summary>
    private const long Every = 32 << 20;

    private readonly Lock _gate = new();
    private Task _flush = Task.CompletedTask;
    private long _waiting;

    /// <summary>Bytes were written; several callers may say so at a time.</summary>
    public void Wrote(int bytes)
    {
        lock (_gate)
        {
            _waiting += bytes;
            // A flush that failed is not followed by another: the kernel tells an error once.
            if (_waiting < Every || !_flush.IsCompletedSuccessfully) return;
            _waiting = 0;
            _flush = Task.Run(() => RandomAccess.FlushToDisk(file));
        }
    }

    /// <summary>Everything is written: returns when it is on the disk.</summary>
    /// <exception cref="IOException">The disk fails, now or in a flush before.</exception>
    public async Task FinishAsync()
    {
        await _flush.ConfigureAwait(false);
        RandomAccess.FlushToDisk(file);
    }
}
