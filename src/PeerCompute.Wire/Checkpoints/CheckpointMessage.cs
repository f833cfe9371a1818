// SPDX-License-Identifier: Apache-2.0
using Google.Protobuf;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Messages;

namespace PeerCompute.Wire.Checkpoints;

/// <summary>From the worker of a lease: a checkpoint is there to be fetched. From its issuer: that one is here.</summary>
/// <param name="LeaseId">The lease.</param>
/// <param name="Number">Of the checkpoint.</param>
/// <param name="Box">A <see cref="Checkpoint"/> sealed to the issuer's key of the lease, bound to the lease; empty from the issuer.</param>
public sealed record CheckpointMessage(Hash32 LeaseId, ulong Number, ReadOnlyMemory<byte> Box) : PeerMessage
{
    /// <summary>Longest encoding in bytes.</summary>
    public const int MaxBytes = Checkpoint.MaxBytes + SealedBox.Overhead + 64;

    /// <summary>Whether it is the issuer's word.</summary>
    public bool IsAnswer => Box.IsEmpty;

    /// <summary>Reads the message.</summary>
    /// <param name="bytes">Canonical bytes, at most <see cref="MaxBytes"/>.</param>
    /// <returns>The message.</returns>
    /// <exception cref="WireException">A field is missing, out of range, or the encoding is not canonical.</exception>
    public static CheckpointMessage Decode(ReadOnlyMemory<byte> bytes)
    {
        var m = Canonical.Parse(V1.LeaseCheckpoint.Parser, bytes, MaxBytes, "checkpoint");
        if (m.Box.Length is > 0 and < SealedBox.Overhead) throw new WireException("box", $"has {m.Box.Length} bytes");
        return new CheckpointMessage(Canonical.Hash(m.LeaseId, "lease_id"), Canonical.Within(m.Number, 1, uint.MaxValue, "number"), m.Box.Memory);
    }

    /// <inheritdoc/>
    public override string Protocol => Protocols.Lease;

    /// <inheritdoc/>
    public override MessageKind Kind => MessageKind.Checkpoint;

    /// <inheritdoc/>
    public override byte[] Encode()
        => new V1.LeaseCheckpoint { LeaseId = Canonical.Bytes(LeaseId), Number = Number, Box = Canonical.Bytes(Box) }.ToByteArray();
}
