// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using PeerCompute.Base.Bytes;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;

namespace PeerCompute.Base.Multiformats;

/// <summary>One protocol of a <see cref="Multiaddr"/> with its value.</summary>
/// <param name="Protocol">The protocol.</param>
/// <param name="Value">Its value as bytes, without a length; empty for protocols that have none.</param>
public readonly record struct MultiaddrPart(MultiaddrProtocol Protocol, ReadOnlyMemory<byte> Value)
{
    /// <summary>Longest value of a protocol of variable length, bytes.</summary>
    public const int MaxValue = 255;

    /// <summary>The value as text: an address, a port, a name, a peer id; empty for protocols that have none.</summary>
    public string Text => Protocol.Kind switch
    {
        MultiaddrKind.None => "",
        MultiaddrKind.Ip4 or MultiaddrKind.Ip6 => new IPAddress(Value.Span).ToString(),
        MultiaddrKind.Port => BinaryPrimitives.ReadUInt16BigEndian(Value.Span).ToString(CultureInfo.InvariantCulture),
        MultiaddrKind.Peer => Base58.Encode(Value.Span),
        MultiaddrKind.Path => Uri.EscapeDataString(Encoding.UTF8.GetString(Value.Span)),
        _ => Encoding.UTF8.GetString(Value.Span),
    };

    /// <inheritdoc/>
    public bool Equals(MultiaddrPart other) => Protocol == other.Protocol && Value.Span.SequenceEqual(other.Value.Span);

    /// <inheritdoc/>
    public override int GetHashCode() => Protocol.Code;

    /// <inheritdoc/>
    public override string ToString() => Protocol.Kind == MultiaddrKind.None ? $"/{Protocol.Name}" : $"/{Protocol.Name}/{Text}";

    /// <summary>Reads a value's text.</summary>
    internal static MultiaddrPart Parse(MultiaddrProtocol protocol, string text)
    {
        byte[] value = protocol.Kind switch
        {
            MultiaddrKind.None => [],
            MultiaddrKind.Ip4 => Ip(text, AddressFamily.InterNetwork),
            MultiaddrKind.Ip6 => Ip(text, AddressFamily.InterNetworkV6),
            MultiaddrKind.Port => Port(text),
            MultiaddrKind.Peer => text.StartsWith('b') ? PeerId.Parse(text).ToBytes() : Base58.Decode(text),
            MultiaddrKind.Path => Encoding.UTF8.GetBytes(Uri.UnescapeDataString(text)),
            _ => Encoding.UTF8.GetBytes(text),
        };
        return Checked(protocol, value);
    }

    /// <summary>Checks a value against its protocol.</summary>
    internal static MultiaddrPart Checked(MultiaddrProtocol protocol, ReadOnlyMemory<byte> value)
    {
        var span = value.Span;
        if (protocol.Size >= 0 ? span.Length != protocol.Size : span.Length is 0 or > MaxValue)
            throw new WireException("multiaddr", $"{protocol.Name} with {span.Length} bytes");
        if (protocol.Kind == MultiaddrKind.Name && span.ContainsAny((byte)'/', (byte)0)) throw new WireException("multiaddr", $"{protocol.Name} is no name");
        if (protocol.Kind == MultiaddrKind.Peer && !IsMultihash(span)) throw new WireException("multiaddr", "p2p without a peer id");
        return new MultiaddrPart(protocol, value);
    }

    internal void WriteTo(List<byte> bytes)
    {
        Span<byte> number = stackalloc byte[Varint.MaxLength];
        bytes.AddRange(number[..Varint.Write(number, (ulong)Protocol.Code)]);
        if (Protocol.Size < 0) bytes.AddRange(number[..Varint.Write(number, (ulong)Value.Length)]);
        bytes.AddRange(Value.Span);
    }

    // A peer id is an identity multihash of a short key or a SHA-256 of a long one.
    private static bool IsMultihash(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= 2 && bytes[1] == bytes.Length - 2 && (bytes[0] == 0x00 ? bytes[1] is > 0 and <= 42 : bytes[0] == 0x12 && bytes[1] == 32);

    private static byte[] Ip(string text, AddressFamily family)
    {
        if (!IPAddress.TryParse(text, out var ip) || ip.AddressFamily != family || text.Contains('%'))
            throw new WireException("multiaddr", "not an IP address");
        if (family == AddressFamily.InterNetwork && ip.ToString() != text) throw new WireException("multiaddr", "not a dotted IPv4 address");
        return ip.GetAddressBytes();
    }

    private static byte[] Port(string text)
    {
        if (!ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port))
            throw new WireException("multiaddr", "port not in 0 to 65535");
        return [(byte)(port >> 8), (byte)port];
    }
}
