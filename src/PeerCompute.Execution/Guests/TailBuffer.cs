// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Execution.Guests;

/// <summary>Keeps the end of a stream.</summary>
/// <param name="capacity">Bytes kept.</param>
internal sealed class TailBuffer(int capacity)
{
    private readonly byte[] _ring = new byte[capacity];
    private long _written;

    /// <summary>Adds to the stream.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > capacity)
        {
            _written += bytes.Length - capacity;
            bytes = bytes[^capacity..];
        }

        int at = (int)(_written % capacity), first = Math.Min(bytes.Length, capacity - at);
        bytes[..first].CopyTo(_ring.AsSpan(at));
        bytes[first..].CopyTo(_ring);
        _written += bytes.Length;
    }

    /// <summary>What is kept, in order.</summary>
    public byte[] ToArray()
    {
        if (_written <= capacity) return _ring[..(int)_written];
        int at = (int)(_written % capacity);
        return [.. _ring.AsSpan(at), .. _ring.AsSpan(0, at)];
    }
}
