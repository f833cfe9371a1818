// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Api.V1;
using PeerCompute.Base.Errors;
using PeerCompute.Client.Folders;
using PeerCompute.Wire.Folders;

namespace PeerCompute.Client.Jobs;

/// <summary>Brings a job file's module and inputs to a node and makes the submission.</summary>
public static class JobUpload
{
    /// <summary>Uploads what a job needs.</summary>
    /// <param name="client">The node.</param>
    /// <param name="job">The job.</param>
    /// <param name="workers">Workers that go before those of the job file's placement; may be empty.</param>
    /// <param name="cancellationToken">Ends the uploads.</param>
    /// <returns>The submission, ready to be handed in.</returns>
    /// <exception cref="PeerComputeException">A file cannot be read, or the node refuses it.</exception>
    public static async Task<JobSubmission> UploadAsync(
        PeerComputeClient client, JobFile job, IReadOnlyList<string> workers, CancellationToken cancellationToken)
    {
        var submission = Describe(job, workers);
        if (job.Native is null) submission.ModuleSha256 = (await PartAsync(client, job.Module, 0, null, cancellationToken).ConfigureAwait(false)).Sha256;
        foreach (var input in job.InputsOfTasks())
        {
            var blob = FolderNames.IsFolder(input.Name) ? await FolderAsync(client, input, cancellationToken).ConfigureAwait(false)
                : await PartAsync(client, input.Path, input.Offset, input.Length, cancellationToken).ConfigureAwait(false);
            submission.Inputs.Add(new InputFile { Name = input.Name, Sha256 = blob.Sha256, Size = blob.Size, Public = input.Public });
        }

        return submission;
    }

    private static JobSubmission Describe(JobFile job, IReadOnlyList<string> workers) => new()
    {
        Name = job.Name,
        Image = job.Native?.Image ?? "",
        Runtime = job.Native?.Runtime ?? "",
        Args = { job.Args },
        Env = { job.Env.Select(e => new EnvironmentVariable { Name = e.Name, Value = e.Value }) },
        Secrets = { job.Secrets.Select(s => new SecretVariable { Name = s.Name, Value = s.Read() }) },
        Outputs = { job.Outputs },
        Canonical = { job.Canonical.Select(static form => new OutputForm { Output = form.Output, Form = form.Form }) },
        Compare =
        {
            job.Compare.Select(static c => new Comparator { Output = c.Output, By = c.By, Absolute = c.Absolute, Relative = c.Relative, Least = c.Least }),
        },
        Checkpoint = job.Checkpoint is not { } checkpoint ? null : new Checkpoint
        {
            Path = checkpoint.Path,
            EveryMs = checkpoint.EveryMs,
            Keep = checkpoint.Keep,
            MaxBytes = checkpoint.MaxBytes,
            GraceMs = checkpoint.GraceMs,
        },
        Gather = Gathering(job),
        Tasks = job.Tasks,
        Limits = new TaskLimits
        {
            MemoryBytes = job.Limits.MemoryBytes,
            Fuel = job.Limits.Fuel,
            WallMs = job.Limits.WallMs,
            OutputBytes = job.Limits.OutputBytes,
            WorkBytes = job.Limits.WorkBytes,
            Processes = job.Limits.Processes,
        },
        Needs = new Needs
        {
            Runtime = job.Native is null ? "wasm" : "native",
            Cores = Math.Max(1, job.Limits.Cores),
            Architecture = job.Native?.Architecture ?? "",
            Isolation = job.Isolation,
            Card = job.Native?.Card ?? "",
        },
        Placement = new Placement
        {
            Workers = { workers.Concat(job.Placement.Workers).Distinct() },
            Leases = job.Placement.Leases,
            TasksPerLease = job.Placement.TasksPerLease,
            Parallel = job.Placement.Parallel,
        },
        Verification = new Verification { By = job.Verification.By, Replicas = job.Verification.Replicas },
        DeadlineMs = job.DeadlineMs,
        PriceCeiling = job.PriceCeiling,
        RetainMs = job.RetainMs,
    };

    private static Gather? Gathering(JobFile job)
    {
        var (gather, items, perTask) = (job.Gather, job.Split?.Items ?? 0, job.Split?.PerTask ?? 0);
        if (gather is null && items == 0) return null;
        return new Gather
        {
            Kind = gather?.Kind switch
            {
                JobGatherKind.Concat => GatherKind.Concat,
                JobGatherKind.PpmBands => GatherKind.PpmBands,
                JobGatherKind.Items => GatherKind.Items,
                _ => GatherKind.None,
            },
            Output = gather?.Output ?? "",
            File = gather?.File ?? "",
            Items = items,
            ItemsPerTask = perTask,
        };
    }

    private static async Task<Blob> FolderAsync(PeerComputeClient client, JobInput input, CancellationToken cancellationToken)
    {
        try
        {
            using var packed = Scratch.Make();
            FolderSource.Pack(input.Path, packed, input.Files);
            packed.Position = 0;
            return await client.UploadAsync(packed, packed.Length, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PeerComputeException(ErrorCode.BadInput, $"The folder {input.Path} cannot be read: {e.Message}", e);
        }
    }

    private static async Task<Blob> PartAsync(
        PeerComputeClient client, string path, long offset, long? length, CancellationToken cancellationToken)
    {
        try
        {
            var file = File.OpenRead(path);
            await using (file.ConfigureAwait(false))
            {
                file.Position = offset;
                return await client.UploadAsync(file, length ?? file.Length, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PeerComputeException(ErrorCode.BadInput, $"{path} cannot be read: {e.Message}", e);
        }
    }
}
