// SPDX-License-Identifier: Apache-2.0
using System.Net.Sockets;
using System.Text;
using Grpc.Core;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using PeerCompute.Api.Carrier;
using PeerCompute.Base.Errors;
using PeerCompute.Daemon.Grpc;

namespace PeerCompute.Daemon;

/// <summary>Serves generated gRPC services on a Unix socket that only its owner and root may use.</summary>
public sealed class ApiServer : IAsyncDisposable
{
    /// <summary>Longest path of a Unix socket, bytes (sun_path of unix(7) without its terminating zero).</summary>
    public const int MaxSocketPath = 107;

    private readonly KestrelServer _kestrel;
    private readonly CancellationTokenSource _ending = new();

    private ApiServer(KestrelServer kestrel, string path)
    {
        _kestrel = kestrel;
        Path = path;
    }

    /// <summary>Path of the socket.</summary>
    public string Path { get; }

    /// <summary>Starts to listen. A socket file that nobody listens on is replaced.</summary>
    /// <param name="path">Path of the socket, at most <see cref="MaxSocketPath"/> bytes, in a folder that exists.</param>
    /// <param name="services">Binds the services, for example <c>b => JobService.BindService(b, api)</c>.</param>
    /// <param name="report">Told about handlers' unexpected exceptions.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <param name="maxMessage">Largest message taken, bytes.</param>
    /// <returns>The running server.</returns>
    /// <exception cref="PeerComputeException"><see cref="ErrorCode.Home"/>: another daemon listens there. <see cref="ErrorCode.Host"/>: the socket cannot be
    /// made.</exception>
    public static async Task<ApiServer> StartAsync(
        string path,
        IReadOnlyList<Action<ServiceBinderBase>> services,
        Action<Exception> report,
        CancellationToken cancellationToken,
        int maxMessage = Frame.MaxMessage)
    {
        await ClearAsync(path, cancellationToken);
        var routes = new GrpcRoutes(maxMessage);
        foreach (var bind in services) bind(routes);

        var options = new KestrelServerOptions { AddServerHeader = false };
        options.Limits.MaxRequestBodySize = null; // Messages are bounded one by one, uploads by the blob store.
        options.Limits.MinRequestBodyDataRate = null; // A stream may be silent between messages.
        options.Limits.MinResponseDataRate = null;
        options.ListenUnixSocket(path, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            listen.Use(next => connection =>
            {
                if (connection.Features.Get<IConnectionSocketFeature>() is { } peer) connection.Features.Set(LocalCaller.Of(peer.Socket));
                return next(connection);
            });
        });
        var transport = new SocketTransportFactory(Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance);
        var kestrel = new KestrelServer(Options.Create(options), transport, NullLoggerFactory.Instance);
        var server = new ApiServer(kestrel, path);
        try
        {
            await kestrel.StartAsync(new GrpcEndpoint(routes, report, server._ending.Token), cancellationToken);
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            return server;
        }
        catch (Exception e) when (e is IOException or SocketException or UnauthorizedAccessException)
        {
            await server.DisposeAsync();
            throw new PeerComputeException(ErrorCode.Host, $"The API socket {path} cannot be made: {e.Message}. Check that the home is writable.", e);
        }
    }

    /// <summary>Ends open calls with UNAVAILABLE, then the server; removes the socket.</summary>
    /// <returns>Completion.</returns>
    public async ValueTask DisposeAsync()
    {
        if (_ending.IsCancellationRequested) return;
        await _ending.CancelAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        await _kestrel.StopAsync(patience.Token);
        _kestrel.Dispose();
    }

    private static async Task ClearAsync(string path, CancellationToken cancellationToken)
    {
        var length = Encoding.UTF8.GetByteCount(path);
        if (length > MaxSocketPath)
            throw new PeerComputeException(ErrorCode.Usage,
                $"The path of the API socket has {length} bytes, limit {MaxSocketPath}: {path}. Choose a home with a shorter path.");
        if (!File.Exists(path)) return;
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await probe.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
        }
        catch (SocketException)
        {
            File.Delete(path);
            return;
        }

        throw new PeerComputeException(ErrorCode.Home, $"Another daemon answers on {path}. Stop it, or choose another home with --home.");
    }
}
