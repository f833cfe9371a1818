// SPDX-License-Identifier: Apache-2.0
using Google.Protobuf;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Messages;

namespace PeerCompute.Wire.Leases;

/// <summary>The secrets of a lease, from its issuer to its worker. Neither side journals it.</summary>
/// <param name="LeaseId">The lease.</param>
/// <param name="Box">A <see cref="JobSecrets"/> sealed to the key of the worker's bid, bound to the lease.</param>
public sealed record SecretsMessage(Hash32 LeaseId, ReadOnlyMemory<byte> Box) : PeerMessage
{
    /// <summary>Longest encoding in bytes.</summary>
    public const int MaxBytes = JobSecrets.MaxBytes + SealedBox.Overhead + 48;

    /// <summary>Reads the message.</summary>
    /// <param name="bytes">Canonical bytes, at most <see cref="MaxBytes"/>.</param>
    /// <returns>The message.</returns>
    /// <exception cref="WireException">A field is missing, out of range, or the encoding is not canonical.</exception>
    public static SecretsMessage Decode(ReadOnlyMemory<byte> bytes)
    {
        var m = Canonical.Parse(V1.LeaseSecrets.Parser, bytes, MaxBytes, "secrets");
        if (m.Box.Length is < SealedBox.Overhead or > JobSecrets.MaxBytes + SealedBox.Overhead) throw new WireException("box", $"has {m.Box.Length} bytes");
        return new SecretsMessage(Canonical.Hash(m.LeaseId, "lease_id"), m.Box.Memory);
    }

    /// <inheritdoc/>
    public override string Protocol => Protocols.Lease;

    /// <inheritdoc/>
    public override MessageKind Kind => MessageKind.Secrets;

    /// <inheritdoc/>
    public override byte[] Encode() => new V1.LeaseSecrets { LeaseId = Canonical.Bytes(LeaseId), Box = Canonical.Bytes(Box) }.ToByteArray();
}
