// SPDX-License-Identifier: Apache-2.0
using Google.Protobuf;
using PeerCompute.Base.Crypto;
using PeerCompute.Wire.Common;

namespace PeerCompute.Wire.Leases;

/// <summary>One signed link of one side's chain of a lease. The header's context is the lease id, its sequence the position in the signer's chain.</summary>
/// <param name="Header">Common header.</param>
/// <param name="Previous">Hash of the signer's previous entry; none in the first.</param>
/// <param name="Seen">Hash of the other side's last entry that the signer held; none where it held none.</param>
/// <param name="Body">What it says.</param>
public sealed record Entry(Header Header, Hash32 Previous, Hash32 Seen, EntryBody Body)
{
    /// <summary>Reads an entry.</summary>
    /// <param name="bytes">Canonical bytes, at most <see cref="WireLimits.EntryBytes"/>.</param>
    /// <returns>The entry.</returns>
    /// <exception cref="Base.Errors.WireException">A field is missing, out of range, or the encoding is not canonical.</exception>
    public static Entry Decode(ReadOnlyMemory<byte> bytes)
    {
        var m = Canonical.Parse(V1.Entry.Parser, bytes, WireLimits.EntryBytes, "entry");
        return new Entry(
            Header.From(m.Header),
            Canonical.OptionalHash(m.Previous, "previous"),
            Canonical.OptionalHash(m.Seen, "seen"),
            EntryBodies.From(m));
    }

    /// <summary>The canonical bytes.</summary>
    /// <returns>What is signed.</returns>
    public byte[] Encode()
    {
        var m = new V1.Entry { Header = Header.ToProto(), Previous = Canonical.Bytes(Previous), Seen = Canonical.Bytes(Seen) };
        EntryBodies.Put(m, Body);
        return m.ToByteArray();
    }
}
