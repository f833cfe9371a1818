// SPDX-License-Identifier: Apache-2.0
using System.Net.Sockets;
using System.Threading.Channels;
using PeerCompute.Net.Connections;

namespace PeerCompute.Net.Shaping;

/// <summary>
/// A line whose bytes are on their way for a while: they leave when the node's link up is free, come a latency and some jitter later, in their order, and
/// pass the other side's link down there. Timers count milliseconds, so it may take one longer.
/// </summary>
internal sealed class ShapedLine : Line
{
    /// <summary>Pieces on their way; the sender waits when there are more. A piece is at most four messages of Noise.</summary>
    private const int OnTheWay = 256;

    private readonly Shaper _shaper;
    private readonly TimeSpan _delay;
    private readonly Channel<(TimeSpan Due, byte[] Bytes)> _way = Channel.CreateBounded<(TimeSpan, byte[])>(
        new BoundedChannelOptions(OnTheWay) { SingleReader = true, SingleWriter = true });

    private readonly CancellationTokenSource _over = new();
    private readonly Task _carrying;
    private TimeSpan _last;

    public ShapedLine(Socket socket, Shaper shaper, TimeSpan delay)
        : base(socket)
    {
        (_shaper, _delay) = (shaper, delay);
        _carrying = CarryAsync();
    }

    /// <inheritdoc/>
    public override async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel = default)
    {
        var due = _shaper.Up.Pass(_shaper.Now, bytes.Length) + _delay + _shaper.Jitter();
        _last = due > _last ? due : _last;
        try
        {
            await _way.Writer.WriteAsync((_last, bytes.ToArray()), cancel).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            throw new SocketException((int)SocketError.ConnectionReset);
        }
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancel = default)
    {
        var read = await base.ReceiveAsync(buffer, cancel).ConfigureAwait(false);
        var now = _shaper.Now;
        var passed = _shaper.Down.Pass(now, read);
        if (passed - now >= TimeSpan.FromMilliseconds(1)) await _shaper.UntilAsync(passed, cancel).ConfigureAwait(false);
        return read;
    }

    /// <inheritdoc/>
    public override async ValueTask EndAsync()
    {
        _way.Writer.TryComplete();
        await _carrying.ConfigureAwait(false);
        await base.EndAsync().ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _way.Writer.TryComplete();
        _over.Cancel();
        base.Dispose();
    }

    private async Task CarryAsync()
    {
        try
        {
            await foreach (var (due, bytes) in _way.Reader.ReadAllAsync(_over.Token).ConfigureAwait(false))
            {
                await _shaper.UntilAsync(due, _over.Token).ConfigureAwait(false);
                await base.SendAsync(bytes, _over.Token).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            _way.Writer.TryComplete(); // The connection is lost: its sender hears of it at the next piece.
        }
    }
}
