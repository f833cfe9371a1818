// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Collections;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Time;
using PeerCompute.Core.Effects;
using PeerCompute.Core.Leases;
using PeerCompute.Core.Runs;
using PeerCompute.Core.Views;
using PeerCompute.Trust.Commitments;
using PeerCompute.Wire.Blobs;
using PeerCompute.Wire.Checkpoints;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Core.Working;

/// <summary>A lease that this node works on: the spec, what came out so far, and what it commits to.</summary>
internal sealed class WorkedLease
{
    private readonly ISigner _signer;
    private LivePace _pace;

    public WorkedLease(NodeContext node, Hash32 id, PeerId issuer)
    {
        _signer = node.Signer;
        Link = new LeaseLink(node, id, issuer, isIssuer: false, static _ => { });
        Salt = new Hash32(_signer.Derive("commit-salt", id.ToArray()));
        OutputKey = _signer.Derive("output-key", id.ToArray());
    }

    public LeaseLink Link { get; }

    public Hash32 Id => Link.Id;

    public Lease Lease => Link.Lease;

    public RunKey Run => new(Id, RunRole.Work);

    /// <summary>Salt of the commit: of this identity and lease, so that a copied or restored home commits alike.</summary>
    public Hash32 Salt { get; }

    public byte[] OutputKey { get; }

    public JobSpec? Spec { get; private set; }

    /// <summary>The issuer's word that module and inputs may be fetched; there once the spec is.</summary>
    public SignedToken? InputToken { get; private set; }

    /// <summary>Whether its program has the device that is lent.</summary>
    public bool UsesDevice => NativeSemantics.TryParse(Lease.Semantics) is { UsesDevice: true };

    /// <summary>What the issuer gave to go on from; null: the tasks begin.</summary>
    public Checkpoint? Resume { get; private set; }

    /// <summary>The last checkpoint that was taken here, in this life or one before.</summary>
    public Checkpoint? Checkpoint { get; set; }

    /// <summary>Number of the last checkpoint that the issuer said it has, in this life.</summary>
    public ulong CheckpointTold { get; set; }

    /// <summary>Why its program was asked to end; null while it was not.</summary>
    public Fail? Easing { get; set; }

    /// <summary>Until when its end, and then its last checkpoint, are waited for.</summary>
    public Instant EasedBy { get; set; } = Instant.Never;

    /// <summary>Whether the outputs of the opening are served to the issuer.</summary>
    public bool Shared { get; set; }

    /// <summary>What the issuer gave for the environment, in memory only; null while it is not there and the spec names some.</summary>
    public JobSecrets? Secrets { get; set; }

    /// <summary>Whether nothing secret is missing that the spec names.</summary>
    public bool HasSecrets => Spec is not null && (Spec.SecretsHash.IsZero || Secrets is not null);

    /// <summary>The outputs stay although the lease has ended.</summary>
    public bool Retained { get; set; }

    /// <summary>Nobody needs the outputs any more, in this life or one before.</summary>
    public bool Released { get; set; }

    /// <summary>Until when accepted outputs stay that were not collected, Unix milliseconds: signed by both sides.</summary>
    public ulong RetainUntilMs => Lease.ConfirmByMs + Lease.Placement.RetainMs;

    /// <summary>Whether module and inputs are served to other workers of the job.</summary>
    public bool SharesInputs { get; set; }

    public OrderedMap<uint, TaskResult> Results { get; } = new();

    public bool Fetching { get; set; }

    public bool Fetched { get; set; }

    /// <summary>When inputs that did not come are asked for again.</summary>
    public Instant NextFetch { get; set; }

    public bool Running { get; set; }

    /// <summary>How often its tasks may say something.</summary>
    public ref LivePace Pace => ref _pace;

    /// <summary>Why no more tasks run here, or null.</summary>
    public Fail? Broke { get; set; }

    /// <summary>Tasks done from the start of the range without a gap.</summary>
    public uint DoneInOrder
    {
        get
        {
            uint done = 0;
            while (done < Lease.TaskCount && Results.ContainsKey(Lease.FirstTask + done)) done++;
            return done;
        }
    }

