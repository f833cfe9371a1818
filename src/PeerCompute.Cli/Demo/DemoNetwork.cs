// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Security.Cryptography;
using PeerCompute.Base.Errors;
using PeerCompute.Node.Homes;
using PeerCompute.Wire.Common;

namespace PeerCompute.Cli.Demo;

/// <summary>The seven nodes of the demo, in a network of their own: one that only introduces, five that work, one light client.</summary>
internal sealed class DemoNetwork : IAsyncDisposable
{
    private readonly List<DemoNode> _nodes = [];
    private readonly List<DemoNode> _workers = [];

    private DemoNetwork()
    {
    }

    /// <summary>All nodes.</summary>
    public IReadOnlyList<DemoNode> Nodes => _nodes;

    /// <summary>The workers, in the order of the plan.</summary>
    public IReadOnlyList<DemoNode> Workers => _workers;

    /// <summary>Introduces the others and takes no work.</summary>
    public DemoNode Bootstrap { get; private set; } = null!;

    /// <summary>Has the jobs; listens on nothing.</summary>
    public DemoNode Client { get; private set; } = null!;

    /// <summary>Its id.</summary>
    public NetworkId Id { get; } = NetworkId.Of(RandomNumberGenerator.GetBytes(NetworkId.Bytes));

    /// <summary>Starts the nodes; each knows the bootstrap node's address and nothing else.</summary>
    /// <param name="folder">Where their homes go.</param>
    /// <param name="plan">Who lies.</param>
    /// <param name="open">Listen on every interface instead of the loopback alone.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    public static async Task<DemoNetwork> StartAsync(DemoFolder folder, DemoPlan plan, bool open, CancellationToken cancellationToken)
    {
        var network = new DemoNetwork();
        var listener = new HomeConfig { Network = network.Id, Listen = [open ? "/ip4/0.0.0.0/tcp/0" : "/ip4/127.0.0.1/tcp/0"], Slots = 1, Mdns = false };
        try
        {
            network.Bootstrap = await network.StartAsync("bootstrap", folder, listener with { TakesWork = false }, [], cancellationToken);
            var worker = listener with { Bootstrap = [network.Bootstrap.Address] };
            var client = worker with { Listen = [], TakesWork = false };
            var starts = new List<Task<DemoNode>>();
            for (var i = 0; i < DemoPlan.Workers; i++)
            {
                string[] lie = i == plan.Liar ? ["--lie", plan.FirstLie.ToString(CultureInfo.InvariantCulture)] : [];
                starts.Add(network.StartAsync(string.Create(CultureInfo.InvariantCulture, $"worker-{i + 1}"), folder, worker, lie, cancellationToken));
            }

            var last = network.StartAsync("client", folder, client, ["--light"], cancellationToken);
            await ((Task)Task.WhenAll([.. starts, last])).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            foreach (var start in starts) network._workers.Add(await start);
            network.Client = await last;
            network._nodes.Clear();
            network._nodes.AddRange([network.Bootstrap, .. network._workers, network.Client]);
            return network;
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    /// <summary>A node's name by its peer id; the end of the id for one that joined.</summary>
    public string NameOf(string peer) => _nodes.FirstOrDefault(n => n.PeerId == peer)?.Role ?? "joined " + Output.Tables.Tail(peer);

    /// <summary>After a failed call: fails by <see cref="RequireClient"/> where the client's end was the cause. Its sockets close a moment before.</summary>
    public async Task RequireClientAfterFaultAsync()
    {
        for (var i = 0; i < 20 && Client.Lives; i++) await Task.Delay(50);
        RequireClient();
    }

    /// <summary>Fails when the client's process has gone: its jobs live in it.</summary>
    /// <exception cref="PeerComputeException"><see cref="ErrorCode.Unavailable"/>.</exception>
    public void RequireClient()
    {
        if (Client.Lives) return;
        throw new PeerComputeException(
            ErrorCode.Unavailable, $"The client, pid {Client.Pid}, is gone, and the demo's jobs were its own: nobody is left to take their results.");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await Task.WhenAll(_nodes.Select(static n => n.DisposeAsync().AsTask()));

    private async Task<DemoNode> StartAsync(string role, DemoFolder folder, HomeConfig config, string[] more, CancellationToken cancellationToken)
    {
        var home = Path.Combine(folder.Nodes, role);
        NodeHome.Create(home, config);
        var node = await DemoNode.StartAsync(role, home, more, folder.Holds, cancellationToken);
        lock (_nodes) _nodes.Add(node);
        return node;
    }
}
