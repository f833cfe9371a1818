// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Sockets;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Multiformats;
using PeerCompute.Net.Connections;

namespace PeerCompute.Net;

/// <content>How connections come and go.</content>
public sealed partial class Host
{
    private readonly Dictionary<PeerId, Task<Connection>> _dials = [];

    /// <summary>Connects to an address. When it ends in a peer that is connected already, nothing is dialled.</summary>
    /// <param name="address">A TCP address, with or without <c>/p2p/…</c> at its end.</param>
    /// <param name="cancel">Ends the waiting.</param>
    /// <returns>The proven peer at the other end.</returns>
    /// <exception cref="PeerComputeException">
    /// <see cref="ErrorCode.NotAuthentic"/>: another peer answers there. <see cref="ErrorCode.Unavailable"/>: nobody, or not in time, or no libp2p peer.
    /// <see cref="ErrorCode.LimitExceeded"/>: too many connections.
    /// </exception>
    public async Task<PeerId> ConnectAsync(Multiaddr address, CancellationToken cancel = default)
    {
        ObjectDisposedException.ThrowIf(_stop.IsCancellationRequested, this);
        if (!address.Peer.IsNone && _table.Usable(address.Peer) is not null) return address.Peer;
        var connection = await DialAsync(address, address.Peer, cancel).ConfigureAwait(false);
        return connection.Peer;
    }

    private async Task<Connection> DialKnownAsync(PeerId peer, CancellationToken cancel)
    {
        Task<Connection> dial;
        lock (_dials)
        {
            if (!_dials.TryGetValue(peer, out dial!))
            {
                dial = DialEachAsync(peer);
                if (!dial.IsCompleted) _dials[peer] = dial;
            }
        }

        return await dial.WaitAsync(cancel).ConfigureAwait(false);
    }

    private async Task<Connection> DialEachAsync(PeerId peer)
    {
        await Task.Yield();
        try
        {
            PeerComputeException? last = null;
            foreach (var address in _table.Known(peer))
            {
                try
                {
                    return await DialAsync(address, peer, _stop.Token).ConfigureAwait(false);
                }
                catch (PeerComputeException e)
                {
                    last = e;
                }
            }

            throw new PeerComputeException(ErrorCode.Unavailable,
                $"Peer {peer} is not connected and {(last is null ? "no address of it is known" : "cannot be reached")}.", last);
        }
        finally
        {
            lock (_dials) _dials.Remove(peer);
        }
    }

    private async Task<Connection> DialAsync(Multiaddr address, PeerId expected, CancellationToken cancel)
    {
        if (expected == PeerId) throw new PeerComputeException(ErrorCode.Usage, $"{address} is this node itself.");
        if (!_table.TryEnterOutbound())
            throw new PeerComputeException(ErrorCode.LimitExceeded, $"The limit of {_options.Limits.Connections} connections is reached.");
        Interlocked.Increment(ref _dialled);
        var entered = false;
        Line? line = null;
        try
        {
            using var limit = Limit(_options.Limits.UpgradeTimeout, cancel);
            line = await LineToAsync(address, limit.Token).ConfigureAwait(false);
            var upgraded = await new Upgrade(line, _noise, Fork(), _options.InlineMuxer).DialAsync(address, expected, limit.Token).ConfigureAwait(false);
            if (upgraded.Peer == PeerId) throw new PeerComputeException(ErrorCode.Usage, $"{address} is this node itself.");
            _table.Remember(upgraded.Peer, upgraded.RemoteAddress);
            entered = true;
            return Start(upgraded, outbound: true, _table.LeaveOutbound);
        }
        catch (Exception e) when (e is WireException or SocketException or ObjectDisposedException)
        {
            throw new PeerComputeException(ErrorCode.Unavailable, $"The connection to {address} failed: {e.Message}", e);
        }
        catch (OperationCanceledException e) when (!cancel.IsCancellationRequested)
        {
            throw new PeerComputeException(ErrorCode.Unavailable,
                $"The peer at {address} did not answer within {_options.Limits.UpgradeTimeout.TotalSeconds:0} s.", e);
        }
        finally
        {
            if (!entered)
            {
                line?.Dispose();
                _table.LeaveOutbound();
            }
        }
    }

    private async Task<Line> LineToAsync(Multiaddr address, CancellationToken cancel)
    {
        var socket = await Listener.ConnectAsync(address, _options.Shape?.From, cancel).ConfigureAwait(false);
        try
        {
            var remote = ((IPEndPoint)socket.RemoteEndPoint!).Address;
            if (_shaper is not null) await _shaper.DialledAsync(remote, cancel).ConfigureAwait(false);
            return Over(socket, remote);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private Line Over(Socket socket, IPAddress remote) => _shaper is null ? new Line(socket) : _shaper.Over(socket, remote);

    private async Task AcceptAsync(Socket listener)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var socket = await listener.AcceptAsync(_stop.Token).ConfigureAwait(false);
                var remote = (IPEndPoint)socket.RemoteEndPoint!;
                if (_table.TryEnter(remote.Address)) _tasks.Run(() => WelcomeAsync(socket, remote));
                else socket.Dispose();
            }
            catch (SocketException)
            {
                // The dialer went away, or the system has no descriptors left for a moment.
                await Task.Delay(TimeSpan.FromMilliseconds(10), _options.Time, _stop.Token).ConfigureAwait(false);
            }
        }
    }

    private async Task WelcomeAsync(Socket socket, IPEndPoint remote)
    {
        var entered = false;
        Line? line = null;
        try
        {
            socket.NoDelay = true;
            line = Over(socket, remote.Address);
            using var limit = Limit(_options.Limits.UpgradeTimeout, CancellationToken.None);
            var address = Multiaddr.FromTcp(remote.Address, remote.Port);
            var upgraded = await new Upgrade(line, _noise, Fork(), _options.InlineMuxer).AcceptAsync(address, limit.Token).ConfigureAwait(false);
            if (upgraded.Peer == PeerId) return;
            entered = true;
            Start(upgraded, outbound: false, () => _table.Leave(remote.Address));
        }
        catch (Exception e) when (e is WireException or PeerComputeException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // A stranger that is no peer of ours.
        }
        finally
        {
            _table.Upgraded();
            if (!entered)
            {
                line?.Dispose();
                socket.Dispose();
                _table.Leave(remote.Address);
            }
        }
    }

    private Connection Start(Upgraded upgraded, bool outbound, Action leave)
    {
        var connection = new Connection(upgraded, outbound, _options.Limits.Yamux, _clock, this);
        if (_table.Add(connection) is { } first) _events.Writer.TryWrite(new PeerEvent(PeerEventKind.Connected, first));
        if (_stop.IsCancellationRequested) connection.Stop();
        _tasks.Run(() => RunAsync(connection, leave));
        _tasks.Run(() => IdentifyAsync(connection));
        return connection;
    }

    private async Task RunAsync(Connection connection, Action leave)
    {
        await connection.RunAsync().ConfigureAwait(false);
        leave();
        if (_table.Remove(connection) is { } last) _events.Writer.TryWrite(new PeerEvent(PeerEventKind.Disconnected, last));
        await connection.EndAsync().ConfigureAwait(false);
    }

    /// <summary>Fresh secrets of their own, so that handshakes need no common lock.</summary>
    private Base.Chance.Secrets Fork()
    {
        lock (_secrets) return new Base.Chance.Secrets(_secrets.Bytes(32));
    }
}
