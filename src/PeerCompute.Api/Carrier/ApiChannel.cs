// SPDX-License-Identifier: Apache-2.0
using System.Net.Sockets;
using Grpc.Core;

namespace PeerCompute.Api.Carrier;

/// <summary>A connection to a daemon's API: HTTP/2 over its Unix socket, or without TLS over TCP. Opened at the first call.</summary>
public sealed class ApiChannel : ChannelBase, IDisposable
{
    private readonly HttpMessageInvoker _http;
    private readonly HttpCallInvoker _invoker;

    private ApiChannel(string target, Uri authority, SocketsHttpHandler handler, int maxMessage)
        : base(target)
    {
        handler.UseProxy = false;
        handler.AllowAutoRedirect = false;
        handler.UseCookies = false;
        handler.ActivityHeadersPropagator = null;
        handler.EnableMultipleHttp2Connections = true;
        _http = new HttpMessageInvoker(handler);
        _invoker = new HttpCallInvoker(_http, authority, maxMessage);
    }

    /// <summary>A channel over a Unix socket.</summary>
    /// <param name="path">Path of the socket.</param>
    /// <param name="maxMessage">Largest message taken, bytes.</param>
    /// <returns>The channel.</returns>
    public static ApiChannel Unix(string path, int maxMessage = Frame.MaxMessage) =>
        new($"unix:{path}", new Uri("http://localhost"), new SocketsHttpHandler { ConnectCallback = (_, token) => ConnectAsync(path, token) }, maxMessage);

    /// <summary>A channel over TCP, without TLS (h2c).</summary>
    /// <param name="authority">For example <c>http://127.0.0.1:4002</c>.</param>
    /// <param name="maxMessage">Largest message taken, bytes.</param>
    /// <returns>The channel.</returns>
    public static ApiChannel Tcp(Uri authority, int maxMessage = Frame.MaxMessage) =>
        new(authority.ToString(), authority, new SocketsHttpHandler(), maxMessage);

    /// <inheritdoc/>
    public override CallInvoker CreateCallInvoker() => _invoker;

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static async ValueTask<Stream> ConnectAsync(string path, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
