// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Base.Multiformats;

/// <summary>A protocol that an address may name (multiformats/multiaddr protocols.csv).</summary>
/// <param name="Code">Code on the wire.</param>
/// <param name="Name">Name in text.</param>
/// <param name="Kind">Form of its value.</param>
/// <param name="Size">Bytes of its value, -1 when it is written behind its length.</param>
public sealed record MultiaddrProtocol(int Code, string Name, MultiaddrKind Kind, int Size)
{
    /// <summary>IPv4 address.</summary>
    public static MultiaddrProtocol Ip4 { get; } = new(4, "ip4", MultiaddrKind.Ip4, 4);

    /// <summary>TCP port.</summary>
    public static MultiaddrProtocol Tcp { get; } = new(6, "tcp", MultiaddrKind.Port, 2);

    /// <summary>IPv6 address.</summary>
    public static MultiaddrProtocol Ip6 { get; } = new(41, "ip6", MultiaddrKind.Ip6, 16);

    /// <summary>Name with IPv4 or IPv6 addresses.</summary>
    public static MultiaddrProtocol Dns { get; } = new(53, "dns", MultiaddrKind.Name, -1);

    /// <summary>Name with IPv4 addresses.</summary>
    public static MultiaddrProtocol Dns4 { get; } = new(54, "dns4", MultiaddrKind.Name, -1);

    /// <summary>Name with IPv6 addresses.</summary>
    public static MultiaddrProtocol Dns6 { get; } = new(55, "dns6", MultiaddrKind.Name, -1);

    /// <summary>UDP port.</summary>
    public static MultiaddrProtocol Udp { get; } = new(273, "udp", MultiaddrKind.Port, 2);

    /// <summary>Through the relay named before it.</summary>
    public static MultiaddrProtocol Circuit { get; } = new(290, "p2p-circuit", MultiaddrKind.None, 0);

    /// <summary>Peer id.</summary>
    public static MultiaddrProtocol P2p { get; } = new(421, "p2p", MultiaddrKind.Peer, -1);

    /// <summary>WebSocket.</summary>
    public static MultiaddrProtocol Ws { get; } = new(477, "ws", MultiaddrKind.None, 0);

    private static MultiaddrProtocol[] All { get; } =
    [
        Ip4, Tcp, Ip6, Dns, Dns4, Dns6, Udp, Circuit, P2p, Ws,
        new(42, "ip6zone", MultiaddrKind.Name, -1),
        new(56, "dnsaddr", MultiaddrKind.Name, -1),
        new(400, "unix", MultiaddrKind.Path, -1),
        new(448, "tls", MultiaddrKind.None, 0),
        new(449, "sni", MultiaddrKind.Name, -1),
        new(461, "quic-v1", MultiaddrKind.None, 0),
        new(478, "wss", MultiaddrKind.None, 0),
    ];

    /// <summary>By code.</summary>
    /// <param name="code">The code.</param>
    /// <returns>Null when it is not known here.</returns>
    public static MultiaddrProtocol? Find(ulong code) => Array.Find(All, p => (ulong)p.Code == code);

    /// <summary>By name; <c>ipfs</c> is the old name of <c>p2p</c>.</summary>
    /// <param name="name">The name.</param>
    /// <returns>Null when it is not known here.</returns>
    public static MultiaddrProtocol? Find(string name) => name == "ipfs" ? P2p : Array.Find(All, p => p.Name == name);
}

/// <summary>Form of a value.</summary>
public enum MultiaddrKind
{
    /// <summary>No value.</summary>
    None,

    /// <summary>4 bytes, dotted.</summary>
    Ip4,

    /// <summary>16 bytes.</summary>
    Ip6,

    /// <summary>2 bytes, big-endian.</summary>
    Port,

    /// <summary>UTF-8 without a slash.</summary>
    Name,

    /// <summary>UTF-8, escaped in text.</summary>
    Path,

    /// <summary>A multihash, Base58 in text.</summary>
    Peer,
}
