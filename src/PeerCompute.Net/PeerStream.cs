// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Bytes;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Libp2p.Multistream;
using PeerCompute.Libp2p.Yamux;
using PeerCompute.Net.Connections;

namespace PeerCompute.Net;

/// <summary>
/// A bidirectional stream to a peer under an agreed protocol, encrypted and with backpressure. One reader and one writer at a time.
/// A stream that was reset, or whose connection is lost, throws <see cref="PeerComputeException"/> with <see cref="ErrorCode.Unavailable"/>.
/// </summary>
public sealed class PeerStream : IAsyncDisposable
{
    private const string OneEach = "A stream has one reader and one writer at a time.";

    private readonly Connection _connection;
    private readonly YamuxStream _stream;
    private readonly Signal _readable = new();
    private readonly Signal _writable = new();
    private Negotiation? _proposed;
    private int _reading;
    private int _writing;

    internal PeerStream(Connection connection, YamuxStream stream)
    {
        _connection = connection;
        _stream = stream;
    }

    /// <summary>The proven peer at the other end.</summary>
    public PeerId Peer => _connection.Peer;

    /// <summary>The agreed protocol.</summary>
    public string Protocol { get; internal set; } = "";

    /// <summary>True when we opened it.</summary>
    public bool Outbound => _stream.Outbound;

    internal Connection Connection => _connection;

    /// <summary>Reads what is there, waiting for the first byte.</summary>
    /// <param name="destination">Where to; empty waits until a read would not wait.</param>
    /// <param name="cancel">Ends the waiting; the stream stays usable.</param>
    /// <returns>Bytes read, 0 at the peer's clean end.</returns>
    /// <exception cref="PeerComputeException">Reset or connection lost.</exception>
    public async ValueTask<int> ReadAsync(Memory<byte> destination, CancellationToken cancel = default)
    {
        if (_proposed is not null) await AgreedAsync(cancel).ConfigureAwait(false);
        Enter(ref _reading);
        try
        {
            cancel.ThrowIfCancellationRequested();
            while (true)
            {
                var wait = !cancel.IsCancellationRequested;
                var read = _connection.Read(_stream, destination, wait);
                if (read >= 0) return read;
                if (!wait) cancel.ThrowIfCancellationRequested();
                await _readable.WaitAsync(cancel).ConfigureAwait(false);
            }
        }
        finally
        {
            Volatile.Write(ref _reading, 0);
        }
    }

    /// <summary>Waits for the peer's word on the protocol of a stream that was begun without it. A reading: nobody else reads meanwhile.</summary>
    /// <param name="cancel">Ends the waiting; the stream stays usable.</param>
    /// <returns>When it has taken the proposal.</returns>
    /// <exception cref="PeerComputeException">It does not speak the protocol, or the stream was reset, or its connection lost.</exception>
    public async ValueTask AgreedAsync(CancellationToken cancel)
    {
        if (Interlocked.Exchange(ref _proposed, null) is not { } proposed) return;
        var buffer = new byte[Negotiation.LongestToken];
        try
        {
            while (!proposed.IsDone)
            {
                var read = await ReadAsync(buffer.AsMemory(0, proposed.Wanted), cancel).ConfigureAwait(false);
                if (read == 0) throw new WireException("stream", "ended before a protocol was agreed");
                proposed.Receive(buffer.AsSpan(0, read));
            }
        }
        catch (WireException e)
        {
            throw new PeerComputeException(ErrorCode.Unavailable, $"Peer {Peer} broke the negotiation of {Protocol}: {e.Message}", e);
        }
        finally
        {
            if (proposed.Protocol is null) _proposed = proposed;
        }

        if (proposed.Protocol is null) throw new PeerComputeException(ErrorCode.Unavailable, $"Peer {Peer} does not speak {Protocol}.");
    }

    /// <summary>Writes everything, waiting while the peer does not read. Returns when the bytes are taken, not when they have arrived.</summary>
    /// <param name="source">The bytes.</param>
    /// <param name="cancel">Ends the waiting; then part of the bytes may be sent: reset the stream.</param>
    /// <returns>When done.</returns>
    /// <exception cref="PeerComputeException">Reset or connection lost.</exception>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancel = default)
    {
        Enter(ref _writing);
        try
        {
            cancel.ThrowIfCancellationRequested();
            for (var again = false; ; again = true)
            {
                var wait = !cancel.IsCancellationRequested;
                source = _connection.Write(_stream, source, again, wait);
                if (source.IsEmpty) return;
                if (!wait) cancel.ThrowIfCancellationRequested();
                await _writable.WaitAsync(cancel).ConfigureAwait(false);
            }
        }
        finally
        {
            Volatile.Write(ref _writing, 0);
        }
    }

