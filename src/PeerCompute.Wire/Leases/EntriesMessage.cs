// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using Google.Protobuf;
using PeerCompute.Base.Crypto;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Messages;

namespace PeerCompute.Wire.Leases;

/// <summary>Entries of one lease, either side's, in order.</summary>
/// <param name="LeaseId">The lease.</param>
/// <param name="Items">The entries.</param>
public sealed record EntriesMessage(Hash32 LeaseId, ImmutableArray<KeptEntry> Items) : PeerMessage
{
    /// <summary>Reads the message; signatures are not checked here.</summary>
    /// <param name="bytes">Canonical bytes, at most <see cref="WireLimits.EntriesBytes"/>.</param>
    /// <returns>The message.</returns>
    /// <exception cref="Base.Errors.WireException">A field is missing, out of range, or the encoding is not canonical.</exception>
    public static EntriesMessage Decode(ReadOnlyMemory<byte> bytes)
    {
        var m = Canonical.Parse(V1.Entries.Parser, bytes, WireLimits.EntriesBytes, "entries");
        return new EntriesMessage(
            Canonical.Hash(m.LeaseId, "lease_id"),
            Canonical.List(m.Envelopes, WireLimits.EntriesPerMessage, "envelopes", static (e, _) => KeptEntry.Decode(e.Memory)));
    }

    /// <inheritdoc/>
    public override string Protocol => Protocols.Lease;

    /// <inheritdoc/>
    public override MessageKind Kind => MessageKind.Entries;

    /// <inheritdoc/>
    public override byte[] Encode()
    {
        var m = new V1.Entries { LeaseId = Canonical.Bytes(LeaseId) };
        foreach (var item in Items) m.Envelopes.Add(Canonical.Bytes(item.Envelope.Bytes));
        return m.ToByteArray();
    }
}
