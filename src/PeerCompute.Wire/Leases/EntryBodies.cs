// SPDX-License-Identifier: Apache-2.0
using Google.Protobuf;
using PeerCompute.Base.Checks;
using PeerCompute.Base.Errors;
using PeerCompute.Wire.Common;
using Body = PeerCompute.Wire.V1.Entry.BodyOneofCase;

namespace PeerCompute.Wire.Leases;

/// <summary>Between the bodies of entries and their wire form.</summary>
internal static class EntryBodies
{
    public static EntryBody From(V1.Entry m) => m.BodyCase switch
    {
        Body.Award => From(m.Award),
        Body.Accept => new Accept(),
        Body.Started => new Started(),
        Body.Commit => new Commit(Canonical.Hash(m.Commit.Root, "commit.root"), Count(m.Commit.Done, "commit.done")),
        Body.Reveal => new Reveal(Canonical.Hash(m.Reveal.Nonce, "reveal.nonce")),
        Body.Opening => From(m.Opening),
        Body.Verdict => new Verdict(
            Canonical.Hash(m.Verdict.Seed, "verdict.seed"),
            Canonical.Peer(m.Verdict.Confirmer, "verdict.confirmer"),
            Canonical.List(m.Verdict.Tasks, WireLimits.TasksPerLease, "verdict.tasks", From)),
        Body.Close => new Close(
            (uint)Canonical.Within(m.Close.Accepted, 0, WireLimits.TasksPerLease, "close.accepted"),
            Canonical.Within(m.Close.DueMicro, 0, WireLimits.PriceMicro * WireLimits.TasksPerLease, "close.due_micro")),
        Body.Settled => new Settled(Canonical.Within(m.Settled.DueMicro, 0, WireLimits.PriceMicro * WireLimits.TasksPerLease, "settled.due_micro")),
        Body.Fail => new Fail(
            (FailKind)Canonical.Within((ulong)m.Fail.Kind, 1, (ulong)FailKind.Owner, "fail.kind"),
            Task(m.Fail.Task, "fail.task"),
            Canonical.Text(m.Fail.Text, WireLimits.TextBytes, "fail.text")),
        Body.Cancel => new Cancel(
            (CancelReason)Canonical.Within((ulong)m.Cancel.Reason, 1, (ulong)CancelReason.Failed, "cancel.reason"),
            Canonical.Text(m.Cancel.Text, WireLimits.TextBytes, "cancel.text")),
        _ => throw new WireException("body", "missing"),
    };

    public static void Put(V1.Entry m, EntryBody body)
    {
        switch (body)
        {
            case Award b:
                m.Award = new V1.Award { Lease = b.Lease.ToProto(), SealedSpec = Canonical.Bytes(b.SealedSpec) };
                foreach (var member in b.Pool.Members) m.Award.Pool.Add(Canonical.Bytes(member));
                break;
            case Accept:
                m.Accept = new V1.Accept();
                break;
            case Started:
                m.Started = new V1.Started();
                break;
            case Commit b:
                m.Commit = new V1.Commit { Root = Canonical.Bytes(b.Root), Done = b.Done };
                break;
            case Reveal b:
                m.Reveal = new V1.Reveal { Nonce = Canonical.Bytes(b.Nonce) };
                break;
            case Opening b:
                m.Opening = ToProto(b);
                break;
            case Verdict b:
                m.Verdict = ToProto(b);
                break;
            case Close b:
                m.Close = new V1.Close { Accepted = b.Accepted, DueMicro = b.DueMicro };
                break;
            case Settled b:
                m.Settled = new V1.Settled { DueMicro = b.DueMicro };
                break;
            case Fail b:
                m.Fail = new V1.Fail { Kind = (V1.Fail.Types.Kind)b.Kind, Task = b.Task, Text = b.Text };
                break;
            case Cancel b:
                m.Cancel = new V1.Cancel { Reason = (V1.Cancel.Types.Reason)b.Reason, Text = b.Text };
                break;
            default:
                throw Invariant.Unreachable("every body has a wire form");
        }
    }

