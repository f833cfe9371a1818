// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Security.Cryptography;
using PeerCompute.Base.Chance;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Multiformats;
using PeerCompute.Libp2p.Mdns;
using PeerCompute.Net.Connections;

namespace PeerCompute.Net.Mdns;

/// <summary>
/// Multicast DNS on every IPv4 interface, loopback included: 224.0.0.251, UDP port 5353, shared with the system's own responder (RFC 6762,
/// section 15).
/// </summary>
public sealed class MdnsSocket : IAsyncDisposable
{
    private const int Port = 5353;

    private static readonly IPAddress Group = IPAddress.Parse("224.0.0.251");

    private readonly Lock _gate = new();
    private readonly Socket _socket;
    private readonly Clock _clock;
    private readonly MdnsMachine _machine;
    private readonly Action<PeerId, ImmutableArray<Multiaddr>> _found;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<IPAddress> _joined = [];
    private readonly SemaphoreSlim _changed = new(0, 1);
    private Task _loops = Task.CompletedTask;

    private MdnsSocket(Socket socket, PeerId self, Action<PeerId, ImmutableArray<Multiaddr>> found)
    {
        _socket = socket;
        _found = found;
        _clock = new Clock(TimeProvider.System);
        var seed = BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(8));
        _machine = new MdnsMachine(self, new Choices(seed), _clock.Now);
    }

    /// <summary>Where this node listens; local TCP addresses are told to the network.</summary>
    public IReadOnlyList<Multiaddr> Addresses
    {
        get
        {
            lock (_gate) return _machine.Addresses;
        }

        set
        {
            lock (_gate) _machine.Addresses = [.. value];
        }
    }

    /// <summary>Starts asking and answering.</summary>
    /// <param name="self">This node.</param>
    /// <param name="addresses">Where it listens.</param>
    /// <param name="found">Called with each peer that is found, at most once a minute each; what it throws is dropped.</param>
    /// <returns>The running socket.</returns>
    /// <exception cref="PeerComputeException"><see cref="ErrorCode.Host"/>: the port cannot be shared, or no interface takes multicast. A node lives
    /// without.</exception>
    public static MdnsSocket Start(PeerId self, IReadOnlyList<Multiaddr> addresses, Action<PeerId, ImmutableArray<Multiaddr>> found)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastTimeToLive, 255);
            socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastLoopback, true);
            socket.Bind(new IPEndPoint(IPAddress.Any, Port));
            var mdns = new MdnsSocket(socket, self, found) { Addresses = addresses };
            if (mdns.Join() == 0)
                throw new PeerComputeException(ErrorCode.Host, "No network interface takes part in multicast: peers on this network are not found.");
            mdns._loops = Task.WhenAll(mdns.ReceiveAsync(), mdns.TickAsync());
            return mdns;
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new PeerComputeException(ErrorCode.Host, $"UDP port {Port} cannot be shared ({e.Message}): peers on this network are not found.", e);
        }
        catch (PeerComputeException)
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Ends it.</summary>
    /// <returns>When ended.</returns>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        _socket.Dispose();
        await _loops.ConfigureAwait(false);
        _changed.Dispose();
        _stop.Dispose();
    }

    // Interfaces come and go: those that are new are joined before each question.
    private int Join()
    {
        var addresses = NetworkInterface.GetAllNetworkInterfaces()
            .Where(i => i.OperationalStatus == OperationalStatus.Up || i.NetworkInterfaceType == NetworkInterfaceType.Loopback)
            .Select(i => i.GetIPProperties().UnicastAddresses.FirstOrDefault(a => a.Address.AddressFamily == AddressFamily.InterNetwork)?.Address)
            .OfType<IPAddress>()
            .ToList();
        _joined.RemoveAll(a => !addresses.Contains(a));
        foreach (var address in addresses.Where(a => !_joined.Contains(a)))
        {
            try
            {
                _socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.AddMembership, new MulticastOption(Group, address));
                _joined.Add(address);
            }
            catch (SocketException)
            {
                // An interface without multicast.
            }
        }

        return _joined.Count;
    }

    private async Task ReceiveAsync()
    {
        var buffer = new byte[9216];
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var got = await _socket.ReceiveFromAsync(buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0), _stop.Token).ConfigureAwait(false);

                // Questions from another port want a unicast answer: an amplifier for whoever forges the sender.
                if (((IPEndPoint)got.RemoteEndPoint).Port != Port) continue;
                Take(buffer.AsMemory(0, got.ReceivedBytes).ToArray());
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                // An interface went away.
            }
        }
    }

    private void Take(ReadOnlyMemory<byte> packet)
    {
        ImmutableArray<(PeerId Peer, ImmutableArray<Multiaddr> Addresses)> news;
        lock (_gate) news = _machine.Receive(packet, _clock.Now);
        if (_changed.CurrentCount == 0) _changed.Release();
        foreach (var (peer, addresses) in news)
        {
            try
            {
                _found(peer, addresses);
            }
            catch (Exception)
            {
                // A subscriber's failure is its own.
            }
        }
    }

    private async Task TickAsync()
    {
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                ImmutableArray<ReadOnlyMemory<byte>> packets;
                TimeSpan wait;
                lock (_gate)
                {
                    packets = _machine.Advance(_clock.Now);
                    wait = _machine.NextWake - _clock.Now;
                }

                foreach (var packet in packets) Send(packet);
                if (wait > TimeSpan.Zero) await _changed.WaitAsync(wait, _stop.Token).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // The end.
        }
    }

    private void Send(ReadOnlyMemory<byte> packet)
    {
        Join();
        foreach (var address in _joined)
        {
            try
            {
                _socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastInterface, address.GetAddressBytes());
                _socket.SendTo(packet.Span, new IPEndPoint(Group, Port));
            }
            catch (SocketException)
            {
                // An interface went away, or takes no multicast.
            }
        }
    }
}
