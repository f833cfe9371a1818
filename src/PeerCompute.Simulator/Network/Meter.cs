// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using PeerCompute.Base.Crypto;
using PeerCompute.Simulator.Events;
using PeerCompute.Wire.Leases;
using PeerCompute.Wire.Messages;
using PeerCompute.Wire.Offers;

namespace PeerCompute.Simulator.Network;

/// <summary>What a trace says of a message.</summary>
internal static class Meter
{
    public static ulong Hash(PeerMessage message)
    {
        switch (message)
        {
            case OfferMessage m:
                return Word(m.Id);
            case SealedBid m:
                return Word(m.OfferId) ^ Trace.Of(m.Box.Span);
            case Decline m:
                return Word(m.OfferId) ^ ((ulong)m.Reason << 1);
            case EntriesMessage m:
                var hash = Word(m.LeaseId);
                foreach (var item in m.Items) hash = (hash * 31) ^ Word(item.Hash);
                return hash;
            case SyncMessage m:
                var counts = m.IssuerCount ^ ((ulong)m.WorkerCount << 8) ^ (m.Answer ? 1UL << 16 : 0);
                return Word(m.LeaseId) ^ (Word(m.IssuerHead) * 3) ^ (Word(m.WorkerHead) * 5) ^ counts;
            default:
                return (ulong)message.Kind;
        }
    }

    public static ulong Word(Hash32 hash)
    {
        Span<byte> bytes = stackalloc byte[32];
        hash.CopyTo(bytes);
        return BinaryPrimitives.ReadUInt64BigEndian(bytes);
    }
}