    /// <summary>Ends our side after what is written. Reading goes on.</summary>
    /// <param name="cancel">Not needed: nothing waits.</param>
    /// <returns>When noted.</returns>
    public ValueTask CloseWriteAsync(CancellationToken cancel = default)
    {
        cancel.ThrowIfCancellationRequested();
        _connection.CloseWrite(_stream);
        return default;
    }

    /// <summary>Ends both sides at once; what waits on either side is dropped and the peer is told.</summary>
    public void Reset() => _connection.Reset(_stream);

    /// <summary>Reads one message behind its length as a varint.</summary>
    /// <param name="maxBytes">Longest message allowed.</param>
    /// <param name="cancel">Ends the waiting; the stream cannot be read on.</param>
    /// <returns>The message, null at the peer's clean end.</returns>
    /// <exception cref="WireException">Longer than allowed (nothing was allocated), a bad length, or cut short.</exception>
    /// <exception cref="PeerComputeException">Reset or connection lost.</exception>
    public async ValueTask<byte[]?> ReadFrameAsync(int maxBytes, CancellationToken cancel = default)
    {
        var length = await ReadFrameLengthAsync(maxBytes, cancel).ConfigureAwait(false);
        if (length < 0) return null;
        var frame = new byte[length];
        await ReadExactlyAsync(frame, cancel).ConfigureAwait(false);
        return frame;
    }

    /// <summary>Reads one message behind its length as a varint, into memory that is there.</summary>
    /// <param name="destination">As long as the longest message allowed.</param>
    /// <param name="cancel">Ends the waiting; the stream cannot be read on.</param>
    /// <returns>Bytes of the message, -1 at the peer's clean end.</returns>
    /// <exception cref="WireException">Longer than allowed, a bad length, or cut short.</exception>
    /// <exception cref="PeerComputeException">Reset or connection lost.</exception>
    public async ValueTask<int> ReadFrameAsync(Memory<byte> destination, CancellationToken cancel = default)
    {
        var length = await ReadFrameLengthAsync(destination.Length, cancel).ConfigureAwait(false);
        if (length > 0) await ReadExactlyAsync(destination[..length], cancel).ConfigureAwait(false);
        return length;
    }

    /// <summary>Writes one message behind its length as a varint.</summary>
    /// <param name="message">The message.</param>
    /// <param name="cancel">Ends the waiting; then part of the bytes may be sent: reset the stream.</param>
    /// <returns>When taken.</returns>
    public async ValueTask WriteFrameAsync(ReadOnlyMemory<byte> message, CancellationToken cancel = default)
    {
        var frame = new byte[Varint.Length((ulong)message.Length) + message.Length];
        message.CopyTo(frame.AsMemory(Varint.Write(frame, (ulong)message.Length)));
        await WriteAsync(frame, cancel).ConfigureAwait(false);
    }

    /// <summary>Fills a buffer.</summary>
    /// <param name="destination">All of it.</param>
    /// <param name="cancel">Ends the waiting; the stream cannot be read on.</param>
    /// <returns>When full.</returns>
    /// <exception cref="WireException">The peer ended before.</exception>
    /// <exception cref="PeerComputeException">Reset or connection lost.</exception>
    public async ValueTask ReadExactlyAsync(Memory<byte> destination, CancellationToken cancel = default)
    {
        while (destination.Length > 0)
        {
            var read = await ReadAsync(destination, cancel).ConfigureAwait(false);
            if (read == 0) throw new WireException("stream", $"ended {destination.Length} bytes too early");
            destination = destination[read..];
        }
    }

    /// <summary>Lets the stream go: our side ends after what is written, what the peer still sends is dropped. <see cref="Reset"/> tells it to stop.</summary>
    /// <returns>When noted.</returns>
    public ValueTask DisposeAsync()
    {
        _connection.Abandon(_stream);
        return default;
    }

    /// <summary>The proposal is sent: the peer's word on it is read in front of what it sends.</summary>
    internal void Propose(Negotiation proposed) => _proposed = proposed;

    private async ValueTask<int> ReadFrameLengthAsync(int maxBytes, CancellationToken cancel)
    {
        var head = new byte[Varint.MaxLength];
        ulong length;
        for (var have = 0; ; )
        {
            if (await ReadAsync(head.AsMemory(have, 1), cancel).ConfigureAwait(false) == 0)
                return have == 0 ? -1 : throw new WireException("frame length", "cut short");
            if (Varint.TryRead(head.AsSpan(0, ++have), out length, out _)) break;
        }

        return length > (ulong)maxBytes ? throw new WireException("frame", $"{length} bytes, limit {maxBytes}") : (int)length;
    }

    internal void Wake()
    {
        _readable.Set();
        _writable.Set();
    }

    private static void Enter(ref int guard)
    {
        if (Interlocked.Exchange(ref guard, 1) != 0) throw new InvalidOperationException(OneEach);
    }
}
