// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Cli.Output;
using PeerCompute.Client;
using PeerCompute.Node.Homes;

namespace PeerCompute.Cli.Nodes;

/// <summary>The node that a command talks to: the home's daemon, or a private light node of the command itself.</summary>
internal sealed class NodeAccess : IAsyncDisposable
{
    private readonly PrivateNode? _private;

    private NodeAccess(PeerComputeClient client, PrivateNode? own)
    {
        Client = client;
        _private = own;
    }

    /// <summary>The node.</summary>
    public PeerComputeClient Client { get; }

    /// <summary>True when the node ends with the command.</summary>
    public bool IsPrivate => _private is not null;

    /// <summary>Whether it has no way to find a worker that nobody names.</summary>
    public bool IsAlone => _private is { IsAlone: true };

    /// <summary>The home's daemon, or null when none answers.</summary>
    /// <param name="home">The home.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static Task<PeerComputeClient?> TryDaemonAsync(string home, CancellationToken cancellationToken) =>
        PeerComputeClient.TryConnectAsync(NodeHome.SocketOf(home), cancellationToken);

    /// <summary>The home's daemon.</summary>
    /// <param name="home">The home.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="PeerComputeException"><see cref="ErrorCode.Unavailable"/>: none answers.</exception>
    public static async Task<PeerComputeClient> DaemonAsync(string home, CancellationToken cancellationToken) =>
        await TryDaemonAsync(home, cancellationToken)
        ?? throw new PeerComputeException(
            ErrorCode.Unavailable, $"No daemon answers on {NodeHome.SocketOf(home)}. Start one with: peercompute daemon --home {home}");

    /// <summary>The home's daemon, or a private light node when none answers; says so on standard error.</summary>
    /// <param name="home">The home.</param>
    /// <param name="terminal">Where to say so.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    public static async Task<NodeAccess> OpenAsync(string home, Terminal terminal, CancellationToken cancellationToken)
    {
        if (await TryDaemonAsync(home, cancellationToken) is { } daemon) return new NodeAccess(daemon, null);
        var own = await PrivateNode.StartAsync(home, terminal, cancellationToken);
        return new NodeAccess(PeerComputeClient.OnSocket(own.Socket), own);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (_private is not null) await _private.DisposeAsync();
    }
}
