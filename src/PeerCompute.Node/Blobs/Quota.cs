// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;

namespace PeerCompute.Node.Blobs;

/// <summary>Bytes that all blobs together may take. Reserved before they are written.</summary>
/// <param name="limit">Most bytes.</param>
internal sealed class Quota(long limit)
{
    private readonly Lock _gate = new();
    private long _used;

    /// <summary>Bytes in use.</summary>
    public long Used
    {
        get { lock (_gate) return _used; }
    }

    /// <summary>Most bytes.</summary>
    public long Limit => limit;

    /// <summary>Bytes that are not there for something to fit; 0 when it fits.</summary>
    public long Missing(long bytes)
    {
        lock (_gate) return Math.Max(0, _used + bytes - limit);
    }

    /// <summary>Takes bytes that are on the disk already, whether they fit or not.</summary>
    public void Count(long bytes)
    {
        lock (_gate) _used += bytes;
    }

    /// <summary>Takes bytes that are about to be written.</summary>
    /// <exception cref="PeerComputeException">They do not fit.</exception>
    public void Reserve(long bytes)
    {
        lock (_gate)
        {
            if (_used + bytes > limit)
            {
                throw new PeerComputeException(
                    ErrorCode.LimitExceeded,
                    $"the blob store is full: {_used} of {limit} bytes are taken by what is needed or was used in the last minutes, "
                    + $"{bytes} more are wanted; raise blob_bytes in config.json.");
            }

            _used += bytes;
        }
    }

    /// <summary>Gives bytes back.</summary>
    public void Release(long bytes)
    {
        lock (_gate) _used -= bytes;
    }
}
