// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Cli.Output;
using PeerCompute.Daemon;
using PeerCompute.Node.Homes;

namespace PeerCompute.Cli.Nodes;

/// <summary>
/// A light node inside the command's own process: it listens on nothing, takes no work and ends with the command. It lives in the folder
/// <c>private</c> of the home, so that later commands find its jobs, or in a temporary one when that cannot be used.
/// </summary>
internal sealed class PrivateNode : IAsyncDisposable
{
    private readonly DaemonHost _host;
    private readonly string _socketFolder;
    private readonly string? _temporary;

    private PrivateNode(DaemonHost host, string socketFolder, string? temporary, bool alone)
    {
        _host = host;
        _socketFolder = socketFolder;
        _temporary = temporary;
        IsAlone = alone;
    }

    /// <summary>Whether it has no way to find anybody: no peer is named and it does not look on the local network.</summary>
    public bool IsAlone { get; }

    /// <summary>Its API.</summary>
    public string Socket => _host.Socket;

    /// <summary>Starts one.</summary>
    /// <param name="home">The home that has no daemon.</param>
    /// <param name="terminal">Where to say so.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    public static async Task<PrivateNode> StartAsync(string home, Terminal terminal, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(home, "private");
        try
        {
            terminal.Note($"No daemon answers on {NodeHome.SocketOf(home)}: a private light node in {folder} does this, and ends with this command.");
            return await StartAsync(home, folder, null, terminal, cancellationToken);
        }
        catch (PeerComputeException e) when (e.Code is ErrorCode.Home or ErrorCode.Host)
        {
            var temporary = Directory.CreateTempSubdirectory("peercompute-").FullName;
            terminal.Note($"{e.Message} The private node takes a temporary home instead: {temporary}");
            return await StartAsync(home, temporary, temporary, terminal, cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        Directory.Delete(_socketFolder, recursive: true);
        if (_temporary is not null) Directory.Delete(_temporary, recursive: true);
    }

    private static async Task<PrivateNode> StartAsync(
        string home, string folder, string? temporary, Terminal terminal, CancellationToken cancellationToken)
    {
        // The socket stands elsewhere: a home's path may be too long for one.
        var socketFolder = Directory.CreateTempSubdirectory("peercompute-").FullName;
        try
        {
            var joined = NodeHome.Exists(home) ? NodeHome.ConfigIn(home) : new HomeConfig();
            if (!NodeHome.Exists(folder)) NodeHome.Create(folder, new HomeConfig { Listen = [], TakesWork = false });
            using (var own = NodeHome.Open(folder)) own.Change(c => c with { Network = joined.Network, Bootstrap = joined.Bootstrap, Mdns = joined.Mdns });
            var options = new DaemonOptions
            {
                Home = folder,
                Socket = Path.Combine(socketFolder, "api.sock"),
                Light = true,
                ImagesOf = home,
                Log = terminal.Note,
            };
            return new PrivateNode(await DaemonHost.StartAsync(options, cancellationToken), socketFolder, temporary,
                alone: joined.Bootstrap.IsEmpty && !(joined.Mdns && DaemonHost.LooksOnLan));
        }
        catch
        {
            Directory.Delete(socketFolder, recursive: true);
            throw;
        }
    }
}
