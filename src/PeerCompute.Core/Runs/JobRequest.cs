// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Identity;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Core.Runs;

/// <summary>A worker that the client named, and where to reach it.</summary>
/// <param name="Peer">Its id.</param>
/// <param name="Address">Multiaddress in text form; empty when it is connected already.</param>
public sealed record NamedWorker(PeerId Peer, string Address);

/// <summary>A job as a client hands it in.</summary>
/// <param name="Spec">Program and data; its blobs are in the store.</param>
/// <param name="Workers">Workers to ask; may be empty where others are looked for.</param>
/// <param name="Placement">How it is spread.</param>
/// <param name="Unit">Unit of account.</param>
/// <param name="PriceCeilingMicro">Most to pay for one task, micro-units.</param>
/// <param name="DeadlineMs">When it must be done, Unix milliseconds.</param>
/// <param name="Note">What the client wants back untouched (how to gather the outputs); at most 64 KiB.</param>
public sealed record JobRequest(
    JobSpec Spec,
    ImmutableArray<NamedWorker> Workers,
    PlacementTerms Placement,
    string Unit,
    ulong PriceCeilingMicro,
    ulong DeadlineMs,
    ReadOnlyMemory<byte> Note)
{
    /// <summary>Longest <see cref="Note"/> in bytes.</summary>
    public const int NoteBytes = 64 << 10;

    /// <summary>Most named workers.</summary>
    public const int WorkersMost = 64;

    /// <summary>How results are confirmed; tolerant where the spec has comparators, and only there.</summary>
    public VerificationTerms Verification { get; init; } = VerificationTerms.Issuer;

    /// <summary>Whether workers beside the named ones are looked for in the network.</summary>
    public bool Discover { get; init; }

    /// <summary>The job's <see cref="JobSecrets"/>, sealed to this node's own key and bound to the spec's salt; empty where it has none.</summary>
    public ReadOnlyMemory<byte> SealedSecrets { get; init; }

    /// <summary>Id of the job: hash of its salted spec and its issuer.</summary>
    /// <param name="issuer">Who pays.</param>
    /// <returns>The id.</returns>
    public Hash32 IdFor(PeerId issuer) => Spec.JobIdFor(issuer);
}
