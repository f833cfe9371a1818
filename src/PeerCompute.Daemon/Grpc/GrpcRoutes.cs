// SPDX-License-Identifier: Apache-2.0
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using PeerCompute.Api.Carrier;

namespace PeerCompute.Daemon.Grpc;

/// <summary>The methods of the bound services by their paths. Fixed once the server starts.</summary>
/// <param name="maxMessage">Largest message taken, bytes.</param>
internal sealed class GrpcRoutes(int maxMessage = Frame.MaxMessage) : ServiceBinderBase
{
    private readonly Dictionary<string, Func<HttpContext, GrpcCallContext, Task>> _routes = new(StringComparer.Ordinal);

    /// <summary>The handler of a path, or null.</summary>
    public Func<HttpContext, GrpcCallContext, Task>? Find(string path) => _routes.GetValueOrDefault(path);

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse> handler) =>
        _routes.Add(method.FullName, async (http, call) =>
        {
            var response = await handler(await SingleAsync(http, call, method), call);
            await Responses(http, method).WriteAsync(response, call.CancellationToken);
        });

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse> handler) =>
        _routes.Add(method.FullName, async (http, call) =>
        {
            var response = await handler(Requests(http, call, method), call);
            await Responses(http, method).WriteAsync(response, call.CancellationToken);
        });

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse> handler) =>
        _routes.Add(method.FullName, async (http, call) => await handler(await SingleAsync(http, call, method), Responses(http, method), call));

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse> handler) =>
        _routes.Add(method.FullName, (http, call) => handler(Requests(http, call, method), Responses(http, method), call));

    private async Task<TRequest> SingleAsync<TRequest, TResponse>(HttpContext http, GrpcCallContext call, Method<TRequest, TResponse> method)
        where TRequest : class
    {
        var requests = Requests(http, call, method);
        if (!await requests.MoveNext(CancellationToken.None)) throw new RpcException(new Status(StatusCode.Internal, "the client sent no request"));
        var request = requests.Current;
        if (await requests.MoveNext(CancellationToken.None))
            throw new RpcException(new Status(StatusCode.Internal, "the client sent more than one request"));
        return request;
    }

    private RequestReader<TRequest> Requests<TRequest, TResponse>(HttpContext http, GrpcCallContext call, Method<TRequest, TResponse> method)
        where TRequest : class => new(http.Request.Body, method.RequestMarshaller, maxMessage, call.CancellationToken);

    private static ResponseWriter<TResponse> Responses<TRequest, TResponse>(HttpContext http, Method<TRequest, TResponse> method)
        where TResponse : class => new(http.Response.Body, method.ResponseMarshaller);

    private sealed class RequestReader<T>(Stream body, Marshaller<T> marshaller, int maxMessage, CancellationToken ended) : IAsyncStreamReader<T>
        where T : class
    {
        private T? _current;

        public T Current => _current ?? throw new InvalidOperationException("No message has been read.");

        public async Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, ended);
            _current = await Frame.ReadAsync(body, marshaller, maxMessage, either.Token);
            return _current is not null;
        }
    }

    private sealed class ResponseWriter<T>(Stream body, Marshaller<T> marshaller) : IServerStreamWriter<T>
        where T : class
    {
        public Task WriteAsync(T message) => WriteAsync(message, CancellationToken.None);

        public async Task WriteAsync(T message, CancellationToken cancellationToken)
        {
            await body.WriteAsync(Frame.Encode(message, marshaller), cancellationToken);
            await body.FlushAsync(cancellationToken);
        }
    }
}
