// SPDX-License-Identifier: Apache-2.0
using Google.Protobuf;
using PeerCompute.Base.Errors;
using PeerCompute.Wire.Blobs;
using PeerCompute.Wire.Checkpoints;
using PeerCompute.Wire.Common;

namespace PeerCompute.Wire.Leases;

/// <summary>What an award holds for its worker alone, sealed to the key of its bid: the spec, and the token that gets module and inputs.</summary>
/// <param name="Spec">Program and data.</param>
/// <param name="InputToken">For the job's module and inputs, held by the worker.</param>
public sealed record AwardSecrets(JobSpec Spec, SignedToken InputToken)
{
    /// <summary>Longest encoding in bytes.</summary>
    public const int MaxBytes = WireLimits.SpecBytes + SignedToken.MaxBytes + Checkpoint.MaxBytes + 32;

    /// <summary>The checkpoint that the lease's one task goes on from; null: it begins.</summary>
    public Checkpoint? Resume { get; init; }

    /// <summary>Reads what was sealed; the token's signature is not checked here.</summary>
    /// <param name="bytes">Canonical bytes, at most <see cref="MaxBytes"/>.</param>
    /// <returns>Spec and token.</returns>
    /// <exception cref="WireException">A field is missing, out of range, or the encoding is not canonical.</exception>
    public static AwardSecrets Decode(ReadOnlyMemory<byte> bytes)
    {
        var m = Canonical.Parse(V1.AwardSecrets.Parser, bytes, MaxBytes, "award secrets");
        return new AwardSecrets(JobSpec.Decode(m.Spec.Memory), SignedToken.Decode(m.InputToken.Memory))
        {
            Resume = m.Resume.IsEmpty ? null : Checkpoint.Decode(m.Resume.Memory),
        };
    }

    /// <summary>The canonical bytes.</summary>
    /// <returns>What is sealed.</returns>
    public byte[] Encode() => new V1.AwardSecrets
    {
        Spec = Canonical.Bytes(Spec.Encode()),
        InputToken = Canonical.Bytes(InputToken.Envelope.Bytes),
        Resume = Resume is null ? ByteString.Empty : Canonical.Bytes(Resume.Encode()),
    }.ToByteArray();
}
