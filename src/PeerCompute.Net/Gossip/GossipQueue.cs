// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using PeerCompute.Base.Bytes;
using PeerCompute.Libp2p.Gossip;
using PeerCompute.Net.Connections;

namespace PeerCompute.Net.Gossip;

/// <summary>What waits to be sent to one peer: control first, then messages and gossip within a bound of bytes. Many writers, one reader.</summary>
internal sealed class GossipQueue(GossipStreamLimits limits)
{
    private const int WriteBytes = 64 * 1024;

    private readonly Lock _gate = new();
    private readonly Queue<GossipRpc> _control = new();
    private readonly Queue<GossipRpc> _gossip = new();
    private int _gossipBytes;

    public Signal Ready { get; } = new();

    /// <summary>Adds an RPC.</summary>
    /// <returns>False when it is dropped, as the queue is full.</returns>
    public bool TryAdd(GossipRpc rpc)
    {
        lock (_gate)
        {
            if (rpc.HasControl)
            {
                if (_control.Count >= limits.QueueControls) return false;
                _control.Enqueue(rpc);
            }
            else
            {
                if (_gossip.Count > 0 && _gossipBytes + rpc.Encoded.Length > limits.QueueBytes) return false;
                _gossipBytes += rpc.Encoded.Length;
                _gossip.Enqueue(rpc);
            }
        }

        Ready.Set();
        return true;
    }

    public void Clear()
    {
        lock (_gate)
        {
            _control.Clear();
            _gossip.Clear();
            _gossipBytes = 0;
        }
    }

    /// <summary>Takes as many RPCs as fit one write, at least one, each behind its length.</summary>
    /// <returns>A rented buffer and how much of it is filled; nothing when nothing waits.</returns>
    public (byte[] Buffer, int Length)? Take()
    {
        lock (_gate)
        {
            if (!TryPeek(out var rpc)) return null;
            var buffer = ArrayPool<byte>.Shared.Rent(int.Max(WriteBytes, FrameLength(rpc)));
            var length = 0;
            while (TryPeek(out rpc) && length + FrameLength(rpc) <= buffer.Length)
            {
                var encoded = rpc.Encoded;
                length += Varint.Write(buffer.AsSpan(length), (ulong)encoded.Length);
                encoded.Span.CopyTo(buffer.AsSpan(length));
                length += encoded.Length;
                if (_control.Count > 0) _control.Dequeue();
                else _gossipBytes -= _gossip.Dequeue().Encoded.Length;
            }

            return (buffer, length);
        }
    }

    private static int FrameLength(GossipRpc rpc) => Varint.Length((ulong)rpc.Encoded.Length) + rpc.Encoded.Length;

    private bool TryPeek(out GossipRpc rpc) => _control.TryPeek(out rpc!) || _gossip.TryPeek(out rpc!);
}
