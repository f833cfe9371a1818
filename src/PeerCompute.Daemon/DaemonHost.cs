// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Api.V1;
using PeerCompute.Base.Errors;
using PeerCompute.Node;
using PeerCompute.Node.Homes;

namespace PeerCompute.Daemon;

/// <summary>A node with its API on a Unix socket.</summary>
public sealed class DaemonHost : IAsyncDisposable
{
    private readonly NodeShell _node;
    private readonly ApiServer _api;

    private DaemonHost(NodeShell node, ApiServer api) => (_node, _api) = (node, api);

    /// <summary>Path of the API's socket.</summary>
    public string Socket => _api.Path;

    /// <summary>Whether nodes of this process may look for peers on the local network: unless <c>PEERCOMPUTE_MDNS=off</c> forbids it.</summary>
    public static bool LooksOnLan => Environment.GetEnvironmentVariable("PEERCOMPUTE_MDNS") != "off";

    /// <summary>Starts node and API.</summary>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <returns>The running daemon.</returns>
    /// <exception cref="PeerComputeException">The home or the socket cannot be used, or an address is taken.</exception>
    public static async Task<DaemonHost> StartAsync(DaemonOptions options, CancellationToken cancellationToken)
    {
        var nodeOptions = new NodeOptions
        {
            Home = options.Home,
            Listen = options.Listen,
            Light = options.Light,
            ImagesOf = options.ImagesOf,
            Wrap = options.Wrap,
            Inventory = options.Inventory,
            Shape = options.Shape,
            ClockOffset = options.ClockOffset,
            Mdns = LooksOnLan,
            Outlive = options.Outlive,
            Log = options.Log,
        };
        var node = await NodeShell.StartAsync(nodeOptions, cancellationToken);
        try
        {
            var api = await ApiServer.StartAsync(
                options.Socket ?? NodeHome.SocketOf(options.Home),
                [
                    binder => NodeService.BindService(binder, node.Node),
                    binder => JobService.BindService(binder, node.Jobs),
                    binder => LendService.BindService(binder, node.Lending),
                    binder => NetworkService.BindService(binder, node.Network),
                    binder => MarketService.BindService(binder, node.Market),
                ],
                failure => options.Log($"the API failed: {failure}"),
                cancellationToken);
            return new DaemonHost(node, api);
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a daemon until it is told to end, by its API too.</summary>
    /// <param name="options">How.</param>
    /// <param name="ready">Called with the socket's path once calls are answered.</param>
    /// <param name="cancellationToken">Tells it to end.</param>
    /// <returns>Exit code: 0 after an orderly end, else that of what went wrong.</returns>
    public static async Task<int> RunAsync(DaemonOptions options, Func<string, CancellationToken, Task> ready, CancellationToken cancellationToken)
    {
        var host = await StartAsync(options, cancellationToken);
        try
        {
            await ready(host.Socket, cancellationToken);
            SystemdNotifier.Tell("READY=1");
            await host.EndAsync(cancellationToken);
            while (host._node.Restarts && !cancellationToken.IsCancellationRequested)
            {
                await host.DisposeAsync();
                host = await StartAsync(options, cancellationToken);
                await host.EndAsync(cancellationToken);
            }

            SystemdNotifier.Tell("STOPPING=1");
        }
        finally
        {
            await host.DisposeAsync();
        }

        return await host._node.Completion;
    }

    /// <summary>Waits for the end of the node, or until it shall end.</summary>
    private async Task EndAsync(CancellationToken cancellationToken)
        => await ((Task)_node.Completion).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _api.DisposeAsync();
        await _node.DisposeAsync();
    }
}
