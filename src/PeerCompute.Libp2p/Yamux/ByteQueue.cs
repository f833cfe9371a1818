// SPDX-License-Identifier: Apache-2.0
using System.Buffers;

namespace PeerCompute.Libp2p.Yamux;

/// <summary>Bytes in order, kept in rented pieces: never more than twice what is queued (plus one small piece) is held.</summary>
internal sealed class ByteQueue
{
    private const int SmallestPiece = 1024;
    private const int LargestPiece = 64 * 1024;

    private readonly Queue<Piece> _pieces = new();
    private Piece? _tail;

    /// <summary>Bytes queued.</summary>
    public int Length { get; private set; }

    /// <summary>Adds a copy at the end.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        Length = checked(Length + bytes.Length);
        while (bytes.Length > 0)
        {
            if (_tail is null || _tail.End == _tail.Bytes.Length)
            {
                _tail = new Piece(ArrayPool<byte>.Shared.Rent(Math.Clamp(bytes.Length, SmallestPiece, LargestPiece)));
                _pieces.Enqueue(_tail);
            }

            var take = Math.Min(bytes.Length, _tail.Bytes.Length - _tail.End);
            bytes[..take].CopyTo(_tail.Bytes.AsSpan(_tail.End));
            _tail.End += take;
            bytes = bytes[take..];
        }
    }

    /// <summary>Moves bytes from the front into a buffer.</summary>
    /// <returns>Bytes moved: the smaller of both lengths.</returns>
    public int Take(Span<byte> destination)
    {
        var moved = 0;
        while (moved < destination.Length && Length > 0)
        {
            var head = _pieces.Peek();
            var take = Math.Min(destination.Length - moved, head.End - head.Start);
            head.Bytes.AsSpan(head.Start, take).CopyTo(destination[moved..]);
            head.Start += take;
            moved += take;
            Length -= take;
            if (head.Start == head.End) Return(_pieces.Dequeue());
        }

        return moved;
    }

    /// <summary>Drops everything.</summary>
    public void Clear()
    {
        while (_pieces.TryDequeue(out var piece)) Return(piece);
        Length = 0;
    }

    private void Return(Piece piece)
    {
        if (ReferenceEquals(piece, _tail)) _tail = null;
        ArrayPool<byte>.Shared.Return(piece.Bytes);
    }

    private sealed class Piece(byte[] bytes)
    {
        public readonly byte[] Bytes = bytes;
        public int Start;
        public int End;
    }
}
