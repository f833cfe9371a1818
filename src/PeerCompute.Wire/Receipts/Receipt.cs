// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using Google.Protobuf;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Wire.Common;

namespace PeerCompute.Wire.Receipts;

/// <summary>One finished job with its evidence; docs/protocol/receipt.md says what follows from what.</summary>
public sealed record Receipt
{
    /// <summary>Context is the job id.</summary>
    public required Header Header { get; init; }

    /// <summary>Who pays.</summary>
    public required PeerId Issuer { get; init; }

    /// <summary>The spec's name.</summary>
    public required string JobName { get; init; }

    /// <summary>Signed envelope of the offer.</summary>
    public required ReadOnlyMemory<byte> Offer { get; init; }

    /// <summary>Tasks of the job.</summary>
    public required uint Tasks { get; init; }

    /// <summary>Merkle root over <see cref="TaskList"/>.</summary>
    public required Hash32 TasksRoot { get; init; }

    /// <summary>Every task in order.</summary>
    public required ImmutableArray<ReceiptTask> TaskList { get; init; }

    /// <summary>Leases by award number, then id.</summary>
    public required ImmutableArray<ReceiptLease> Leases { get; init; }

    /// <summary>Where each unit went, by peer id.</summary>
    public required ImmutableArray<ReceiptShare> Shares { get; init; }

    /// <summary>Sum of the shares, micro-units.</summary>
    public required ulong TotalMicro { get; init; }

    /// <summary>Sum of the tasks' fuel.</summary>
    public required ulong TotalFuel { get; init; }

    /// <summary>Who confirmed the results, in words.</summary>
    public required string ConfirmedBy { get; init; }

    /// <summary>Unix milliseconds: the issuer's word.</summary>
    public required ulong SubmittedMs { get; init; }

    /// <summary>Unix milliseconds: the issuer's word.</summary>
    public required ulong EndedMs { get; init; }

    /// <summary>Inputs in the spec's order.</summary>
    public required ImmutableArray<NamedHash> Inputs { get; init; }

    /// <summary>SHA-256 of the module.</summary>
    public required Hash32 ModuleHash { get; init; }

    /// <summary>Canonical spec without content keys.</summary>
    public required ReadOnlyMemory<byte> Spec { get; init; }

    /// <summary>Reads and checks field by field; what follows from what is for the verifier to check.</summary>
    /// <param name="bytes">Payload of a receipt envelope.</param>
    /// <returns>The receipt.</returns>
    /// <exception cref="WireException">Not canonical, or a field breaks its limit.</exception>
    public static Receipt Decode(ReadOnlyMemory<byte> bytes)
    {
        var m = Canonical.Parse(V1.Receipt.Parser, bytes, WireLimits.ReceiptBytes, "receipt");
        return new Receipt
        {
            Header = Header.From(m.Header),
            Issuer = Canonical.Peer(m.Issuer, "issuer"),
            JobName = Canonical.Text(m.JobName, WireLimits.NameBytes, "job_name"),
            Offer = Part(m.OfferEnvelope, WireLimits.OfferBytes + SignedEnvelope.MaxOverhead, "offer_envelope"),
            Tasks = (uint)Canonical.Within(m.Tasks, 1, WireLimits.TasksPerJob, "tasks"),
            TasksRoot = Canonical.Hash(m.TasksRoot, "tasks_root"),
            TaskList = Canonical.List(m.Task, WireLimits.TasksPerJob, "task", Task),
            Leases = Canonical.List(m.Lease, WireLimits.TasksPerJob, "lease", Lease),
            Shares = Canonical.List(m.Share, WireLimits.TasksPerJob, "share", Share),
            TotalMicro = m.TotalMicro,
            TotalFuel = m.TotalFuel,
            ConfirmedBy = Canonical.Text(m.ConfirmedBy, WireLimits.NameBytes, "confirmed_by"),
            SubmittedMs = Canonical.Within(m.SubmittedMs, 0, long.MaxValue, "submitted_ms"),
            EndedMs = Canonical.Within(m.EndedMs, 0, long.MaxValue, "ended_ms"),
            Inputs = Canonical.List(m.Input, WireLimits.SpecItems, "input",
                static (i, f) => new NamedHash(Canonical.EntryName(i.Name, f + ".name"), Canonical.Hash(i.Hash, f + ".hash"))),
            ModuleHash = Canonical.Hash(m.ModuleHash, "module_hash"),
            Spec = Part(m.Spec, WireLimits.SpecBytes, "spec"),
        };
    }

