// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Security.Cryptography;
using PeerCompute.Api.V1;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Multiformats;
using PeerCompute.Cli.Tests.Durability;
using PeerCompute.Client.Jobs;
using PeerCompute.Node.Homes;
using PeerCompute.Wire.Common;

namespace PeerCompute.Cli.Tests.Mesh;

/// <summary>Real daemons in a network of their own on the loopback: each knows the first ones' addresses and nothing else.</summary>
internal sealed class Network : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pcm-");
    private readonly Dictionary<DaemonProcess, int> _ports = [];
    private readonly List<string> _bootstrap = [];

    public NetworkId Id { get; } = NetworkId.Of(RandomNumberGenerator.GetBytes(NetworkId.Bytes));

    public string Folder => _folder.FullName;

    public List<DaemonProcess> Nodes { get; } = [];

    /// <summary>A node that every later one is told of; it takes no work.</summary>
    public async Task<DaemonProcess> BootstrapAsync(string name)
    {
        var node = await AddAsync(name, static config => config with { TakesWork = false });
        _bootstrap.Add(AddressOf(node).ToString());
        return node;
    }

    /// <summary>A node that knows the bootstrap nodes.</summary>
    public async Task<DaemonProcess> AddAsync(string name, Func<HomeConfig, HomeConfig>? change = null)
    {
        var port = DaemonProcess.FreePort();
        var config = Config(string.Create(CultureInfo.InvariantCulture, $"/ip4/127.0.0.1/tcp/{port}"));
        var node = DaemonProcess.Worker(Path.Combine(Folder, name), port, change is null ? config : change(config));
        _ports[node] = port;
        return await StartAsync(node);
    }

    /// <summary>A client that listens on nothing.</summary>
    public async Task<DaemonProcess> LightAsync(string name)
    {
        var home = Path.Combine(Folder, name);
        NodeHome.Create(home, Config() with { TakesWork = false });
        return await StartAsync(DaemonProcess.Light(home));
    }

    /// <summary>What a home of this network says.</summary>
    public HomeConfig Config(params string[] listen) => new() { Network = Id, Bootstrap = [.. _bootstrap], Listen = [.. listen] };

    public Multiaddr AddressOf(DaemonProcess node)
        => Multiaddr.Parse(string.Create(CultureInfo.InvariantCulture, $"/ip4/127.0.0.1/tcp/{_ports[node]}/p2p/{node.PeerId}"));

    /// <summary>Waits until a node has so many peers.</summary>
    public static async Task MeetsAsync(DaemonProcess node, int peers, string when)
    {
        var end = DateTime.UtcNow + Patience;
        IReadOnlyList<PeerView> known = [];
        while (DateTime.UtcNow < end)
        {
            known = await node.Client.PeersAsync(CancellationToken.None);
            if (known.Count >= peers) return;
            await Task.Delay(50);
        }

        Assert.Fail($"{when}: {node.Home} has {known.Count} peers, expected {peers}\n{node.Said()}");
    }

    /// <summary>Hands in a job that names no worker.</summary>
    public static async Task<Hash32> SubmitAsync(DaemonProcess client, JobFile job)
        => await client.Client.SubmitAsync(await JobUpload.UploadAsync(client.Client, job, [], CancellationToken.None), CancellationToken.None);

    /// <summary>A job of no-op tasks.</summary>
    public JobFile Noop(int tasks, int perLease, int parallel, string verification)
    {
        var module = Path.Combine(Pair.Root(), "docs", "samples", "misc", "noop.wasm");
        var yaml = string.Create(CultureInfo.InvariantCulture, $$"""
            name: noop
            module: {{module}}
            tasks: {{tasks}}
            limits: {memory: 1MiB, fuel: 10M, wall: 60s, output: 1KiB}
            placement: {tasks-per-lease: {{perLease}}, parallel: {{parallel}}}
            verification: {{verification}}
            deadline: 10m
            """);
        return JobFile.Parse(yaml, "noop.yaml", Folder);
    }

    /// <summary>Waits until a job has ended and says that it was accepted.</summary>
    public async Task<JobView> AcceptedAsync(DaemonProcess client, Hash32 job, string when)
    {
        using var patience = new CancellationTokenSource(Patience);
        JobView? last = null;
        try
        {
            await foreach (var view in client.Client.WatchAsync(job, patience.Token)) last = view;
        }
        catch (OperationCanceledException)
        {
            // Its state is told below.
        }

        Assert.That(last?.State, Is.EqualTo(JobState.Accepted), $"{when}: {last}\n{Said()}");
        return last!;
    }

    /// <summary>One task is offered, found, done and accepted.</summary>
    public async Task WorksAsync(DaemonProcess client, string when)
        => await AcceptedAsync(client, await SubmitAsync(client, Noop(1, 1, 1, "{by: issuer}")), when);

    /// <summary>What every node said last.</summary>
    public string Said() => string.Join('\n', Nodes.Select(n => $"{Path.GetFileName(n.Home)}: {n.Said()}"));

    /// <summary>A counter of a node.</summary>
    public static async Task<long> CounterAsync(DaemonProcess node, string name)
    {
        var view = await node.Client.NodeAsync(CancellationToken.None);
        return (long)(view.Counters.FirstOrDefault(c => c.Name == name)?.Value ?? throw new PeerComputeException(ErrorCode.NotFound, name));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in Nodes) await node.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private async Task<DaemonProcess> StartAsync(DaemonProcess node)
    {
        Nodes.Add(node);
        Assert.That(await node.StartAsync(), Is.True, node.Said());
        return node;
    }
}
