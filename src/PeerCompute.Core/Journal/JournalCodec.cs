// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Bytes;
using PeerCompute.Base.Checks;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Core.Runs;
using PeerCompute.Core.Views;
using PeerCompute.Wire.Checkpoints;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Core.Journal;

/// <summary>
/// Bytes of journal entries: protobuf's encoding with field 1 = version of the format and one field for each kind of entry. Only the one
/// canonical encoding is read, so that what is read and written again is the same bytes.
/// </summary>
public static class JournalCodec
{
    /// <summary>Version of the format.</summary>
    public const uint Version = 1;

    /// <summary>Longest text of a journal entry, bytes.</summary>
    public const int TextBytes = 1 << 20;

    /// <summary>Longest encoded entry, bytes.</summary>
    public const int MaxBytes = WireLimits.ReceiptBytes + TextBytes + 1024;

    private enum Kind
    {
        LifeBegan = 2,
        JobAdded = 3,
        OfferMade = 4,
        BidTaken = 5,
        BidMade = 6,
        EntryKept = 7,
        ChainsCut = 8,
        TaskKept = 9,
        OutputsKept = 10,
        JobEnded = 11,
        EquivocationSeen = 12,
        ResultsReleased = 13,
        CheckpointKept = 14,
        CheckpointsRejected = 15,
    }

    /// <summary>The bytes of an entry.</summary>
    /// <param name="entry">Any entry.</param>
    /// <returns>A new array.</returns>
    public static byte[] Encode(JournalEntry entry)
    {
        var body = new ProtoWriter();
        var kind = Put(body, entry);
        return new ProtoWriter().Varint(1, Version).Bytes((int)kind, body.Written.Span, always: true).ToArray();
    }