    /// <summary>The canonical bytes.</summary>
    /// <returns>A new array.</returns>
    public byte[] Encode()
    {
        var m = new V1.Receipt
        {
            Header = Header.ToProto(),
            Issuer = Canonical.Bytes(Issuer),
            JobName = JobName,
            OfferEnvelope = Canonical.Bytes(Offer),
            Tasks = Tasks,
            TasksRoot = Canonical.Bytes(TasksRoot),
            TotalMicro = TotalMicro,
            TotalFuel = TotalFuel,
            ConfirmedBy = ConfirmedBy,
            SubmittedMs = SubmittedMs,
            EndedMs = EndedMs,
            ModuleHash = Canonical.Bytes(ModuleHash),
            Spec = Canonical.Bytes(Spec),
        };
        foreach (var task in TaskList) m.Task.Add(ToProto(task));
        foreach (var lease in Leases) m.Lease.Add(ToProto(lease));
        foreach (var share in Shares) m.Share.Add(new V1.ReceiptShare { To = Canonical.Bytes(share.To), Micro = share.Micro, Why = share.Why });
        foreach (var input in Inputs) m.Input.Add(new V1.NamedHash { Name = input.Name, Hash = Canonical.Bytes(input.Hash) });
        return m.ToByteArray();
    }

    private static ReceiptTask Task(V1.ReceiptTask m, string field) => new(
        (uint)Canonical.Within(m.Task, 0, WireLimits.TasksPerJob - 1, field + ".task"),
        Canonical.Hash(m.LeaseId, field + ".lease_id"),
        Canonical.Peer(m.Worker, field + ".worker"),
        Canonical.Hash(m.OutputHash, field + ".output_hash"),
        Canonical.Within(m.Fuel, 0, WireLimits.Fuel, field + ".fuel"),
        Canonical.Within(m.Size, 0, WireLimits.BlobBytes, field + ".size"));

    private static ReceiptLease Lease(V1.ReceiptLease m, string field) => new(
        Canonical.Hash(m.LeaseId, field + ".lease_id"),
        Canonical.Peer(m.Worker, field + ".worker"),
        Part(m.BidEnvelope, WireLimits.BidBytes + SignedEnvelope.MaxOverhead, field + ".bid_envelope"),
        Canonical.List(m.IssuerChain, WireLimits.EntriesPerChain, field + ".issuer_chain", Link),
        Canonical.List(m.WorkerChain, WireLimits.EntriesPerChain, field + ".worker_chain", Link));

    private static ReceiptShare Share(V1.ReceiptShare m, string field)
        => new(Canonical.Peer(m.To, field + ".to"), m.Micro, Canonical.Text(m.Why, WireLimits.NameBytes, field + ".why"));

    private static ReadOnlyMemory<byte> Link(ByteString bytes, string field) => Part(bytes, WireLimits.EntryBytes + SignedEnvelope.MaxOverhead, field);

    private static ReadOnlyMemory<byte> Part(ByteString bytes, int limit, string field)
        => bytes.IsEmpty || bytes.Length > limit ? throw new WireException(field, $"{bytes.Length} bytes, allowed 1 to {limit}") : bytes.Memory;

    private static V1.ReceiptTask ToProto(ReceiptTask task) => new()
    {
        Task = task.Task,
        LeaseId = Canonical.Bytes(task.LeaseId),
        Worker = Canonical.Bytes(task.Worker),
        OutputHash = Canonical.Bytes(task.OutputHash),
        Fuel = task.Fuel,
        Size = task.Size,
    };

    private static V1.ReceiptLease ToProto(ReceiptLease lease)
    {
        var m = new V1.ReceiptLease { LeaseId = Canonical.Bytes(lease.LeaseId), Worker = Canonical.Bytes(lease.Worker),
            BidEnvelope = Canonical.Bytes(lease.Bid) };
        foreach (var link in lease.IssuerChain) m.IssuerChain.Add(Canonical.Bytes(link));
        foreach (var link in lease.WorkerChain) m.WorkerChain.Add(Canonical.Bytes(link));
        return m;
    }
}
