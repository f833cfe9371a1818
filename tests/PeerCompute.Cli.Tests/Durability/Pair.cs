// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using PeerCompute.Api.V1;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Client.Jobs;

namespace PeerCompute.Cli.Tests.Durability;

/// <summary>A client and a worker as real processes, and jobs of no-op tasks between them.</summary>
internal sealed class Pair : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pcd-");

    public Pair()
    {
        Port = DaemonProcess.FreePort();
        Worker = DaemonProcess.Worker(Path.Combine(Folder, "w"), Port);
        Client = DaemonProcess.Light(Path.Combine(Folder, "c"));
    }

    public string Folder => _folder.FullName;

    public int Port { get; }

    public DaemonProcess Client { get; set; }

    public DaemonProcess Worker { get; set; }

    public async Task StartAsync()
    {
        Assert.That(await Worker.StartAsync(), Is.True, Worker.Said());
        Assert.That(await Client.StartAsync(), Is.True, Client.Said());
    }

    /// <summary>Hands a job in; of no-op tasks, where no module is given.</summary>
    public async Task<Hash32> SubmitAsync(int tasks, int perLease, string? module = null, string fuel = "10M", string wall = "60s")
    {
        module ??= Path.Combine(Root(), "docs", "samples", "misc", "noop.wasm");
        var yaml = string.Create(CultureInfo.InvariantCulture, $$"""
            name: noop
            module: {{module}}
            tasks: {{tasks}}
            limits: {memory: 1MiB, fuel: {{fuel}}, wall: {{wall}}, output: 1KiB}
            placement: {tasks-per-lease: {{perLease}}, parallel: 2}
            deadline: 20m
            """);
        var job = JobFile.Parse(yaml, "noop.yaml", Folder);
        var address = string.Create(CultureInfo.InvariantCulture, $"/ip4/127.0.0.1/tcp/{Port}/p2p/{Worker.PeerId}");
        var submission = await JobUpload.UploadAsync(Client.Client, job, [address], CancellationToken.None);
        return await Client.Client.SubmitAsync(submission, CancellationToken.None);
    }

    /// <summary>The job's view now, or null when the client does not answer.</summary>
    public async Task<JobView?> ShowAsync(Hash32 job)
    {
        try
        {
            return await Client.Client.ShowAsync(job, CancellationToken.None);
        }
        catch (PeerComputeException e) when (e.Code == ErrorCode.Unavailable)
        {
            return null;
        }
    }

    /// <summary>Waits until a job has ended and says that it was accepted.</summary>
    public async Task AcceptedAsync(Hash32 job, string when)
    {
        using var patience = new CancellationTokenSource(Patience);
        JobView? last = null;
        try
        {
            await foreach (var view in Client.Client.WatchAsync(job, patience.Token)) last = view;
        }
        catch (OperationCanceledException)
        {
        }

        Assert.That(last?.State, Is.EqualTo(JobState.Accepted), $"{when}: {last}\nclient: {Client.Said()}\nworker: {Worker.Said()}");
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await Worker.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    public static string Root()
    {
        var folder = new DirectoryInfo(TestContext.CurrentContext.TestDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "PeerCompute.sln"))) folder = folder.Parent;
        return folder.FullName;
    }
}
