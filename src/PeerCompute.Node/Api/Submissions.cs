// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using System.Security.Cryptography;
using Google.Protobuf;
using PeerCompute.Api.V1;
using PeerCompute.Base.Chance;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Multiformats;
using PeerCompute.Core.Runs;
using PeerCompute.Net;
using PeerCompute.Node.Blobs;
using PeerCompute.Node.Images;
using PeerCompute.Wire.Checkpoints;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Node.Api;

/// <summary>Makes what the machine takes of what a client hands in.</summary>
/// <param name="uploads">Modules and inputs.</param>
/// <param name="host">Connects to named workers.</param>
/// <param name="self">Secrets are sealed to this node before anybody keeps them.</param>
/// <param name="natives">What native programs run in on this node.</param>
/// <param name="images">Gives the images of jobs to workers.</param>
internal sealed class Submissions(Uploads uploads, Host host, ISigner self, NativeSystems natives, ImageShares images)
{
    private const uint LeasesByDefault = 4;
    private const uint ParallelByDefault = 2;
    private const ulong RetainByDefaultMs = 14UL * 86_400_000;
    private const ulong RetainLeastMs = 60_000;

    /// <summary>Checks a submission and gives it a fresh salt.</summary>
    /// <exception cref="PeerComputeException">A field is wrong, a blob is missing, or a worker cannot be reached.</exception>
    public async Task<JobRequest> TakeAsync(JobSubmission job, long nowMs, CancellationToken cancel)
    {
        var program = SubmittedProgram.Of(job, natives);
        var uploaded = Spec(job, program);
        var placement = Placed(job, uploaded.Tasks);
        var workers = await WorkersAsync(job, cancel).ConfigureAwait(false);
        var note = job.Gather is null ? ReadOnlyMemory<byte>.Empty : job.Gather.ToByteArray();
        if (note.Length > JobRequest.NoteBytes) throw Wrong("gather", $"is longer than {JobRequest.NoteBytes} bytes");
        if (job.DeadlineMs < 1000 || job.DeadlineMs > WireLimits.WallMs) throw Wrong("deadline_ms", $"must be from 1000 to {WireLimits.WallMs}");
        if (job.PriceCeiling > WireLimits.PriceMicro) throw Wrong("price_ceiling", $"must be at most {WireLimits.PriceMicro}");
        var verification = Verified(job.Verification) with { Tolerant = job.Compare.Count > 0 };
        if (verification is { Tolerant: true, By: ConfirmedBy.Issuer })
            throw Wrong("compare", "stands beside verification.by: issuer; outputs that need not be equal are compared with each other: write replicas");
        if (verification.By == ConfirmedBy.Issuer) program.MustRunHere(natives);
        if (program.Native is { IsImage: true } native) await images.PrepareAsync(native.Root).WaitAsync(cancel).ConfigureAwait(false);
        var secrets = Secrets(job);
        uploaded = uploaded with { SecretsHash = secrets.Hash() };
        var spec = await CopiedAsync(uploaded, [.. job.Inputs.Select(static input => input.Public)], cancel).ConfigureAwait(false);
        return new JobRequest(spec, workers, placement, "credit", job.PriceCeiling, (ulong)nowMs + job.DeadlineMs, note)
        {
            Verification = verification,
            SealedSecrets = secrets.Items.IsEmpty ? default(ReadOnlyMemory<byte>) : Sealed(secrets, spec.Salt),
            Discover = job.Placement is not { Workers.Count: > 0 },
        };
    }

    private static VerificationTerms Verified(Verification? terms)
    {
        if (terms is null || terms.By is "" or "issuer") return VerificationTerms.Issuer;
        if (terms.By != "replicas")
        {
            throw new PeerComputeException(ErrorCode.Refused, $"verification.by: \"{terms.By}\" is not offered in this version: write \"issuer\", and your "
                + "own node executes every task again, or \"replicas\", and drawn workers do.");
        }

        var replicas = terms.Replicas == 0 ? VerificationTerms.ReplicasLeast : terms.Replicas;
        if (replicas is < VerificationTerms.ReplicasLeast or > VerificationTerms.ReplicasMost)
            throw Wrong("verification.replicas", $"must be from {VerificationTerms.ReplicasLeast} to {VerificationTerms.ReplicasMost}");
        return VerificationTerms.Of(replicas);
    }

