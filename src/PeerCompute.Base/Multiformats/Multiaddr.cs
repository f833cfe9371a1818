// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using PeerCompute.Base.Bytes;
using PeerCompute.Base.Checks;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;

namespace PeerCompute.Base.Multiformats;

/// <summary>A self-describing network address (libp2p/specs addressing), for example <c>/ip4/192.0.2.1/tcp/4001/p2p/12D3KooW…</c>. By value.</summary>
public sealed class Multiaddr : IEquatable<Multiaddr>
{
    /// <summary>Longest address, bytes.</summary>
    public const int MaxLength = 512;

    /// <summary>Most protocols in one address.</summary>
    public const int MaxParts = 16;

    private readonly MultiaddrPart[] _parts;
    private readonly byte[] _bytes;

    private Multiaddr(MultiaddrPart[] parts)
    {
        var bytes = new List<byte>();
        foreach (var part in parts) part.WriteTo(bytes);
        _parts = parts;
        _bytes = bytes.ToArray();
        if (parts.Length is 0 or > MaxParts) throw new WireException("multiaddr", $"{parts.Length} parts, 1 to {MaxParts} allowed");
        if (_bytes.Length > MaxLength) throw new WireException("multiaddr", $"{_bytes.Length} bytes, limit {MaxLength}");
    }

    /// <summary>The parts in order.</summary>
    public IReadOnlyList<MultiaddrPart> Parts => _parts;

    /// <summary>The address on the wire.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>The peer that the address ends at, <see cref="PeerId.None"/> when it names none or its key is no Ed25519 key.</summary>
    public PeerId Peer
    {
        get
        {
            var last = _parts[^1];
            return last.Protocol == MultiaddrProtocol.P2p && last.Value.Length == PeerId.Length ? PeerId.FromBytes(last.Value.Span) : PeerId.None;
        }
    }

    /// <summary>Reads text such as <c>/ip4/127.0.0.1/tcp/4001</c>.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The address.</returns>
    /// <exception cref="WireException">Not an address, or a protocol that is not known.</exception>
    public static Multiaddr Parse(string text)
    {
        if (text.Length > 4 * MaxLength) throw new WireException("multiaddr", $"{text.Length} characters");
        if (!text.StartsWith('/')) throw new WireException("multiaddr", "does not start with a slash, as /ip4/127.0.0.1/tcp/4001 does");
        var words = text.TrimEnd('/').Split('/');
        var parts = new List<MultiaddrPart>();
        for (var i = 1; i < words.Length; i++)
        {
            var protocol = MultiaddrProtocol.Find(words[i]) ?? throw new WireException("multiaddr", $"unknown protocol '{words[i]}'");
            var value = "";
            if (protocol.Kind != MultiaddrKind.None && ++i == words.Length) throw new WireException("multiaddr", $"{protocol.Name} without a value");
            if (protocol.Kind != MultiaddrKind.None) value = words[i];
            parts.Add(MultiaddrPart.Parse(protocol, value));
        }

        return new Multiaddr(parts.ToArray());
    }

    /// <summary>Reads bytes.</summary>
    /// <param name="bytes">A stranger's bytes.</param>
    /// <returns>The address.</returns>
    /// <exception cref="WireException">Cut short, not minimal, too long, or a protocol that is not known.</exception>
    public static Multiaddr Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > MaxLength) throw new WireException("multiaddr", $"{bytes.Length} bytes, limit {MaxLength}");
        var parts = new List<MultiaddrPart>();
        while (bytes.Length > 0)
        {
            if (parts.Count == MaxParts) throw new WireException("multiaddr", $"more than {MaxParts} parts");
            var code = Number(ref bytes);
            var protocol = MultiaddrProtocol.Find(code) ?? throw new WireException("multiaddr", $"unknown protocol {code}");
            var size = protocol.Size >= 0 ? (ulong)protocol.Size : Number(ref bytes);
            if (size > (ulong)bytes.Length) throw new WireException("multiaddr", "cut short");
            parts.Add(MultiaddrPart.Checked(protocol, bytes[..(int)size].ToArray()));
            bytes = bytes[(int)size..];
        }

        return new Multiaddr(parts.ToArray());
    }

    /// <summary>The address of a TCP socket.</summary>
    /// <param name="address">IP address; IPv4 mapped into IPv6 becomes IPv4.</param>
    /// <param name="port">0 to 65535.</param>
    /// <returns>The address.</returns>
    public static Multiaddr FromTcp(IPAddress address, int port)
    {
        Invariant.Check(port is >= 0 and <= ushort.MaxValue);
        var ip = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        var protocol = ip.AddressFamily == AddressFamily.InterNetwork ? MultiaddrProtocol.Ip4 : MultiaddrProtocol.Ip6;
        return new Multiaddr([new(protocol, ip.GetAddressBytes()), new(MultiaddrProtocol.Tcp, new[] { (byte)(port >> 8), (byte)port })]);
    }

    /// <summary>The address with a peer at its end.</summary>
    /// <param name="peer">The peer.</param>
    /// <returns>This one when it ends so already.</returns>
    /// <exception cref="WireException">It ends at another peer.</exception>
    public Multiaddr WithPeer(PeerId peer)
    {
        Invariant.Check(!peer.IsNone);
        if (_parts[^1].Protocol != MultiaddrProtocol.P2p) return new Multiaddr([.. _parts, new(MultiaddrProtocol.P2p, peer.ToBytes())]);
        return Peer == peer ? this : throw new WireException("multiaddr", $"ends at another peer than {peer}");
    }

    /// <summary>The address without the peer at its end.</summary>
    /// <returns>This one when it names none or nothing else.</returns>
    public Multiaddr WithoutPeer() => _parts[^1].Protocol == MultiaddrProtocol.P2p && _parts.Length > 1 ? new Multiaddr(_parts[..^1]) : this;

    /// <summary>Whether this is a plain TCP address (a peer may follow): host and port, nothing on top.</summary>
    /// <param name="host">IP address or name.</param>
    /// <param name="port">Port.</param>
    /// <returns>False for other transports and relayed addresses.</returns>
    public bool TryGetTcp(out MultiaddrPart host, out int port)
    {
        host = _parts[0];
        port = 0;
        var plain = _parts.Length == 2 || (_parts.Length == 3 && _parts[2].Protocol == MultiaddrProtocol.P2p);
        if (!plain || _parts[1].Protocol != MultiaddrProtocol.Tcp || !IsHost(host.Protocol)) return false;
        port = BinaryPrimitives.ReadUInt16BigEndian(_parts[1].Value.Span);
        return true;
    }

    /// <inheritdoc/>
    public bool Equals(Multiaddr? other) => other is not null && _bytes.AsSpan().SequenceEqual(other._bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Multiaddr);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = 17;
        foreach (var b in _bytes) hash = unchecked((hash * 31) + b);
        return hash;
    }

    /// <summary>The address as text.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => string.Concat(Array.ConvertAll(_parts, part => part.ToString()));

    private static bool IsHost(MultiaddrProtocol protocol) => protocol.Kind is MultiaddrKind.Ip4 or MultiaddrKind.Ip6
        || protocol == MultiaddrProtocol.Dns || protocol == MultiaddrProtocol.Dns4 || protocol == MultiaddrProtocol.Dns6;

    private static ulong Number(ref ReadOnlySpan<byte> bytes)
    {
        if (!Varint.TryRead(bytes, out var value, out var length)) throw new WireException("multiaddr", "cut short");
        bytes = bytes[length..];
        return value;
    }
}
