// SPDX-License-Identifier: Apache-2.0
using Google.Protobuf;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Wire.Common;

namespace PeerCompute.Wire.Blobs;

/// <summary>Which blobs a token is for.</summary>
public enum BlobScope
{
    /// <summary>Module and inputs of the job.</summary>
    Inputs = 1,

    /// <summary>Outputs of the lease.</summary>
    Outputs = 2,
}

/// <summary>The word of a job's issuer that one peer may fetch the blobs of one scope until some time (docs/protocol/blob.md).</summary>
/// <param name="Header">Common header; its context is <see cref="ContextOf"/>, its sequence 0.</param>
/// <param name="JobId">The job.</param>
/// <param name="LeaseId">The lease for which it is given.</param>
/// <param name="Scope">Which blobs.</param>
/// <param name="Holder">Who may fetch, over a connection authenticated as this peer.</param>
/// <param name="NotAfterMs">Last moment, Unix milliseconds, by the clock of who serves.</param>
public sealed record BlobToken(Header Header, Hash32 JobId, Hash32 LeaseId, BlobScope Scope, PeerId Holder, ulong NotAfterMs)
{
    /// <summary>Longest encoding in bytes.</summary>
    public const int MaxBytes = 256;

    /// <summary>What the blobs are shared under where they lie: the job for its inputs, the lease for its outputs.</summary>
    public Hash32 Shared => Scope == BlobScope.Inputs ? JobId : LeaseId;

    /// <summary>Context of a token's header: no other token of one life has it, so that no two bodies stand under one name.</summary>
    /// <param name="jobId">The job.</param>
    /// <param name="leaseId">The lease.</param>
    /// <param name="scope">Which blobs.</param>
    /// <param name="holder">Who may fetch.</param>
    /// <returns>Hash of the four.</returns>
    public static Hash32 ContextOf(Hash32 jobId, Hash32 leaseId, BlobScope scope, PeerId holder)
        => new HashBuilder("peercompute/1/blob-token").Add(jobId).Add(leaseId).Add((ulong)scope).Add(holder.ToBytes()).Hash();

    /// <summary>Reads a token.</summary>
    /// <param name="bytes">Canonical bytes, at most <see cref="MaxBytes"/>.</param>
    /// <returns>The token.</returns>
    /// <exception cref="WireException">A field is missing, out of range, or the encoding is not canonical.</exception>
    public static BlobToken Decode(ReadOnlyMemory<byte> bytes)
    {
        var m = Canonical.Parse(V1.BlobToken.Parser, bytes, MaxBytes, "blob token");
        var token = new BlobToken(
            Header.From(m.Header),
            Canonical.Hash(m.JobId, "job_id"),
            Canonical.Hash(m.LeaseId, "lease_id"),
            (BlobScope)Canonical.Within((ulong)m.Scope, (ulong)BlobScope.Inputs, (ulong)BlobScope.Outputs, "scope"),
            Canonical.Peer(m.Holder, "holder"),
            Canonical.Within(m.NotAfterMs, 1, long.MaxValue, "not_after_ms"));
        if (token.Header.Context != ContextOf(token.JobId, token.LeaseId, token.Scope, token.Holder))
            throw new WireException("header.context", "is not that of this job, lease, scope and holder");
        if (token.Header.Rules != Rules.Hash) throw new WireException("header.rules", "are not known here");
        return token;
    }

    /// <summary>The canonical bytes.</summary>
    /// <returns>What is signed.</returns>
    public byte[] Encode() => new V1.BlobToken
    {
        Header = Header.ToProto(),
        JobId = Canonical.Bytes(JobId),
        LeaseId = Canonical.Bytes(LeaseId),
        Scope = (V1.BlobToken.Types.Scope)Scope,
        Holder = Canonical.Bytes(Holder),
        NotAfterMs = NotAfterMs,
    }.ToByteArray();
}