    /// <summary>The secrets of a submission under a fresh blind. No error names a value.</summary>
    private static JobSecrets Secrets(JobSubmission job)
    {
        if (job.Secrets.Count == 0) return JobSecrets.None;
        foreach (var secret in job.Secrets)
        {
            if (job.Env.Any(variable => variable.Name == secret.Name)) throw Wrong("secrets", $"names {secret.Name}, which env names too");
        }

        try
        {
            var secrets = new JobSecrets(new Hash32(RandomNumberGenerator.GetBytes(32)), [.. job.Secrets.Select(static s => new JobSecret(s.Name, s.Value))]);
            return JobSecrets.Decode(secrets.Encode());
        }
        catch (WireException e)
        {
            throw new PeerComputeException(ErrorCode.BadInput, $"the job is refused: {e.Message}.", e);
        }
    }

    private byte[] Sealed(JobSecrets secrets, Hash32 salt)
        => SealedBox.Seal(new Secrets(RandomNumberGenerator.GetBytes(32)), self.SealingKey.Span, secrets.Encode(), Domains.SealedSecrets, salt.ToArray());

    /// <summary>Frees the copies of a job that the machine did not take.</summary>
    /// <param name="job">As <see cref="TakeAsync"/> gave it.</param>
    public void Discard(JobRequest job)
    {
        foreach (var blob in job.Spec.Blobs()) uploads.Forget(blob);
    }

    private JobSpec Spec(JobSubmission job, SubmittedProgram program)
    {
        if (job.Name.Length == 0) throw Wrong("name", "is empty");
        var spec = new JobSpec
        {
            Name = job.Name,
            Module = program.Native is null ? Blob(job.ModuleSha256, "module_sha256") : null,
            Native = program.Native,
            Isolation = program.Isolation,
            Args = [.. job.Args],
            Env = [.. job.Env.Select(static v => v.Name + "=" + v.Value)],
            Inputs = [.. job.Inputs.Select((input, i) => new NamedBlob(input.Name, Blob(input.Sha256, $"inputs[{i}].sha256")))],
            Outputs = [.. job.Outputs],
            Forms = [.. job.Canonical.Select(static form => new Wire.Leases.OutputForm(form.Output, form.Form))],
            Comparators = [.. job.Compare.Select(Comparator)],
            Checkpoint = job.Checkpoint is { } wanted ? new CheckpointTerms(wanted.Path, Math.Max(1, wanted.Keep), wanted.GraceMs) : null,
            Limits = program.Limits,
            Tasks = job.Tasks,
            Salt = new Hash32(RandomNumberGenerator.GetBytes(32)),
        };
        try
        {
            return JobSpec.Decode(spec.Encode());
        }
        catch (WireException e)
        {
            throw new PeerComputeException(ErrorCode.BadInput, $"the job is refused: {e.Message}.", e);
        }
    }

    private static Wire.Leases.Comparator Comparator(PeerCompute.Api.V1.Comparator wanted) => new(wanted.Output, wanted.By)
    {
        Absolute = wanted.Absolute,
        Relative = wanted.Relative,
        Least = wanted.Least,
    };

    private BlobRef Blob(ByteString sha256, string field)
    {
        if (sha256.Length != 32) throw Wrong(field, $"has {sha256.Length} bytes, expected 32");
        var plain = new Hash32(sha256.Span);
        return uploads.Find(plain) ?? throw new PeerComputeException(ErrorCode.NotFound, $"{field}: {plain} is not in the store: upload it first.");
    }

