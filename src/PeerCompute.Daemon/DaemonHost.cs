// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Node.Homes;

namespace PeerCompute.Daemon;

/// <summary>A node with its API on a Unix socket.</summary>
public sealed class DaemonHost : IAsyncDisposable
{
    private readonly ApiServer _api;

    private DaemonHost(ApiServer api) => _api = api;

    /// <summary>Path of the API's socket.</summary>
    public string Socket => _api.Path;

    /// <summary>Starts node and API.</summary>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <returns>The running daemon.</returns>
    /// <exception cref="PeerComputeException">The home or the socket cannot be used, or an address is taken.</exception>
    public static Task<DaemonHost> StartAsync(DaemonOptions options, CancellationToken cancellationToken)
    {
        using var home = NodeHome.Open(options.Home);
        throw new PeerComputeException(ErrorCode.Unavailable, "This build has no node yet.");
    }

    /// <summary>Runs a daemon until it is told to end.</summary>
    /// <param name="options">How.</param>
    /// <param name="ready">Called with the socket's path once calls are answered.</param>
    /// <param name="cancellationToken">Tells it to end.</param>
    /// <returns>Exit code: 0 after an orderly end.</returns>
    public static async Task<int> RunAsync(DaemonOptions options, Func<string, CancellationToken, Task> ready, CancellationToken cancellationToken)
    {
        await using var host = await StartAsync(options, cancellationToken);
        await ready(host.Socket, cancellationToken);
        SystemdNotifier.Tell("READY=1");
        await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        SystemdNotifier.Tell("STOPPING=1");
        return 0;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _api.DisposeAsync();
}
