// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using PeerCompute.Base.Errors;
using PeerCompute.Cli.Doctor;
using PeerCompute.Cli.Output;
using PeerCompute.Execution.Sandbox;

namespace PeerCompute.Cli.Demo;

/// <summary>One demo from the first process to the last line.</summary>
/// <param name="options">What the viewer asks.</param>
/// <param name="terminal">Where it tells.</param>
internal sealed class DemoRun(DemoOptions options, Terminal terminal)
{
    /// <summary>Most connections of the client when it posts.</summary>
    public const int MostConnections = 2;

    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(200);

    /// <summary>Runs it.</summary>
    /// <param name="cancellationToken">Ends it; nothing is left behind.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        MachineCheck.Require();
        var watch = Stopwatch.StartNew();
        var plan = new DemoPlan(options.Seed);
        using var folder = DemoFolder.Make(options.Folder);
        var jobs = DemoJobs.Prepare(options, folder);
        DemoReport report;
        terminal.Progress("starting seven nodes");
        await using (var network = await DemoNetwork.StartAsync(folder, plan, options.Join, cancellationToken))
        {
            terminal.Progress("");
            TellNodes(network, plan);
            var walls = await WallsCheck.RunAsync(new SandboxOptions(), [HomeCheck.KeyOf(network.Client.Home)], cancellationToken);
            TellWalls(walls);
            if (options.Join) await new JoinWait(network, terminal).RunAsync(cancellationToken);
            var connections = await WorkAsync(network, jobs, folder, cancellationToken);
            var checks = await DemoChecks.RunAsync(jobs, plan, folder, cancellationToken);
            report = new DemoReport(folder.Path, plan, network, jobs, walls, connections, checks, new DemoAccount(network, jobs, plan));
        }

        folder.Keep();
        report.Show(terminal, watch.Elapsed);
        var broken = report.Account.Broken(report.Checks).ToList();
        foreach (var line in broken) terminal.Note($"error: the demo does not hold: {line}");
        return broken.Count == 0 ? 0 : (int)ErrorCode.JobFailed;
    }

    private void TellNodes(DemoNetwork network, DemoPlan plan)
    {
        terminal.Note($"{"node",-10} {"pid",7} {"port",6}  home");
        foreach (var node in network.Nodes)
        {
            var port = node.Port.Length > 0 ? node.Port : "none";
            terminal.Note(string.Create(CultureInfo.InvariantCulture, $"{node.Role,-10} {node.Pid,7} {port,6}  {node.Home}"));
        }

        terminal.Note("kill any of them: the demo itself kills the bootstrap node half-way. Without the client nobody has the jobs.");
        terminal.Note(string.Create(CultureInfo.InvariantCulture, $"network {network.Id}, seed {plan.Seed}: one of the workers lies on a third of its tasks"));
    }

    private void TellWalls(WallsCheck walls)
    {
        terminal.Note($"walls of a task's child, {walls.Isolation.Name()}; a broken-out engine tries to");
        foreach (var line in walls.Attempts.Count > 0 ? walls.Attempts.Select(static a => a.ToString()) : walls.Findings.Select(static f => f.What))
            terminal.Note("  " + line);
    }

    /// <summary>What the client does, from the posting to the saved results; its death ends it by its name, whatever call that broke.</summary>
    private async Task<int> WorkAsync(DemoNetwork network, DemoJobs jobs, DemoFolder folder, CancellationToken cancellationToken)
    {
        try
        {
            var connections = await PostAsync(network, jobs, cancellationToken);
            await FollowAsync(network, jobs, cancellationToken);
            foreach (var job in jobs.All) await job.SaveAsync(network.Client.Client, folder.In(job.Name), cancellationToken);
            return connections;
        }
        catch (PeerComputeException)
        {
            await network.RequireClientAfterFaultAsync();
            throw;
        }
    }

    /// <summary>Uploads everything, counts the client's connections, posts.</summary>
    private async Task<int> PostAsync(DemoNetwork network, DemoJobs jobs, CancellationToken cancellationToken)
    {
        var client = network.Client.Client;
        network.RequireClient();
        foreach (var job in jobs.All) await job.UploadAsync(client, cancellationToken);
        var (listens, connections) = ((await client.NodeAsync(cancellationToken)).Listen.Count, (await client.PeersAsync(cancellationToken)).Count);
        if (listens > 0 || connections > MostConnections)
        {
            var found = string.Create(CultureInfo.InvariantCulture, $"it listens on {listens} addresses and has {connections}");
            throw new PeerComputeException(
                ErrorCode.Internal, $"The client shall listen on nothing and have at most {MostConnections} connections when it posts: {found}.");
        }

        foreach (var job in jobs.All) await job.PostAsync(client, cancellationToken);
        var posted = string.Join(", ", jobs.All.Select(Words));
        terminal.Note(string.Create(CultureInfo.InvariantCulture,
            $"the client listens on nothing, has {connections} of at most {MostConnections} connections, and posts {posted}"));
        return connections;
    }

    private static string Words(DemoJob job) => string.Create(CultureInfo.InvariantCulture, $"{job.Name} ({job.File.Tasks} tasks)");

    /// <summary>Follows all jobs to their end; kills the bootstrap node half-way.</summary>
    private async Task FollowAsync(DemoNetwork network, DemoJobs jobs, CancellationToken cancellationToken)
    {
        using var follow = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var following = Task.WhenAll(jobs.All.Select(job => job.FollowAsync(network.Client.Client, follow.Token)));
        var table = new LiveTable(terminal, network, jobs);
        try
        {
            while (!following.IsCompleted)
            {
                if (jobs.Accepted * 2 >= jobs.Tasks && network.Bootstrap is { Lives: true, IsSacrificed: false })
                {
                    network.Bootstrap.Sacrifice();
                    table.Clear();
                    terminal.Note(string.Create(CultureInfo.InvariantCulture,
                        $"the demo killed the bootstrap node, pid {network.Bootstrap.Pid}, with {jobs.Accepted} of {jobs.Tasks} tasks accepted"));
                }

                table.Draw();
                await Task.WhenAny(following, Task.Delay(Glance, cancellationToken));
                network.RequireClient();
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            table.Clear();
            await follow.CancelAsync();
            await ((Task)following).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        network.RequireClient();
        await following;
    }
}