    /// <summary>The spec over copies of its module and inputs under keys of this job alone; public inputs over their public copy.</summary>
    private async Task<JobSpec> CopiedAsync(JobSpec spec, ImmutableArray<bool> isPublic, CancellationToken cancel)
    {
        var copies = new Dictionary<Hash32, BlobRef>();
        try
        {
            var module = spec.Module is { } upload ? await CopyAsync(upload).ConfigureAwait(false) : null;
            var inputs = ImmutableArray.CreateBuilder<NamedBlob>(spec.Inputs.Length);
            for (var i = 0; i < spec.Inputs.Length; i++)
            {
                var input = spec.Inputs[i];
                var copy = isPublic[i] ? uploads.PublishAsync(input.Blob, cancel) : CopyAsync(input.Blob);
                inputs.Add(input with { Blob = await copy.ConfigureAwait(false) });
            }

            return spec with { Module = module, Inputs = inputs.MoveToImmutable() };
        }
        catch
        {
            foreach (var copy in copies.Values) uploads.Forget(copy);
            throw;
        }

        async Task<BlobRef> CopyAsync(BlobRef upload)
        {
            if (!copies.TryGetValue(upload.Plain, out var copy)) copies[upload.Plain] = copy = await uploads.CopyAsync(upload, cancel).ConfigureAwait(false);
            return copy;
        }
    }

    private static PlacementTerms Placed(JobSubmission job, uint tasks)
    {
        var wanted = job.Placement ?? new Placement();
        var leases = Math.Clamp(wanted.Leases == 0 ? LeasesByDefault : wanted.Leases, 1, tasks);
        var perLease = wanted.TasksPerLease == 0 ? (tasks + leases - 1) / leases : wanted.TasksPerLease;
        if (wanted.TasksPerLease > WireLimits.TasksPerLease) throw Wrong("placement.tasks_per_lease", $"must be at most {WireLimits.TasksPerLease}");
        var parallel = wanted.Parallel == 0 ? ParallelByDefault : wanted.Parallel;
        if (parallel > 1024) throw Wrong("placement.parallel", "must be at most 1024");
        if (job.RetainMs != 0 && (job.RetainMs < RetainLeastMs || job.RetainMs > PlacementTerms.RetainMsMost))
            throw Wrong("retain_ms", $"must be from {RetainLeastMs} to {PlacementTerms.RetainMsMost}, or 0 for {RetainByDefaultMs}");
        return new PlacementTerms(Math.Min(perLease, WireLimits.TasksPerLease), parallel, "")
        {
            RetainMs = job.RetainMs == 0 ? RetainByDefaultMs : job.RetainMs,
        };
    }

    private async Task<ImmutableArray<NamedWorker>> WorkersAsync(JobSubmission job, CancellationToken cancel)
    {
        var workers = new List<NamedWorker>();
        foreach (var name in job.Placement?.Workers ?? [])
        {
            var worker = await WorkerAsync(name, cancel).ConfigureAwait(false);
            if (!workers.Exists(known => known.Peer == worker.Peer)) workers.Add(worker);
        }

        if (workers.Count > JobRequest.WorkersMost) throw Wrong("placement.workers", $"names more than {JobRequest.WorkersMost} workers");
        return [.. workers];
    }

    private async Task<NamedWorker> WorkerAsync(string name, CancellationToken cancel)
    {
        try
        {
            if (!name.StartsWith('/')) return Connected(PeerId.Parse(name));
            var address = Multiaddr.Parse(name);
            if (!address.Peer.IsNone) return new NamedWorker(address.Peer, name);
            var peer = await host.ConnectAsync(address, cancel).ConfigureAwait(false);
            return new NamedWorker(peer, address.WithPeer(peer).ToString());
        }
        catch (WireException e)
        {
            throw new PeerComputeException(ErrorCode.BadInput, $"placement.workers: '{name}' is neither an address nor a peer id ({e.Message}).", e);
        }
    }

    private NamedWorker Connected(PeerId peer)
        => host.Peers.Any(known => known.Id == peer)
            ? new NamedWorker(peer, "")
            : throw new PeerComputeException(ErrorCode.Unavailable,
                $"placement.workers: {peer} is not connected: give its address, or connect first ('peercompute connect ADDRESS').");

    private static PeerComputeException Wrong(string field, string what) => new(ErrorCode.BadInput, $"{field} {what}.");
}
