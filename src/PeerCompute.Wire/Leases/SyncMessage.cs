// SPDX-License-Identifier: Apache-2.0
using Google.Protobuf;
using PeerCompute.Base.Crypto;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Messages;

namespace PeerCompute.Wire.Leases;

/// <summary>What one side holds of a lease; the other answers with what is missing.</summary>
/// <param name="LeaseId">The lease.</param>
/// <param name="IssuerCount">Entries of the issuer that the sender holds.</param>
/// <param name="IssuerHead">Hash of the last of them.</param>
/// <param name="WorkerCount">Entries of the worker that the sender holds.</param>
/// <param name="WorkerHead">Hash of the last of them.</param>
/// <param name="Answer">Whether the sender asks for the other's own state.</param>
public sealed record SyncMessage(Hash32 LeaseId, uint IssuerCount, Hash32 IssuerHead, uint WorkerCount, Hash32 WorkerHead, bool Answer) : PeerMessage
{
    /// <summary>Longest encoding in bytes.</summary>
    public const int MaxBytes = 128;

    /// <summary>From the issuer: its client has the results, so nobody need keep them. Means nothing from a worker.</summary>
    public bool Collected { get; init; }

    /// <summary>Reads the message.</summary>
    /// <param name="bytes">Canonical bytes, at most <see cref="MaxBytes"/>.</param>
    /// <returns>The message.</returns>
    /// <exception cref="Base.Errors.WireException">A field is missing, out of range, or the encoding is not canonical.</exception>
    public static SyncMessage Decode(ReadOnlyMemory<byte> bytes)
    {
        var m = Canonical.Parse(V1.Sync.Parser, bytes, MaxBytes, "sync");
        return new SyncMessage(
            Canonical.Hash(m.LeaseId, "lease_id"),
            (uint)Canonical.Within(m.IssuerCount, 0, WireLimits.EntriesPerChain, "issuer_count"),
            Canonical.OptionalHash(m.IssuerHead, "issuer_head"),
            (uint)Canonical.Within(m.WorkerCount, 0, WireLimits.EntriesPerChain, "worker_count"),
            Canonical.OptionalHash(m.WorkerHead, "worker_head"),
            m.Answer)
        {
            Collected = m.Collected,
        };
    }

    /// <inheritdoc/>
    public override string Protocol => Protocols.Lease;

    /// <inheritdoc/>
    public override MessageKind Kind => MessageKind.Sync;

    /// <inheritdoc/>
    public override byte[] Encode() => new V1.Sync
    {
        LeaseId = Canonical.Bytes(LeaseId),
        IssuerCount = IssuerCount,
        IssuerHead = Canonical.Bytes(IssuerHead),
        WorkerCount = WorkerCount,
        WorkerHead = Canonical.Bytes(WorkerHead),
        Answer = Answer,
        Collected = Collected,
    }.ToByteArray();
}
