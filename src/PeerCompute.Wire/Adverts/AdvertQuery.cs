// SPDX-License-Identifier: Apache-2.0
using Google.Protobuf;
using PeerCompute.Base.Crypto;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Messages;

namespace PeerCompute.Wire.Adverts;

/// <summary>Asks a node for its advert.</summary>
/// <param name="Held">Hash of the signed profile that the asker holds, so that only the status comes back; none otherwise.</param>
public sealed record AdvertQuery(Hash32 Held) : PeerMessage
{
    /// <summary>Longest encoding in bytes.</summary>
    public const int MaxBytes = 64;

    /// <summary>Reads a query.</summary>
    /// <param name="bytes">Canonical bytes, at most <see cref="MaxBytes"/>.</param>
    /// <returns>The query.</returns>
    /// <exception cref="Base.Errors.WireException">A field is out of range, or the encoding is not canonical.</exception>
    public static AdvertQuery Decode(ReadOnlyMemory<byte> bytes)
    {
        var m = Canonical.Parse(V1.AdvertQuery.Parser, bytes, MaxBytes, "advert query");
        return new AdvertQuery(Canonical.OptionalHash(m.Held, "held"));
    }

    /// <inheritdoc/>
    public override string Protocol => Protocols.Advert;

    /// <inheritdoc/>
    public override MessageKind Kind => MessageKind.AdvertQuery;

    /// <inheritdoc/>
    public override byte[] Encode() => new V1.AdvertQuery { Held = Canonical.Bytes(Held) }.ToByteArray();
}