    private static Award From(V1.Award m)
    {
        var lease = Lease.From(m.Lease);
        var pool = Pool.From(m.Pool);
        if (pool.Root != lease.PoolRoot) throw new WireException("award.pool", "is not the pool of the lease's root");
        if (lease.Verification.By == ConfirmedBy.Issuer && pool.Members.Length > 0) throw new WireException("award.pool", "nobody is drawn under these terms");
        if (lease.Verification.By == ConfirmedBy.Replicas && !pool.Contains(lease.Worker)) throw new WireException("award.pool", "does not hold the worker");
        if (pool.Members.Length < lease.Verification.PoolLeast)
            throw new WireException("award.pool", $"{pool.Members.Length} members; {lease.Verification.Replicas} replicas need {lease.Verification.PoolLeast}");
        return new Award(lease, Sealed(m.SealedSpec, "award.sealed_spec", AwardSecrets.MaxBytes + 128), pool);
    }

    private static Opening From(V1.Opening m) => new(
        Canonical.Hash(m.Salt, "opening.salt"),
        Canonical.List(m.Leaves, WireLimits.TasksPerLease, "opening.leaves", static (l, f) => new TaskLeaf(
            Task(l.Task, f + ".task"),
            Canonical.Hash(l.OutputHash, f + ".output_hash"),
            Canonical.Hash(l.CipherRoot, f + ".cipher_root"),
            Canonical.Hash(l.KeyHash, f + ".key_hash"),
            Canonical.Within(l.Size, 0, WireLimits.BlobBytes, f + ".size"),
            Canonical.Within(l.Fuel, 0, WireLimits.Fuel, f + ".fuel"),
            Canonical.Within(l.RunMs, 0, WireLimits.WallMs, f + ".run_ms"))
        {
            CpuMs = Canonical.Within(l.CpuMs, 0, WireLimits.CpuMs, f + ".cpu_ms"),
            PeakMemoryBytes = Canonical.Within(l.PeakMemoryBytes, 0, WireLimits.PeakMemoryBytes, f + ".peak_memory_bytes"),
        }),
        Sealed(m.SealedKeys, "opening.sealed_keys", (WireLimits.TasksPerLease * 32) + 128));

    private static V1.Opening ToProto(Opening b)
    {
        var m = new V1.Opening { Salt = Canonical.Bytes(b.Salt), SealedKeys = Canonical.Bytes(b.SealedKeys) };
        foreach (var leaf in b.Leaves)
        {
            m.Leaves.Add(new V1.TaskLeaf
            {
                Task = leaf.Task,
                OutputHash = Canonical.Bytes(leaf.OutputHash),
                CipherRoot = Canonical.Bytes(leaf.CipherRoot),
                KeyHash = Canonical.Bytes(leaf.KeyHash),
                Size = leaf.Size,
                Fuel = leaf.Fuel,
                RunMs = leaf.RunMs,
                CpuMs = leaf.CpuMs,
                PeakMemoryBytes = leaf.PeakMemoryBytes,
            });
        }

        return m;
    }

    private static V1.Verdict ToProto(Verdict b)
    {
        var m = new V1.Verdict { Seed = Canonical.Bytes(b.Seed), Confirmer = Canonical.Bytes(b.Confirmer) };
        foreach (var task in b.Tasks)
        {
            m.Tasks.Add(new V1.TaskVerdict
            {
                Task = task.Task,
                Outcome = (V1.TaskVerdict.Types.Outcome)task.Outcome,
                RecomputedHash = Canonical.Bytes(task.Recomputed),
            });
        }

        return m;
    }

    private static TaskVerdict From(V1.TaskVerdict m, string field) => new(
        Task(m.Task, field + ".task"),
        (VerdictOutcome)Canonical.Within((ulong)m.Outcome, 1, (ulong)VerdictOutcome.Unavailable, field + ".outcome"),
        Canonical.OptionalHash(m.RecomputedHash, field + ".recomputed_hash"));

    private static uint Task(uint task, string field) => (uint)Canonical.Within(task, 0, WireLimits.TasksPerJob - 1, field);

    private static uint Count(uint count, string field) => (uint)Canonical.Within(count, 1, WireLimits.TasksPerLease, field);

    private static ReadOnlyMemory<byte> Sealed(ByteString bytes, string field, int limit)
        => bytes.IsEmpty || bytes.Length > limit ? throw new WireException(field, $"{bytes.Length} bytes, allowed 1 to {limit}") : bytes.Memory;
}
