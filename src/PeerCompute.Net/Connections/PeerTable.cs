// SPDX-License-Identifier: Apache-2.0
using System.Net;
using PeerCompute.Base.Collections;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Multiformats;

namespace PeerCompute.Net.Connections;

/// <summary>Who is connected, and which addresses are known. Safe for all threads.</summary>
internal sealed class PeerTable(HostLimits limits)
{
    private readonly Lock _gate = new();
    private readonly OrderedMap<PeerId, List<Connection>> _peers = new();
    private readonly OrderedMap<PeerId, List<Multiaddr>> _known = new(limits.KnownPeers);
    private readonly Dictionary<IPAddress, int> _inbound = [];
    private int _connections;
    private int _upgrading;

    public IReadOnlyList<PeerInfo> Peers
    {
        get
        {
            lock (_gate) return [.. _peers.Values.Select(Info)];
        }
    }

    public IReadOnlyList<Connection> Connections
    {
        get
        {
            lock (_gate) return [.. _peers.Values.SelectMany(c => c)];
        }
    }

    /// <summary>Takes a place for an inbound connection whose peer is not proven yet.</summary>
    public bool TryEnter(IPAddress ip)
    {
        lock (_gate)
        {
            _inbound.TryGetValue(ip, out var ofAddress);
            if (_upgrading >= limits.Upgrading || _connections >= limits.Connections) return false;
            if (!IPAddress.IsLoopback(ip) && ofAddress >= limits.ConnectionsPerAddress) return false;
            _inbound[ip] = ofAddress + 1;
            _connections++;
            _upgrading++;
            return true;
        }
    }

    /// <summary>The peer of an inbound connection is proven, or the attempt is over.</summary>
    public void Upgraded()
    {
        lock (_gate) _upgrading--;
    }

    /// <summary>Gives an inbound place back.</summary>
    public void Leave(IPAddress ip)
    {
        lock (_gate)
        {
            _connections--;
            if (_inbound[ip] == 1) _inbound.Remove(ip);
            else _inbound[ip]--;
        }
    }

    /// <summary>Takes a place for an outbound connection.</summary>
    public bool TryEnterOutbound()
    {
        lock (_gate)
        {
            if (_connections >= limits.Connections) return false;
            _connections++;
            return true;
        }
    }

    /// <summary>Gives an outbound place back.</summary>
    public void LeaveOutbound()
    {
        lock (_gate) _connections--;
    }

    /// <summary>Adds a connection.</summary>
    /// <returns>The peer when this is its first, else null.</returns>
    public PeerInfo? Add(Connection connection)
    {
        lock (_gate)
        {
            if (_peers.TryGetValue(connection.Peer, out var connections))
            {
                connections.Add(connection);
                return null;
            }

            connections = [connection];
            _peers.TryAdd(connection.Peer, connections);
            return Info(connections);
        }
    }

    /// <summary>Removes a connection.</summary>
    /// <returns>The peer as it was when this was its last, else null.</returns>
    public PeerInfo? Remove(Connection connection)
    {
        lock (_gate)
        {
            if (!_peers.TryGetValue(connection.Peer, out var connections)) return null;
            var last = Info(connections);
            if (!connections.Remove(connection) || connections.Count > 0) return null;
            _peers.Remove(connection.Peer);
            return last;
        }
    }

    public PeerInfo? Find(PeerId peer)
    {
        lock (_gate) return _peers.TryGetValue(peer, out var connections) ? Info(connections) : null;
    }

    /// <summary>A connection that streams can be opened on: the youngest usable one.</summary>
    public Connection? Usable(PeerId peer)
    {
        lock (_gate) return _peers.TryGetValue(peer, out var connections) ? connections.FindLast(c => c.IsUsable) : null;
    }

    public IReadOnlyList<Connection> Of(PeerId peer)
    {
        lock (_gate) return _peers.TryGetValue(peer, out var connections) ? [.. connections] : [];
    }

    /// <summary>Remembers an address; the latest comes first.</summary>
    public void Remember(PeerId peer, Multiaddr address)
    {
        lock (_gate)
        {
            if (!_known.TryGetValue(peer, out var addresses))
            {
                if (_known.IsFull) _known.Remove(_known.First.Key);
                addresses = [];
                _known.TryAdd(peer, addresses);
            }

            addresses.Remove(address);
            addresses.Insert(0, address);
            if (addresses.Count > limits.AddressesPerPeer) addresses.RemoveAt(addresses.Count - 1);
        }
    }

    public IReadOnlyList<Multiaddr> Known(PeerId peer)
    {
        lock (_gate) return _known.TryGetValue(peer, out var addresses) ? [.. addresses] : [];
    }

    private static PeerInfo Info(List<Connection> connections)
    {
        var first = connections[0];
        var said = connections.Find(c => c.Identity is not null)?.Identity;
        return new PeerInfo(
            first.Peer,
            first.RemoteAddress,
            first.Outbound,
            said?.AgentVersion ?? "",
            said?.ProtocolVersion ?? "",
            said?.Protocols ?? [],
            said?.ListenAddresses ?? [],
            said?.ObservedAddress,
            connections.Select(c => c.Rtt).FirstOrDefault(r => r is not null),
            connections.Count);
    }
}
