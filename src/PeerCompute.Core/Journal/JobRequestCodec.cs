// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Bytes;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Multiformats;
using PeerCompute.Core.Runs;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Core.Journal;

/// <summary>Bytes of a job request within a journal entry.</summary>
internal static class JobRequestCodec
{
    /// <summary>Longest address of a named worker, bytes: more than any multiaddress in text form.</summary>
    public const int AddressBytes = 8 * Multiaddr.MaxLength;

    /// <summary>Longest encoded request, bytes.</summary>
    public const int MaxBytes = WireLimits.SpecBytes + JobRequest.NoteBytes + JobSecrets.MaxBytes + SealedBox.Overhead
        + (JobRequest.WorkersMost * (AddressBytes + 64)) + 1024;

    public static byte[] Encode(JobRequest job)
    {
        var writer = new ProtoWriter().Bytes(1, job.Spec.Encode());
        foreach (var worker in job.Workers) writer.Bytes(2, new ProtoWriter().Bytes(1, worker.Peer.ToBytes()).Text(2, worker.Address).Written.Span);
        return writer
            .Varint(3, job.Placement.TasksPerLease).Varint(4, job.Placement.Parallel).Text(5, job.Placement.Region)
            .Text(6, job.Unit).Varint(7, job.PriceCeilingMicro).Varint(8, job.DeadlineMs).Bytes(9, job.Note.Span)
            .Varint(10, (ulong)job.Verification.By).Varint(11, job.Verification.Replicas).Varint(12, job.Discover ? 1U : 0U)
            .Varint(13, job.Placement.RetainMs).Bytes(14, job.SealedSecrets.Span).ToArray();
    }

    public static JobRequest Decode(ReadOnlyMemory<byte> bytes)
    {
        var fields = new JournalFields(bytes);
        var spec = JobSpec.Decode(fields.Needed(1, "job.spec", WireLimits.SpecBytes));
        var workers = ImmutableArray.CreateBuilder<NamedWorker>();
        while (fields.Field == 2)
        {
            if (workers.Count == JobRequest.WorkersMost) throw new WireException("job.workers", $"more than {JobRequest.WorkersMost}");
            workers.Add(DecodeWorker(fields.Needed(2, "job.workers", AddressBytes + 64)));
        }

        var placement = new PlacementTerms(
            (uint)fields.Number(3, "job.tasks_per_lease", uint.MaxValue),
            (uint)fields.Number(4, "job.parallel", uint.MaxValue),
            fields.Text(5, "job.region", WireLimits.NameBytes));
        var job = new JobRequest(
            spec,
            workers.ToImmutable(),
            placement,
            fields.Text(6, "job.unit", WireLimits.NameBytes),
            fields.Number(7, "job.price_ceiling_micro"),
            fields.Number(8, "job.deadline_ms"),
            fields.Bytes(9, "job.note", JobRequest.NoteBytes))
        {
            Verification = new VerificationTerms(
                (ConfirmedBy)fields.Number(10, "job.verification.by", (ulong)ConfirmedBy.Replicas),
                (uint)fields.Number(11, "job.verification.replicas", VerificationTerms.ReplicasMost)) { Tolerant = !spec.Comparators.IsEmpty },
            Discover = fields.Number(12, "job.discover", 1) == 1,
            Placement = placement with { RetainMs = fields.Number(13, "job.retain_ms", PlacementTerms.RetainMsMost) },
            SealedSecrets = fields.Bytes(14, "job.sealed_secrets", JobSecrets.MaxBytes + SealedBox.Overhead),
        };
        fields.End();
        return job;
    }

    private static NamedWorker DecodeWorker(ReadOnlyMemory<byte> bytes)
    {
        var fields = new JournalFields(bytes);
        var worker = new NamedWorker(fields.Peer(1, "worker.peer"), fields.Text(2, "worker.address", AddressBytes));
        fields.End();
        return worker;
    }
}
