// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace PeerCompute.Cli.Tests.Market;

/// <summary>
/// A private network on the loopback: a bootstrap node that lends nothing, three workers with recorded devices, and a light client that knows the
/// bootstrap node's address and nothing else. Each in a process of its own.
/// </summary>
internal sealed class RecordedNetwork : IAsyncDisposable
{
    public static readonly string[] Hosts = ["pocl", "gpu", "misnamed"];

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly List<RunningDaemon> _daemons = [];

    public Tool Tool { get; } = new();

    public RunningDaemon Client => _daemons[^1];

    /// <summary>What a second machine needs to come in.</summary>
    public string Invite { get; private set; } = "";

    public static async Task<RecordedNetwork> StartAsync()
    {
        var network = new RecordedNetwork();
        try
        {
            await network.BeginAsync();
            return network;
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    /// <summary>The peer id of a recorded host's node.</summary>
    public string PeerOf(string host) => _daemons[1 + Array.IndexOf(Hosts, host)].PeerId;

    /// <summary>The hosts behind peer ids.</summary>
    public string[] HostsOf(IEnumerable<string> peers) => [.. Hosts.Where(host => peers.Contains(PeerOf(host)))];

    /// <summary>A command of the client.</summary>
    public async Task<JsonNode> AskAsync(params string[] args)
    {
        var answer = await Tool.RunAsync([.. args, "--home", Client.Home, "--json"]);
        Assert.That(answer.ExitCode, Is.Zero, answer.Error);
        return answer.Json;
    }

    /// <summary>A command of the client, again and again until its answer is as it shall be.</summary>
    public async Task<JsonNode> UntilAsync(Func<JsonNode, bool> good, params string[] args)
    {
        var end = DateTime.UtcNow + Patience;
        JsonNode answer;
        do answer = await AskAsync(args);
        while (!good(answer) && DateTime.UtcNow < end);
        Assert.That(good(answer), answer.ToJsonString());
        return answer;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var daemon in _daemons) await daemon.DisposeAsync();
        Tool.Dispose();
    }

    private async Task BeginAsync()
    {
        await RunAsync("init", "--home", Home("bootstrap"), "--network", "new");
        await RunAsync("lend", "--off", "--home", Home("bootstrap"));
        _daemons.Add(await RunningDaemon.StartAsync(Tool, "bootstrap"));
        Invite = (await RunAsync("invite", "--home", Home("bootstrap"))).Output.Trim();
        foreach (var host in Hosts)
        {
            await RunAsync("join", "--home", Home(host), Invite);
            var recorded = Path.Combine(Tool.Repository, "tests", "PeerCompute.Execution.Tests", "Devices", "fixtures", host);
            _daemons.Add(await RunningDaemon.StartAsync(Tool, host, "--inventory", recorded));
        }

        await RunAsync("join", "--home", Home("client"), Invite);
        _daemons.Add(await RunningDaemon.StartAsync(Tool, "client", "--light"));
        await UntilAsync(static found => found["adverts"]!.AsArray().Count == Hosts.Length, "find");
    }

    private async Task<Tool.Answer> RunAsync(params string[] args)
    {
        var answer = await Tool.RunAsync(args);
        Assert.That(answer.ExitCode, Is.Zero, answer.Error);
        return answer;
    }

    private string Home(string name) => Path.Combine(Tool.Home, name);
}
