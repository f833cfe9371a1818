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

/// <summary><c>job submit|list|show|watch|logs|explain|cancel</c>: jobs that go on without the command.</summary>
internal static class JobVerbs
{
    /// <summary>The verbs.</summary>
    public static Command Make() => new("job", "Submit, list, show, follow, explain and cancel jobs.")
    {
        Submit(), List(), Show(), JobFollowVerbs.Watch(), JobFollowVerbs.Logs(), Explain(), Cancel(),
    };

    private static Command Submit()
    {
        var file = new Argument<string>("JOB") { Description = "Job file (docs/job-file.md)." };
        var verb = new Command("submit", "Submit a job and return at once.") { file, RunVerb.To, RunVerb.Replicas };
        verb.SetAction(async (parsed, token) =>
        {
            var terminal = Globals.TerminalOf(parsed);
            var job = RunVerb.Read(parsed, parsed.GetRequiredValue(file));
            var workers = parsed.GetValue(RunVerb.To) ?? [];
            await using var node = await NodeAccess.OpenAsync(Globals.HomeOf(parsed), terminal, token);
            RunVerb.RefuseWithoutWorker(node, job, workers);
            var id = await node.Client.SubmitAsync(await JobUpload.UploadAsync(node.Client, job, workers, token), token);
            if (node.IsPrivate) terminal.Note("The private node ends now, and the job waits. Start a daemon for jobs that should go on by themselves.");
            terminal.Result(() => new JsonObject { ["jobId"] = id.ToString(), ["name"] = job.Name }, console => Tables.Facts(console, ("job", id.ToString())));
            return 0;
        });
        return verb;
    }

    private static Command List()
    {
        var verb = new Command("list", "List jobs, newest first.");
        verb.SetAction(async (parsed, token) =>
        {
            var terminal = Globals.TerminalOf(parsed);
            await using var node = await NodeAccess.OpenAsync(Globals.HomeOf(parsed), terminal, token);
            var jobs = await node.Client.JobsAsync(token);
            terminal.Result(() => new JsonArray([.. jobs.Select(Views.JobLine)]), console => Tables.Rows(
                console,
                ["job", "name", "state", "tasks", "time s#", "price#", "collect before"],
                jobs.Select(static j => (string[])
                [
                    Views.Hex(j.JobId), j.Name, Views.Word(j.State), Tables.Counts(j), Views.Seconds(j.ElapsedMs), Tables.Number(j.Price),
                    Views.CollectBefore(j),
                ])));
            return 0;
        });
        return verb;
    }

    private static Command Show()
    {
        var id = IdArgument();
        var verb = new Command("show", "Show a job; with -o fetch its results.") { id, RunVerb.Out };
        verb.SetAction(async (parsed, token) =>
        {
            var terminal = Globals.TerminalOf(parsed);
            var jobId = IdOf(parsed.GetRequiredValue(id));
            await using var node = await NodeAccess.OpenAsync(Globals.HomeOf(parsed), terminal, token);
            var job = await node.Client.ShowAsync(jobId, token);
            var folder = parsed.GetValue(RunVerb.Out);
            if (folder is null)
            {
                terminal.Result(() => Views.Job(job), console => Tables.Job(console, job));
                return 0;
            }

            if (!job.HasEnded())
                throw new PeerComputeException(ErrorCode.Unavailable, $"The job is {Views.Word(job.State)}: results can be fetched when it has ended.");
            var results = await JobResults.SaveAsync(node.Client, job, folder, token);
            terminal.Result(() => RunVerb.Json(job, results), console =>
            {
                Tables.Job(console, job);
                Tables.Facts(console, ("results", Path.GetFullPath(folder)), ("gathered", results.Gathered ?? ""), ("receipt", results.Receipt ?? ""));
            });
            return results.MissingItems.Count > 0 ? RunVerb.ExitCodeOf(job, terminal, results) : 0;
        });
        return verb;
    }

    private static Command Explain()
    {
        var id = IdArgument();
        var verb = new Command("explain", "Say why so many, so few or no workers fit a job, and what would help.") { id };
        verb.SetAction(async (parsed, token) =>
        {
            var terminal = Globals.TerminalOf(parsed);
            var jobId = IdOf(parsed.GetRequiredValue(id));
            await using var node = await NodeAccess.OpenAsync(Globals.HomeOf(parsed), terminal, token);
            var job = await node.Client.ShowAsync(jobId, token);
            var why = await node.Client.ExplainAsync(jobId, token);
            terminal.Result(() => Findings.Json(job, why), console => Findings.Show(console, job, why));
            return 0;
        });
        return verb;
    }

    private static Command Cancel()
    {
        var id = IdArgument();
        var verb = new Command("cancel", "End a job; accepted tasks stay accepted.") { id };
        verb.SetAction(async (parsed, token) =>
        {
            var terminal = Globals.TerminalOf(parsed);
            var jobId = IdOf(parsed.GetRequiredValue(id));
            await using var node = await NodeAccess.OpenAsync(Globals.HomeOf(parsed), terminal, token);
            var job = await node.Client.CancelAsync(jobId, token);
            terminal.Result(() => Views.Job(job), console => Tables.Job(console, job));
            return job.State == JobState.Cancelled ? 0 : RunVerb.ExitCodeOf(job, terminal);
        });
        return verb;
    }

    /// <summary>The id of a job on the command line.</summary>
    public static Argument<string> IdArgument() => new("ID") { Description = "Id of the job, 64 hexadecimal digits." };

    /// <summary>Reads it.</summary>
    /// <exception cref="PeerComputeException"><see cref="ErrorCode.Usage"/>: it is none.</exception>
    public static Hash32 IdOf(string text)
    {
        try
        {
            return Hash32.Parse(text);
        }
        catch (WireException e)
        {
            throw new PeerComputeException(ErrorCode.Usage, $"\"{text}\" is no job id ({e.Message}); peercompute job list shows them.", e);
        }
    }
}
