// SPDX-License-Identifier: Apache-2.0
using Google.Protobuf;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Wire.Common;

namespace PeerCompute.Wire.Adverts;

/// <summary>First half of an advert: what a node has. Changes rarely; issued at the header's time.</summary>
/// <param name="Header">Common header; its context is <see cref="ContextOf"/> the network.</param>
/// <param name="Network">The network.</param>
/// <param name="ExpiresMs">Unix milliseconds, at most <see cref="WireLimits.ProfileLifeMs"/> after it was issued.</param>
/// <param name="Capabilities">What the node has.</param>
public sealed record Profile(Header Header, NetworkId Network, ulong ExpiresMs, Capabilities Capabilities)
{
    /// <summary>Context of all profiles of a network.</summary>
    /// <param name="network">The network.</param>
    /// <returns>The context.</returns>
    public static Hash32 ContextOf(NetworkId network) => new HashBuilder("peercompute/1/profile").Add(network.ToString()).Hash();

    /// <summary>Reads a profile.</summary>
    /// <param name="bytes">Canonical bytes, at most <see cref="WireLimits.ProfileBytes"/>.</param>
    /// <returns>The profile.</returns>
    /// <exception cref="WireException">A field is missing, out of range, or the encoding is not canonical.</exception>
    public static Profile Decode(ReadOnlyMemory<byte> bytes)
    {
        var m = Canonical.Parse(V1.Profile.Parser, bytes, WireLimits.ProfileBytes, "profile");
        var header = Header.From(m.Header);
        var network = NetworkId.TryParse(m.Network) ?? throw new WireException("network", "is no network id (" + NetworkId.Form + ")");
        if (header.Context != ContextOf(network)) throw new WireException("header.context", "is not that of the network's profiles");
        return new Profile(
            header,
            network,
            Canonical.Within(m.ExpiresMs, header.TimeMs + 1, header.TimeMs + WireLimits.ProfileLifeMs, "expires_ms"),
            Capabilities.From(m.Capabilities));
    }

    /// <summary>The canonical bytes.</summary>
    /// <returns>What is signed.</returns>
    public byte[] Encode() => new V1.Profile
    {
        Header = Header.ToProto(),
        Network = Network.ToString(),
        ExpiresMs = ExpiresMs,
        Capabilities = Capabilities.ToProto(),
    }.ToByteArray();
}
