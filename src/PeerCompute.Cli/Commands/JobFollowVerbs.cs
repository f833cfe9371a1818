// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using PeerCompute.Api.V1;
using PeerCompute.Base.Errors;
using PeerCompute.Cli.Nodes;
using PeerCompute.Cli.Output;
using PeerCompute.Client;

namespace PeerCompute.Cli.Commands;

/// <summary><c>job watch|logs</c>: a job while it runs, and what its tasks say (docs/live.md).</summary>
internal static class JobFollowVerbs
{
    /// <summary>Follows a job to its end.</summary>
    public static Command Watch()
    {
        var id = JobVerbs.IdArgument();
        var verb = new Command("watch", "Follow a job until it has ended; with --json one line for each change.") { id };
        verb.SetAction(async (parsed, token) =>
        {
            var terminal = Globals.TerminalOf(parsed);
            var jobId = JobVerbs.IdOf(parsed.GetRequiredValue(id));
            await using var node = await NodeAccess.OpenAsync(Globals.HomeOf(parsed), terminal, token);
            JobView? last = null;
            await foreach (var job in node.Client.WatchAsync(jobId, token))
            {
                last = job;
                terminal.Progress(RunVerb.Line(job));
                terminal.Event(() => Views.Job(job));
            }

            terminal.Progress("");
            if (last?.HasEnded() != true) throw new PeerComputeException(ErrorCode.Unavailable, $"The node ended before job {jobId} did.");
            if (!terminal.Json) terminal.Result(() => Views.Job(last), console => Tables.Job(console, last));
            return RunVerb.ExitCodeOf(last, terminal);
        });
        return verb;
    }

    /// <summary>Shows what running tasks write to their standard error.</summary>
    public static Command Logs()
    {
        var id = JobVerbs.IdArgument();
        var follow = new Option<bool>("--follow", "-f") { Description = "Wait for more until the job has ended." };
        var task = new Option<uint?>("--task") { Description = "Only this task.", HelpName = "N" };
        var verb = new Command("logs", "Show what running tasks write to their standard error, as far as it came here; it is not kept.") { id, follow, task };
        verb.SetAction(async (parsed, token) =>
        {
            var terminal = Globals.TerminalOf(parsed);
            var jobId = JobVerbs.IdOf(parsed.GetRequiredValue(id));
            await using var node = await NodeAccess.OpenAsync(Globals.HomeOf(parsed), terminal, token);
            await foreach (var piece in node.Client.LogsAsync(jobId, parsed.GetValue(task), parsed.GetValue(follow), token)) Show(terminal, piece);
            return 0;
        });
        return verb;
    }

    private static void Show(Terminal terminal, LogPiece piece)
    {
        terminal.Event(() => LiveWords.Json(piece));
        if (terminal.Json) return;
        var from = $"{piece.Task} {Tables.Tail(piece.Worker)} | ";
        if (piece.Lost > 0) terminal.Line($"{from}({Tables.Number(piece.Lost)} lines are left out)");
        foreach (var line in piece.Lines) terminal.Line(from + Printable.Line(line));
    }
}
