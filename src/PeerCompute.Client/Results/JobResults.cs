// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using PeerCompute.Api.V1;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Client.Folders;
using PeerCompute.Wire.Folders;

namespace PeerCompute.Client.Results;

/// <summary>Files of an ended job in a folder: <c>tasks/INDEX/NAME</c>, a file or a folder (and <c>stdout</c> where a task printed), the gathered file,
/// <c>job.receipt</c>.</summary>
/// <param name="Outputs">Absolute paths, as all here, of the outputs of all accepted tasks.</param>
/// <param name="Gathered">Path of the gathered file, or null.</param>
/// <param name="Receipt">Path of the receipt, or null.</param>
public sealed record JobResults(IReadOnlyList<string> Outputs, string? Gathered, string? Receipt)
{
    /// <summary>Of jobs that map items: a line for each task that gave other than one line for each of its items.</summary>
    public IReadOnlyList<string> MissingItems { get; init; } = [];

    /// <summary>Name of the receipt's file.</summary>
    public const string ReceiptFile = "job.receipt";

    private const string Stdout = "stdout";

    /// <summary>Fetches what an ended job has, and says that it is collected.</summary>
    /// <param name="client">The node.</param>
    /// <param name="job">The job with its tasks.</param>
    /// <param name="folder">Where files go; made when missing.</param>
    /// <param name="cancellationToken">Ends the downloads.</param>
    /// <returns>The files.</returns>
    /// <exception cref="PeerComputeException">A file cannot be written, or outputs cannot be gathered.</exception>
    public static async Task<JobResults> SaveAsync(PeerComputeClient client, JobView job, string folder, CancellationToken cancellationToken)
    {
        var id = new Hash32(job.JobId.Span);
        folder = Path.GetFullPath(folder);
        try
        {
            Directory.CreateDirectory(folder);
            var outputs = new List<string>();
            foreach (var task in job.Tasks.Where(t => t.State == TaskState.Accepted))
            {
                var own = Path.Combine(folder, "tasks", task.Index.ToString(CultureInfo.InvariantCulture));
                Directory.CreateDirectory(own);
                foreach (var name in job.Outputs)
                {
                    outputs.Add(FolderNames.IsFolder(name)
                        ? await UnpackAsync(client, job, task.Index, name, own, cancellationToken).ConfigureAwait(false)
                        : await SaveAsync(client, id, task.Index, name, own, cancellationToken).ConfigureAwait(false));
                }

                if (job.Outputs.Any(static name => FolderNames.Plain(name) == Stdout)) continue;
                var stdout = await SaveAsync(client, id, task.Index, Stdout, own, cancellationToken).ConfigureAwait(false);
                if (new FileInfo(stdout).Length > 0) outputs.Add(stdout);
                else File.Delete(stdout);
            }

            var (gathered, missing) = Gather(job, folder);
            var results = new JobResults(outputs, gathered, await ReceiptAsync(client, job, id, folder, cancellationToken).ConfigureAwait(false))
            {
                MissingItems = missing,
            };
            if (!job.Collected) await client.CollectAsync(id, cancellationToken).ConfigureAwait(false);
            return results;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PeerComputeException(ErrorCode.Host, $"Results cannot be written to {folder}: {e.Message}. Choose another folder with -o.", e);
        }
    }

    private static async Task<string> SaveAsync(
        PeerComputeClient client, Hash32 id, uint task, string name, string folder, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, Plain(name));
        var file = File.Create(path);
        await using (file.ConfigureAwait(false)) await client.DownloadAsync(id, task, name, file, cancellationToken).ConfigureAwait(false);
        return path;
    }

    private static async Task<string> UnpackAsync(
        PeerComputeClient client, JobView job, uint task, string name, string folder, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, Plain(FolderNames.Plain(name)));
        using var packed = Scratch.Make();
        await client.DownloadAsync(new Hash32(job.JobId.Span), task, name, packed, cancellationToken).ConfigureAwait(false);
        FolderTarget.Unpack(packed, path, (long)job.OutputBytes);
        return path;
    }

    private static (string? Gathered, IReadOnlyList<string> Missing) Gather(JobView job, string folder)
    {
        if (job.State != JobState.Accepted || job.Gather is not { } gather) return (null, []);
        if (gather.Kind is not (GatherKind.Concat or GatherKind.PpmBands or GatherKind.Items)) return (null, []);
        var target = Path.Combine(folder, Plain(gather.File));
        var parts = job.Tasks.Select(t => Path.Combine(folder, "tasks", t.Index.ToString(CultureInfo.InvariantCulture), Plain(gather.Output))).ToList();
        Gatherer.Gather(gather.Kind, parts, target);
        return (target, gather.Kind == GatherKind.Items ? Gatherer.MissingItems(gather, parts) : []);
    }

    private static async Task<string?> ReceiptAsync(PeerComputeClient client, JobView job, Hash32 id, string folder, CancellationToken cancellationToken)
    {
        if (job.ReceiptPath.Length == 0) return null;
        var receipt = await client.ReceiptAsync(id, cancellationToken).ConfigureAwait(false);
        var path = Path.Combine(folder, ReceiptFile);
        await File.WriteAllBytesAsync(path, receipt.Receipt.Memory, cancellationToken).ConfigureAwait(false);
        return path;
    }

    private static string Plain(string name) =>
        name is not ("" or "." or "..") && Path.GetFileName(name) == name
            ? name
            : throw new PeerComputeException(ErrorCode.BadInput,
                $"The node names the file \"{name}\", which is not a plain file name; nothing was written there.");
}
