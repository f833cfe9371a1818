// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.Text.Json.Nodes;
using PeerCompute.Api.V1;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Cli.Nodes;
using PeerCompute.Cli.Output;
using PeerCompute.Client;
using PeerCompute.Client.Jobs;
using PeerCompute.Client.Results;

namespace PeerCompute.Cli.Commands;

/// <summary><c>run</c>: submits a job, follows it to its end, fetches its results.</summary>
internal static class RunVerb
{
    /// <summary>Names a worker before those of the job file.</summary>
    public static Option<string[]> To { get; } = new("--to")
    {
        Description = "Worker to ask, a multiaddress or the id of a connected peer; goes before placement.workers; may be given several times.",
        HelpName = "ADDR",
    };

    /// <summary>Lets drawn workers confirm each other instead of the own node.</summary>
    public static Option<uint?> Replicas { get; } = new("--replicas")
    {
        Description = "Equal outputs of different workers that each task needs, 2 to 5, instead of executing every task again on this node.",
        HelpName = "N",
    };

    /// <summary>Folder of results.</summary>
    public static Option<string?> Out { get; } = new("--out", "-o") { Description = "Folder for results.", HelpName = "DIR" };

    /// <summary>The verb.</summary>
    public static Command Make()
    {
        var file = new Argument<string>("JOB") { Description = "Job file (docs/job-file.md)." };
        var verb = new Command("run", "Run a job: submit it, follow it, fetch its results.") { file, Out, To, Replicas };
        verb.SetAction(async (parsed, token) =>
        {
            var terminal = Globals.TerminalOf(parsed);
            var job = Read(parsed, parsed.GetRequiredValue(file));
            var workers = parsed.GetValue(To) ?? [];
            var folder = parsed.GetValue(Out) ?? throw new PeerComputeException(ErrorCode.Usage, "run needs a folder for results: -o DIR.");
            await using var node = await NodeAccess.OpenAsync(Globals.HomeOf(parsed), terminal, token);
            RefuseWithoutWorker(node, job, workers);
            terminal.Progress("uploading module and inputs");
            var id = await node.Client.SubmitAsync(await JobUpload.UploadAsync(node.Client, job, workers, token), token);
            var ended = await FollowAsync(node, id, terminal, token);
            var results = await JobResults.SaveAsync(node.Client, ended, folder, token);
            terminal.Progress("");
            terminal.Result(() => Json(ended, results), console =>
            {
                Tables.Job(console, ended);
                Tables.Facts(console, ("results", Path.GetFullPath(folder)), ("gathered", results.Gathered ?? ""), ("receipt", results.Receipt ?? ""));
            });
            return ExitCodeOf(ended, terminal, results);
        });
        return verb;
    }

    /// <summary>The job file, with what the command line says beside it.</summary>
    public static JobFile Read(ParseResult parsed, string file)
    {
        var job = JobFile.Read(file);
        if (parsed.GetValue(Replicas) is not { } replicas) return job;
        if (replicas is < 2 or > 5) throw new PeerComputeException(ErrorCode.Usage, $"--replicas {replicas}: must be from 2 to 5.");
        return job with { Verification = new JobVerification("replicas", replicas) };
    }

    /// <summary>A private node that knows nobody: without a named worker its job would wait in vain.</summary>
    public static void RefuseWithoutWorker(NodeAccess node, JobFile job, IReadOnlyList<string> workers)
    {
        if (node.IsAlone && workers.Count + job.Placement.Workers.Count == 0)
        {
            throw new PeerComputeException(
                ErrorCode.Usage, "No worker is named, and this node knows no network. Join one ('peercompute join LINE'), or give --to ADDR, or "
                    + "placement.workers in the job file.");
        }
    }

    /// <summary>Zero for an accepted job whose results have every item; tells the others' cause.</summary>
    public static int ExitCodeOf(JobView job, Terminal terminal, JobResults? results = null)
    {
        foreach (var missing in results?.MissingItems ?? []) terminal.Note($"error: {missing}");
        if (job.State == JobState.Accepted) return results?.MissingItems is { Count: > 0 } ? (int)ErrorCode.JobFailed : 0;
        terminal.Note($"error: the job ended {Views.Word(job.State)}{Tables.Why(job)}");
        foreach (var task in job.Tasks.Where(task => task.State == TaskState.Failed && job.Gather is { ItemsPerTask: > 0 }))
        {
            var (first, last) = Gatherer.ItemsOf(job.Gather, task.Index);
            terminal.Note($"error: task {task.Index} has items {first} to {last}");
        }

        return (int)ErrorCode.JobFailed;
    }

    /// <summary>A job and its files.</summary>
    public static JsonObject Json(JobView job, JobResults results)
    {
        var json = Views.Job(job);
        json["outputs"] = new JsonArray([.. results.Outputs.Select(o => (JsonNode?)o)]);
        json["gathered"] = results.Gathered;
        json["receipt"] = results.Receipt;
        if (job.Gather?.Kind == GatherKind.Items) json["missingItems"] = new JsonArray([.. results.MissingItems.Select(m => (JsonNode?)m)]);
        return json;
    }

    /// <summary>Where a job stands, on one line.</summary>
    public static string Line(JobView job) =>
        $"{job.Name} {Views.Word(job.State)}, tasks {Tables.Counts(job)}, {Views.Seconds(job.ElapsedMs)} s{Tables.Why(job)}{LiveWords.Of(job)}";

    private static async Task<JobView> FollowAsync(NodeAccess node, Hash32 id, Terminal terminal, CancellationToken cancellationToken)
    {
        JobView? last = null;
        try
        {
            await foreach (var job in node.Client.WatchAsync(id, cancellationToken))
            {
                last = job;
                terminal.Progress(Line(job));
            }
        }
        catch (OperationCanceledException) when (!node.IsPrivate)
        {
            terminal.Progress("");
            terminal.Note($"The job goes on in the daemon. Follow it: peercompute job show {id}; end it: peercompute job cancel {id}");
            throw;
        }

        if (last?.HasEnded() == true) return last;
        throw new PeerComputeException(ErrorCode.Unavailable, $"The node ended before the job did. Start it again; job {id} goes on.");
    }
}