    /// <summary>Tasks that have not run.</summary>
    public ImmutableArray<uint> Missing()
    {
        var missing = ImmutableArray.CreateBuilder<uint>();
        for (var task = Lease.FirstTask; task < Lease.EndTask; task++)
        {
            if (!Results.ContainsKey(task)) missing.Add(task);
        }

        return missing.ToImmutable();
    }

    /// <summary>Opens the sealed spec and its token and compares them with the lease; empty, or what is wrong.</summary>
    public string OpenSpec()
    {
        if (Spec is not null) return "";
        var opened = _signer.Open(Link.Chains.Body<Award>()!.SealedSpec.Span, Domains.SealedSpec, Id.ToArray());
        if (opened is null) return "the sealed spec does not open with this worker's key";
        AwardSecrets secrets;
        try
        {
            secrets = AwardSecrets.Decode(opened);
        }
        catch (WireException e)
        {
            return "the spec is not valid: " + e.Message;
        }

        var (spec, signed) = secrets;
        if (signed.Envelope.Signer != Lease.Issuer || !IsOfLease(signed.Token)) return "the token for the inputs is not for this lease and worker";
        if (spec.Hash() != Lease.SpecHash) return "the spec is not the one that the lease names";
        if (spec.Limits != Lease.Limits) return "the spec has other limits than the lease";
        if (NodeSettings.SemanticsOf(spec) != Lease.Semantics) return "the spec's program is of other semantics than the lease";
        if (!spec.Comparators.IsEmpty != Lease.Verification.Tolerant)
            return "the lease's terms are tolerant without the spec's comparators, or the other way round";
        if (spec.Tasks < Lease.EndTask) return "the lease's range ends behind the spec's last task";
        if ((secrets.Resume?.Root ?? default) != Lease.ResumeRoot) return "the checkpoint to go on from is not the one that the lease names";
        if (secrets.Resume is { } resume && (resume.Task != Lease.FirstTask
            || resume.Size > Wire.Checkpoints.Checkpoint.SizeMost(Lease.Limits)
            || resume.PacksBytes > Wire.Checkpoints.Checkpoint.PacksBytesMost(Lease.Limits)))
            return "the checkpoint to go on from is larger than the job says, or of another task";
        (Spec, InputToken, Resume) = (spec, signed, secrets.Resume);
        return "";
    }

    private bool IsOfLease(BlobToken token)
        => token.JobId == Lease.JobId && token.LeaseId == Id && token.Scope == BlobScope.Inputs && token.Holder == _signer.PeerId;

    public ImmutableArray<BlobRef> Blobs() => Resume is null ? Spec!.Blobs() : Spec!.Blobs().AddRange(Resume.Packs);

    /// <summary>Leaves of the first tasks of the range.</summary>
    public ImmutableArray<TaskLeaf> Leaves(uint count)
    {
        var leaves = ImmutableArray.CreateBuilder<TaskLeaf>();
        for (uint i = 0; i < count; i++)
        {
            var r = Results[Lease.FirstTask + i];
            var key = StartRun.ContentKey(OutputKey, r.Task);
            leaves.Add(new TaskLeaf(r.Task, r.OutputHash, r.Blob!.Root, RangeCommitment.HashOfKey(key), r.Size, r.Fuel, r.RunMs)
            {
                CpuMs = r.CpuMs,
                PeakMemoryBytes = r.PeakMemoryBytes,
            });
        }

        return leaves.ToImmutable();
    }

    public Hash32 Root(uint count) => RangeCommitment.Root(Id, _signer.PeerId, Salt, Leaves(count));

    /// <summary>Content keys of the first tasks of the range, one after another.</summary>
    public byte[] Keys(uint count)
    {
        var keys = new byte[32 * count];
        for (uint i = 0; i < count; i++) StartRun.ContentKey(OutputKey, Lease.FirstTask + i).CopyTo(keys, 32 * (int)i);
        return keys;
    }

    public LeaseView View() => LeaseViews.Of(Link, Broke?.Text ?? "") with { Keeps = Retained };
}
