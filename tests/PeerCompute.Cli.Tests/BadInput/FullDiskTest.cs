// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Cli.Tests.Durability;

namespace PeerCompute.Cli.Tests.BadInput;

/// <summary>A home on a disk that fills up.</summary>
[NonParallelizable]
public sealed class FullDiskTest
{
    private const int Host = 71;

    [Test]
    [Category("Slow")]
    public async Task A_client_whose_disk_is_full_says_so_ends_and_loses_nothing()
    {
        using var tool = new Tool();
        await using var worker = await RunningDaemon.StartAsync(tool, "worker");
        var disk = Path.Combine(tool.Home, "disk");
        using var mount = Mounts.Small(disk, "6m");
        TestUser.Own(disk);
        await using var client = DaemonProcess.Light(Path.Combine(disk, "home"));
        Assert.That(await client.StartAsync(), Is.True, client.Said());
        var job = tool.File("job.yaml", $"name: noop\nmodule: {Tool.Sample("misc", "noop.wasm")}\ntasks: 1\n");
        var good = await RunAsync(tool, client, worker, job);
        Assert.That(good.ExitCode, Is.Zero, good.Error);

        await File.WriteAllBytesAsync(Path.Combine(tool.Home, "big"), new byte[8 << 20]);
        var large = tool.File("large.yaml", $"name: large\nmodule: {Tool.Sample("misc", "noop.wasm")}\ninputs: [big]\ntasks: 1\n");
        var refused = await RunAsync(tool, client, worker, large);
        Assert.That(refused.ExitCode, Is.EqualTo(Host), refused.Error);
        Assert.That(refused.Error, Does.Contain("the disk is full: free some space"));
        Assert.That(client.HasExited, Is.False, "an upload that does not fit harms nobody else");
        Assert.That((await RunAsync(tool, client, worker, job)).ExitCode, Is.Zero, "what was uploaded in part is gone again");

        var many = tool.File("many.yaml", $"name: many\nmodule: {Tool.Sample("misc", "noop.wasm")}\ntasks: 40\nplacement: {{tasks-per-lease: 1}}\n");
        var submitted = await tool.RunAsync("job", "submit", many, "--to", worker.Address, "--home", client.Home, "--json");
        var cut = Hash32.Parse((string)submitted.Json["jobId"]!);
        await foreach (var view in client.Client.WatchAsync(cut, CancellationToken.None))
        {
            if (view.Counts?.Accepted >= 4) break;
        }

        Fill(Path.Combine(disk, "filler"));
        Assert.That(await client.GoneAsync(TimeSpan.FromSeconds(60)), Is.True, "a node that cannot keep its journal ends");
        Assert.That(client.ExitCode, Is.EqualTo(Host));
        Assert.That(client.Said(), Does.Contain("the disk is full: free some space and start the node again; nothing that it promised is lost"));

        File.Delete(Path.Combine(disk, "filler"));
        Assert.That(await client.StartAsync(), Is.True, client.Said());
        var shown = await tool.RunAsync("job", "show", (string)good.Json["jobId"]!, "--home", client.Home, "--json");
        Assert.That((string?)shown.Json["state"], Is.EqualTo("accepted"));
        Assert.That((await tool.RunAsync("verify", (string)good.Json["receipt"]!)).ExitCode, Is.Zero);
        Assert.That((await RunAsync(tool, client, worker, job)).ExitCode, Is.Zero, "it works again");
        Api.V1.JobView? last = null;
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        await foreach (var view in client.Client.WatchAsync(cut, patience.Token)) last = view;
        Assert.That(last!.State, Is.EqualTo(Api.V1.JobState.Accepted), "the job that was cut off goes on to its end");
        await client.KillAsync();
    }

    [Test]
    public async Task A_daemon_that_finds_no_room_at_all_says_so()
    {
        using var tool = new Tool();
        var disk = Path.Combine(tool.Home, "disk");
        using var mount = Mounts.Small(disk, "1m");
        var home = Path.Combine(disk, "home");
        Assert.That((await tool.RunAsync("init", "--home", home)).ExitCode, Is.Zero);
        Fill(Path.Combine(disk, "filler"));
        var answer = await tool.RunAsync("daemon", "--home", home);
        Assert.That(answer.ExitCode, Is.EqualTo(Host), answer.Error);
        Assert.That(answer.Error, Does.Contain("the disk is full: free some space"));
    }

    private static Task<Tool.Answer> RunAsync(Tool tool, DaemonProcess client, RunningDaemon worker, string job)
        => tool.RunAsync("run", job, "-o", "out", "--to", worker.Address, "--home", client.Home, "--json");

    private static void Fill(string path)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            for (var block = new byte[4096]; ;) file.Write(block);
        }
        catch (IOException)
        {
            // Full.
        }
    }
}
