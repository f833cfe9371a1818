// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Buffers.Binary;
using System.Net.Sockets;
using PeerCompute.Libp2p.Noise;

namespace PeerCompute.Net.Connections;

/// <content>The two loops.</content>
internal sealed partial class Connection
{
    /// <summary>Bytes asked of the socket at once; at least one noise message.</summary>
    private const int ReceiveBuffer = 256 * 1024;

    /// <summary>Full noise messages sent at once.</summary>
    private const int SendMessages = 4;

    /// <summary>How long a connection that ends may take to send what waits.</summary>
    private static readonly TimeSpan FlushTime = TimeSpan.FromSeconds(1);

    private const int FullMessage = NoiseTransport.LengthSize + NoiseTransport.MaxMessage;
    private readonly byte[] _cipherRest;
    private readonly byte[] _plainRest;

    /// <summary>Runs until the connection is over, for whatever reason; throws nothing.</summary>
    public async Task RunAsync()
    {
        Advance();
        var sending = SendAsync();
        var receiving = ReceiveAsync();
        await Task.WhenAny(sending, receiving).ConfigureAwait(false);
        Stop();
        await sending.WaitAsync(FlushTime).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _line.Dispose();
        await Task.WhenAll(sending, receiving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_gate)
        {
            _session.Abort("the connection is over");
            Settle();
        }

        _noise.Dispose();
    }

    /// <summary>After <see cref="RunAsync"/>: tells everybody who watches <see cref="Ended"/>.</summary>
    public Task EndAsync() => _ended.CancelAsync();

    /// <summary>Ends the connection in order: the peer is told, both loops end.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            if (_stopping) return;
            _stopping = true;
            _session.Close();
            Settle();
        }

        _output.Set();
    }

    private async Task ReceiveAsync()
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ReceiveBuffer);
        try
        {
            if (_plainRest.Length > 0 && !Deliver(_plainRest)) return;
            _cipherRest.CopyTo(buffer, 0);
            var have = _cipherRest.Length;
            while (true)
            {
                var used = Open(buffer.AsSpan(0, have));
                if (used < 0) return;
                buffer.AsSpan(used, have - used).CopyTo(buffer);
                have -= used;
                var read = await _line.ReceiveAsync(buffer.AsMemory(have)).ConfigureAwait(false);
                if (read == 0) return;
                _owner.Carried(0, read);
                have += read;
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The connection is lost.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Decrypts all complete messages in place and hands them to the session under one lock.</summary>
    /// <returns>Bytes used, -1 when the connection is over.</returns>
    private int Open(Span<byte> bytes)
    {
        const int most = 64;
        Span<(int At, int Length)> plain = stackalloc (int, int)[most];
        var used = 0;
        while (true)
        {
            var count = 0;
            while (count < most && bytes.Length - used >= NoiseTransport.LengthSize)
            {
                var length = BinaryPrimitives.ReadUInt16BigEndian(bytes[used..]);
                if (bytes.Length - used - NoiseTransport.LengthSize < length) break;
                var at = used + NoiseTransport.LengthSize;
                var opened = _noise.Decrypt(bytes.Slice(at, length));
                if (opened < 0) return -1;
                plain[count++] = (at, opened);
                used = at + length;
            }

            if (count == 0) return used;
            if (!Deliver(bytes, plain[..count])) return -1;
        }
    }

    private bool Deliver(Span<byte> bytes) => Deliver(bytes, [(0, bytes.Length)]);

    private bool Deliver(Span<byte> bytes, ReadOnlySpan<(int At, int Length)> parts)
    {
        PeerStream[] accepted = [];
        bool alive;
        lock (_gate)
        {
            foreach (var (at, length) in parts) _session.Receive(bytes.Slice(at, length), _clock.Now);
            Settle();
            alive = _fits && _session.Failure is null;
            if (_accepted.Count > 0)
            {
                accepted = _accepted.ToArray();
                _accepted.Clear();
            }
        }

        foreach (var stream in accepted) _owner.Accepted(stream);
        return alive;
    }

    private async Task SendAsync()
    {
        var buffer = ArrayPool<byte>.Shared.Rent(SendMessages * FullMessage);
        try
        {
            while (true)
            {
                var (length, over) = Collect(buffer);
                if (length > 0)
                {
                    await _line.SendAsync(buffer.AsMemory(0, length)).ConfigureAwait(false);
                    _owner.Carried(length, 0);
                }
                else if (over)
                {
                    await _line.EndAsync().ConfigureAwait(false);
                    return;
                }
                else
                {
                    await _output.WaitAsync().ConfigureAwait(false);
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The receive loop says why the connection ended.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Fills a buffer with encrypted messages.</summary>
    private (int Length, bool Over) Collect(byte[] buffer)
    {
        Span<int> plain = stackalloc int[SendMessages];
        var count = 0;
        bool over;
        lock (_gate)
        {
            for (var at = 0; count < SendMessages; count++)
            {
                plain[count] = _session.Fill(buffer.AsSpan(at + NoiseTransport.LengthSize, NoiseTransport.MaxPlaintext));
                if (plain[count] == 0) break;
                at += plain[count] + NoiseTransport.Overhead;
            }

            over = _stopping || _session.Failure is not null;
            Settle();
        }

        var length = 0;
        for (var i = 0; i < count; i++)
        {
            var size = plain[i] + NoiseTransport.Overhead;
            _noise.Encrypt(buffer.AsSpan(length, size));
            length += size;
        }

        return (length, over);
    }
}
