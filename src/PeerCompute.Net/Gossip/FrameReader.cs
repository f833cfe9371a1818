// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Bytes;
using PeerCompute.Base.Errors;

namespace PeerCompute.Net.Gossip;

/// <summary>Reads messages behind their lengths, many small ones with one read of the stream. Each message is an array of its own: it may be kept.</summary>
internal sealed class FrameReader(PeerStream stream, int maxBytes)
{
    private readonly byte[] _buffer = new byte[4096];
    private int _at;
    private int _have;

    /// <summary>The next message.</summary>
    /// <returns>Null at the peer's clean end.</returns>
    /// <exception cref="WireException">Longer than allowed (nothing was allocated), a bad length, or cut short.</exception>
    public async ValueTask<byte[]?> NextAsync(CancellationToken cancel)
    {
        ulong length;
        int head;
        while (!Varint.TryRead(_buffer.AsSpan(_at, _have), out length, out head))
        {
            _buffer.AsSpan(_at, _have).CopyTo(_buffer);
            _at = 0;
            var read = await stream.ReadAsync(_buffer.AsMemory(_have), cancel).ConfigureAwait(false);
            if (read == 0) return _have == 0 ? null : throw new WireException("frame length", "cut short");
            _have += read;
        }

        if (length > (ulong)maxBytes) throw new WireException("frame", $"{length} bytes, limit {maxBytes}");
        var frame = new byte[(int)length];
        var ready = int.Min(_have - head, frame.Length);
        _buffer.AsSpan(_at + head, ready).CopyTo(frame);
        _at += head + ready;
        _have -= head + ready;
        await stream.ReadExactlyAsync(frame.AsMemory(ready), cancel).ConfigureAwait(false);
        return frame;
    }
}
