// SPDX-License-Identifier: Apache-2.0
using Google.Protobuf;
using PeerCompute.Base.Crypto;
using PeerCompute.Wire.Common;

namespace PeerCompute.Wire.Adverts;

/// <summary>Second half of an advert: how busy the node is. Lives for seconds; issued at the header's time.</summary>
/// <param name="Header">Common header; its context is <see cref="ContextOf"/> the network.</param>
/// <param name="Profile">Hash of the signed profile that it belongs to.</param>
/// <param name="ExpiresMs">Unix milliseconds, at most <see cref="WireLimits.StatusLifeMs"/> after it was issued.</param>
/// <param name="Load">How busy.</param>
public sealed record Status(Header Header, Hash32 Profile, ulong ExpiresMs, Load Load)
{
    /// <summary>Context of all statuses of a network.</summary>
    /// <param name="network">The network.</param>
    /// <returns>The context.</returns>
    public static Hash32 ContextOf(NetworkId network) => new HashBuilder("peercompute/1/status").Add(network.ToString()).Hash();

    /// <summary>Reads a status.</summary>
    /// <param name="bytes">Canonical bytes, at most <see cref="WireLimits.StatusBytes"/>.</param>
    /// <returns>The status.</returns>
    /// <exception cref="Base.Errors.WireException">A field is missing, out of range, or the encoding is not canonical.</exception>
    public static Status Decode(ReadOnlyMemory<byte> bytes)
    {
        var m = Canonical.Parse(V1.Status.Parser, bytes, WireLimits.StatusBytes, "status");
        var header = Header.From(m.Header);
        return new Status(
            header,
            Canonical.Hash(m.Profile, "profile"),
            Canonical.Within(m.ExpiresMs, header.TimeMs + 1, header.TimeMs + WireLimits.StatusLifeMs, "expires_ms"),
            Load.From(m.Load));
    }

    /// <summary>The canonical bytes.</summary>
    /// <returns>What is signed.</returns>
    public byte[] Encode() => new V1.Status
    {
        Header = Header.ToProto(),
        Profile = Canonical.Bytes(Profile),
        ExpiresMs = ExpiresMs,
        Load = Load.ToProto(),
    }.ToByteArray();
}
