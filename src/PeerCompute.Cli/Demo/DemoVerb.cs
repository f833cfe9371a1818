// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using PeerCompute.Api.V1;
using PeerCompute.Base.Errors;
using PeerCompute.Cli.Commands;
using PeerCompute.Cli.Output;
using PeerCompute.Client;
using PeerCompute.Client.Jobs;
using PeerCompute.Client.Results;
using PeerCompute.Node.Homes;

namespace PeerCompute.Cli.Demo;

/// <summary><c>demo</c>: two nodes as separate processes; the client has a picture rendered by the worker, re-executes it and keeps the receipt.</summary>
internal static class DemoVerb
{
    private const uint LeasesOfTheDemo = 6;

    /// <summary>The verb.</summary>
    public static Command Make()
    {
        var folder = new Option<string?>("--out",
            "-o") { Description = "Folder for the picture, the receipt and the nodes' homes (default: a new temporary one).", HelpName = "DIR" };
        var verb = new Command("demo", "Show one job between two nodes on this machine: a picture, rendered, checked and receipted.") { folder };
        verb.SetAction(async (parsed, token) => await RunAsync(Folder(parsed.GetValue(folder)), Globals.TerminalOf(parsed), token));
        return verb;
    }

    private static async Task<int> RunAsync(string folder, Terminal terminal, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        var (file, sample) = (Path.Combine(AppContext.BaseDirectory, "samples", "raytrace", "job.yaml"), "raytrace");
        var job = JobFile.Read(file);
        terminal.Progress("starting two nodes");
        var workerConfig = new HomeConfig { Listen = ["/ip4/127.0.0.1/tcp/0"] };
        await using var worker = await DemoNode.StartAsync("worker", Path.Combine(folder, "worker"), workerConfig, light: false, cancellationToken);
        var clientConfig = new HomeConfig { Listen = [], TakesWork = false };
        await using var client = await DemoNode.StartAsync("client", Path.Combine(folder, "client"), clientConfig, light: true, cancellationToken);
        foreach (var node in new[] { client, worker })
        {
            var address = node.Address.Length > 0 ? node.Address : "listens on nothing";
            terminal.Note($"{node.Role}: pid {node.Pid}, peer {Tables.Tail(node.PeerId)}, {address}, home {node.Home}");
        }

        var spread = job with { Placement = job.Placement with { Leases = LeasesOfTheDemo, TasksPerLease = 0, Parallel = 2 } };
        var id = await client.Client.SubmitAsync(await JobUpload.UploadAsync(client.Client, spread, [worker.Address], cancellationToken), cancellationToken);
        JobView? ended = null;
        await foreach (var view in client.Client.WatchAsync(id, cancellationToken))
        {
            ended = view;
            terminal.Progress($"{sample} {Views.Word(view.State)}, tasks {Tables.Counts(view)}, {Views.Seconds(view.ElapsedMs)} s");
        }

        if (ended?.HasEnded() != true)
            throw new PeerComputeException(ErrorCode.Unavailable, $"The client ended before the job did; its log is in {client.Home}.");
        var results = await JobResults.SaveAsync(client.Client, ended, folder, cancellationToken);
        terminal.Progress("");
        Show(terminal, ended, results, [client, worker], watch.Elapsed);
        return RunVerb.ExitCodeOf(ended, terminal);
    }

    private static void Show(Terminal terminal, JobView job, JobResults results, DemoNode[] nodes, TimeSpan time)
    {
        terminal.Result(
            () => new JsonObject
            {
                ["nodes"] = nodes.Length,
                ["pids"] = new JsonArray([.. nodes.Select(static n => (JsonNode?)n.Pid)]),
                ["jobs"] = 1,
                ["tasks"] = job.Counts?.Total ?? 0,
                ["accepted"] = job.Counts?.Accepted ?? 0,
                ["picture"] = results.Gathered,
                ["pictureSha256"] = results.Gathered is null ? null : Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(results.Gathered))),
                ["receipts"] = new JsonArray([.. results.Receipt is null ? [] : new[] { (JsonNode?)results.Receipt }]),
                ["seconds"] = Math.Round(time.TotalSeconds, 2),
            },
            console =>
            {
                Tables.Job(console, job);
                Tables.Facts(
                    console,
                    ("picture", results.Gathered ?? ""),
                    ("receipt", results.Receipt ?? ""),
                    ("check it", results.Receipt is null ? "" : "peercompute verify " + results.Receipt),
                    ("seconds", Math.Round(time.TotalSeconds, 1).ToString(System.Globalization.CultureInfo.InvariantCulture)));
            });
    }

    private static string Folder(string? named)
    {
        if (named is null) return Directory.CreateTempSubdirectory("peercompute-demo-").FullName;
        var folder = Path.GetFullPath(named);
        if (Directory.Exists(Path.Combine(folder, "worker")) || Directory.Exists(Path.Combine(folder, "client")))
            throw new PeerComputeException(ErrorCode.Usage, $"{folder} holds the nodes of an earlier demo. Choose another folder with -o, or leave -o out.");
        Directory.CreateDirectory(folder);
        return folder;
    }
}