    /// <summary>Reads an entry.</summary>
    /// <param name="bytes">Its bytes; kept, not copied.</param>
    /// <returns>The entry.</returns>
    /// <exception cref="WireException">Not what <see cref="Encode"/> writes, or another version.</exception>
    public static JournalEntry Decode(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length > MaxBytes) throw new WireException("journal entry", $"{bytes.Length} bytes, limit {MaxBytes}");
        var reader = new ProtoReader(bytes.Span, 2);
        if (!reader.Next() || reader.Field != 1) throw new WireException("version", "missing");
        if (reader.Varint("version") is var version && version != Version) throw new WireException("version", $"{version}; this program reads {Version}");
        if (!reader.Next()) throw new WireException("journal entry", "has no body");
        var kind = (Kind)reader.Field;
        var length = reader.Bytes("journal entry", MaxBytes).Length;
        var fields = new JournalFields(bytes.Slice(reader.Position - length, length));
        var entry = From(kind, ref fields);
        fields.End();
        if (reader.Next()) throw new WireException("journal entry", "has two bodies", reader.Position);
        return entry;
    }

    private static Kind Put(ProtoWriter w, JournalEntry entry)
    {
        switch (entry)
        {
            case LifeBegan e:
                w.Varint(1, e.Incarnation.Start).Varint(2, e.Incarnation.Salt);
                return Kind.LifeBegan;
            case JobAdded e:
                w.Bytes(1, e.JobId.ToArray()).Bytes(2, JobRequestCodec.Encode(e.Job)).Varint(3, (ulong)e.SubmittedMs);
                return Kind.JobAdded;
            case OfferMade e:
                w.Bytes(1, e.JobId.ToArray()).Bytes(2, e.Envelope.Bytes.Span);
                return Kind.OfferMade;
            case BidTaken e:
                w.Bytes(1, e.JobId.ToArray()).Bytes(2, e.Envelope.Bytes.Span);
                return Kind.BidTaken;
            case BidMade e:
                w.Bytes(1, e.Offer.Bytes.Span).Bytes(2, e.Bid.Bytes.Span);
                return Kind.BidMade;
            case EntryKept e:
                w.Bytes(1, e.Kept.Envelope.Bytes.Span);
                return Kind.EntryKept;
            case ChainsCut e:
                w.Bytes(1, e.LeaseId.ToArray()).Varint(2, e.IssuerCount).Varint(3, e.WorkerCount);
                return Kind.ChainsCut;
            case TaskKept e:
                w.Bytes(1, e.Run.LeaseId.ToArray()).Varint(2, (ulong)e.Run.Role).Bytes(3, TaskResultCodec.Encode(e.Result), always: true);
                return Kind.TaskKept;
            case OutputsKept e:
                w.Bytes(1, e.LeaseId.ToArray());
                foreach (var fault in e.Faults) w.Bytes(2, new ProtoWriter().Varint(1, fault.Task).Text(2, fault.Text).Written.Span);
                return Kind.OutputsKept;
            case JobEnded e:
                w.Bytes(1, e.JobId.ToArray()).Varint(2, (ulong)e.State).Text(3, e.Cause).Varint(4, (ulong)e.EndedMs).Bytes(5, e.Receipt.Span);
                return Kind.JobEnded;
            case EquivocationSeen e:
                w.Bytes(1, e.First.Envelope.Bytes.Span).Bytes(2, e.Second.Envelope.Bytes.Span);
                return Kind.EquivocationSeen;
            case ResultsReleased e:
                w.Bytes(1, e.Unit.ToArray()).Varint(2, e.Collected ? 1U : 0U);
                return Kind.ResultsReleased;
            case CheckpointKept e:
                w.Bytes(1, e.Run.LeaseId.ToArray()).Varint(2, (ulong)e.Run.Role).Bytes(3, e.Checkpoint.Encode());
                return Kind.CheckpointKept;
            case CheckpointsRejected e:
                w.Bytes(1, e.JobId.ToArray()).Varint(2, e.Task);
                return Kind.CheckpointsRejected;
            default:
                throw Invariant.Unreachable("every journal entry has bytes");
        }
    }

    private static JournalEntry From(Kind kind, ref JournalFields f) => kind switch
    {
        Kind.LifeBegan => new LifeBegan(new Incarnation(f.Number(1, "start"), f.Number(2, "salt"))),
        Kind.JobAdded =>
            new JobAdded(f.Hash(1, "job_id"), JobRequestCodec.Decode(f.Needed(2, "job", JobRequestCodec.MaxBytes)), Time(ref f, 3, "submitted_ms")),
        Kind.OfferMade => new OfferMade(f.Hash(1, "job_id"), Envelope(ref f, 2, "offer", WireLimits.OfferBytes)),
        Kind.BidTaken => new BidTaken(f.Hash(1, "job_id"), Envelope(ref f, 2, "bid", WireLimits.BidBytes)),
        Kind.BidMade => new BidMade(Envelope(ref f, 1, "offer", WireLimits.OfferBytes), Envelope(ref f, 2, "bid", WireLimits.BidBytes)),
        Kind.EntryKept => new EntryKept(Kept(ref f, 1)),
        Kind.ChainsCut => new ChainsCut(
            f.Hash(1, "lease_id"),
            (uint)f.Number(2, "issuer_count", WireLimits.EntriesPerChain),
            (uint)f.Number(3, "worker_count", WireLimits.EntriesPerChain)),
        Kind.TaskKept => new TaskKept(
            new RunKey(f.Hash(1, "lease_id"), (RunRole)OneTo((ulong)RunRole.Confirm, f.Number(2, "role"), "role")),
            TaskResultCodec.Decode(f.Needed(3, "result", TaskResultCodec.MaxBytes))),
        Kind.OutputsKept => new OutputsKept(f.Hash(1, "lease_id"), Faults(ref f)),
        Kind.JobEnded => new JobEnded(
            f.Hash(1, "job_id"),
            (JobState)OneTo((ulong)JobState.Expired, f.Number(2, "state"), "state"),
            f.Text(3, "cause", TextBytes),
            Time(ref f, 4, "ended_ms"),
            f.Bytes(5, "receipt", WireLimits.ReceiptBytes)),
        Kind.EquivocationSeen => new EquivocationSeen(Kept(ref f, 1), Kept(ref f, 2)),
        Kind.ResultsReleased => new ResultsReleased(f.Hash(1, "unit"), f.Number(2, "collected", 1) == 1),
        Kind.CheckpointKept => new CheckpointKept(
            new RunKey(f.Hash(1, "lease_id"), (RunRole)OneTo((ulong)RunRole.Confirm, f.Number(2, "role"), "role")),
            Checkpoint.Decode(f.Needed(3, "checkpoint", Checkpoint.MaxBytes))),
        Kind.CheckpointsRejected => new CheckpointsRejected(f.Hash(1, "job_id"), (uint)f.Number(2, "task", WireLimits.TasksPerJob)),
        _ => throw new WireException("journal entry", $"kind {(int)kind} is not known"),
    };

    private static ImmutableArray<TaskFault> Faults(ref JournalFields f)
    {
        var faults = ImmutableArray.CreateBuilder<TaskFault>();
        while (f.Field == 2)
        {
            if (faults.Count == WireLimits.TasksPerLease) throw new WireException("faults", $"more than {WireLimits.TasksPerLease}");
            var fields = new JournalFields(f.Needed(2, "faults", TextBytes));
            faults.Add(new TaskFault((uint)fields.Number(1, "task", WireLimits.TasksPerJob), fields.Text(2, "text", TextBytes)));
            fields.End();
        }

        return faults.ToImmutable();
    }

    private static KeptEntry Kept(ref JournalFields f, int field)
        => KeptEntry.Decode(f.Needed(field, "entry", WireLimits.EntryBytes + SignedEnvelope.MaxOverhead));

    private static SignedEnvelope Envelope(ref JournalFields f, int field, string name, int limit)
        => SignedEnvelope.Decode(f.Needed(field, name, limit + SignedEnvelope.MaxOverhead), limit);

    private static long Time(ref JournalFields f, int field, string name) => (long)f.Number(field, name, long.MaxValue);

    private static ulong OneTo(ulong most, ulong value, string name)
        => value is 0 || value > most ? throw new WireException(name, $"{value}, allowed 1 to {most}") : value;
}
