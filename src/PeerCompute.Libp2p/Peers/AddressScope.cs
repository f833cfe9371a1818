// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using PeerCompute.Base.Multiformats;

namespace PeerCompute.Libp2p.Peers;

/// <summary>How far an address reaches, and which operator's block it lies in.</summary>
public static class AddressScope
{
    /// <summary>
    /// Whether an address starts with an IP address that is no public one: loopback, private, link-local or shared (RFC 1918, 3927, 4193, 4291,
    /// 6598).
    /// </summary>
    /// <param name="address">The address.</param>
    /// <returns>False for public IP addresses and for names.</returns>
    public static bool IsLocal(Multiaddr address)
    {
        var host = address.Parts[0];
        var ip = host.Value.Span;
        return host.Protocol.Kind switch
        {
            MultiaddrKind.Ip4 => IsLocal4(ip),
            MultiaddrKind.Ip6 => IsLocal6(ip),
            _ => false,
        };
    }

    /// <summary>
    /// The block that an address lies in: IPv4 by its first 16 bits, IPv6 by its first 32 (go-libp2p-kbucket peerdiversity groups likewise, by AS where known).
    /// </summary>
    /// <param name="address">The address.</param>
    /// <returns>The group, 0 for local addresses and for names: they are in none.</returns>
    public static ulong Group(Multiaddr address)
    {
        if (IsLocal(address)) return 0;
        var host = address.Parts[0];
        return host.Protocol.Kind switch
        {
            MultiaddrKind.Ip4 => (4UL << 32) | BinaryPrimitives.ReadUInt16BigEndian(host.Value.Span),
            MultiaddrKind.Ip6 => (6UL << 32) | BinaryPrimitives.ReadUInt32BigEndian(host.Value.Span),
            _ => 0,
        };
    }

    private static bool IsLocal4(ReadOnlySpan<byte> ip) => ip[0] switch
    {
        10 or 127 => true,
        100 => (ip[1] & 0xC0) == 64,
        169 => ip[1] == 254,
        172 => (ip[1] & 0xF0) == 16,
        192 => ip[1] == 168,
        _ => false,
    };

    private static bool IsLocal6(ReadOnlySpan<byte> ip)
    {
        if ((ip[0] & 0xFE) == 0xFC || (ip[0] == 0xFE && (ip[1] & 0xC0) == 0x80)) return true;
        return !ip[..15].ContainsAnyExcept((byte)0) && ip[15] == 1;
    }
}
