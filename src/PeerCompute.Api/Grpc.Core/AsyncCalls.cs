// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;

namespace Grpc.Core;

/// <summary>A call under way; disposing it cancels what is left of it.</summary>
/// <param name="headers">Response headers.</param>
/// <param name="status">Gives the outcome once the call is over.</param>
/// <param name="trailers">Gives trailing metadata once the call is over.</param>
/// <param name="dispose">Cancels and releases.</param>
public abstract class AsyncCall(Task<Metadata> headers, Func<Status> status, Func<Metadata> trailers, Action dispose) : IDisposable
{
    /// <summary>Response headers.</summary>
    public Task<Metadata> ResponseHeadersAsync { get; } = headers;

    /// <summary>The outcome.</summary>
    /// <returns>The status.</returns>
    /// <exception cref="InvalidOperationException">The call is not over.</exception>
    public Status GetStatus() => status();

    /// <summary>Trailing metadata.</summary>
    /// <returns>The metadata.</returns>
    /// <exception cref="InvalidOperationException">The call is not over.</exception>
    public Metadata GetTrailers() => trailers();

    /// <inheritdoc/>
    public void Dispose() => dispose();
}

/// <summary>A unary call; await it for the response.</summary>
/// <typeparam name="TResponse">Response message.</typeparam>
/// <param name="responseAsync">The response.</param>
/// <param name="headers">Response headers.</param>
/// <param name="status">Gives the outcome.</param>
/// <param name="trailers">Gives trailing metadata.</param>
/// <param name="dispose">Cancels and releases.</param>
public sealed class AsyncUnaryCall<TResponse>(
    Task<TResponse> responseAsync, Task<Metadata> headers, Func<Status> status, Func<Metadata> trailers, Action dispose)
    : AsyncCall(headers, status, trailers, dispose)
{
    /// <summary>The response.</summary>
    public Task<TResponse> ResponseAsync { get; } = responseAsync;

    /// <summary>Awaits the response.</summary>
    /// <returns>The awaiter.</returns>
    public TaskAwaiter<TResponse> GetAwaiter() => ResponseAsync.GetAwaiter();
}

/// <summary>A call with a stream of responses.</summary>
/// <typeparam name="TResponse">Response message.</typeparam>
/// <param name="responseStream">The responses.</param>
/// <param name="headers">Response headers.</param>
/// <param name="status">Gives the outcome.</param>
/// <param name="trailers">Gives trailing metadata.</param>
/// <param name="dispose">Cancels and releases.</param>
public sealed class AsyncServerStreamingCall<TResponse>(
    IAsyncStreamReader<TResponse> responseStream, Task<Metadata> headers, Func<Status> status, Func<Metadata> trailers, Action dispose)
    : AsyncCall(headers, status, trailers, dispose)
{
    /// <summary>The responses.</summary>
    public IAsyncStreamReader<TResponse> ResponseStream { get; } = responseStream;
}

/// <summary>A call with a stream of requests; await it for the response.</summary>
/// <typeparam name="TRequest">Request message.</typeparam>
/// <typeparam name="TResponse">Response message.</typeparam>
/// <param name="requestStream">The requests.</param>
/// <param name="responseAsync">The response.</param>
/// <param name="headers">Response headers.</param>
/// <param name="status">Gives the outcome.</param>
/// <param name="trailers">Gives trailing metadata.</param>
/// <param name="dispose">Cancels and releases.</param>
public sealed class AsyncClientStreamingCall<TRequest, TResponse>(
    IClientStreamWriter<TRequest> requestStream,
    Task<TResponse> responseAsync,
    Task<Metadata> headers,
    Func<Status> status,
    Func<Metadata> trailers,
    Action dispose)
    : AsyncCall(headers, status, trailers, dispose)
{
    /// <summary>The requests.</summary>
    public IClientStreamWriter<TRequest> RequestStream { get; } = requestStream;

    /// <summary>The response.</summary>
    public Task<TResponse> ResponseAsync { get; } = responseAsync;

    /// <summary>Awaits the response.</summary>
    /// <returns>The awaiter.</returns>
    public TaskAwaiter<TResponse> GetAwaiter() => ResponseAsync.GetAwaiter();
}

/// <summary>A call with streams both ways.</summary>
/// <typeparam name="TRequest">Request message.</typeparam>
/// <typeparam name="TResponse">Response message.</typeparam>
/// <param name="requestStream">The requests.</param>
/// <param name="responseStream">The responses.</param>
/// <param name="headers">Response headers.</param>
/// <param name="status">Gives the outcome.</param>
/// <param name="trailers">Gives trailing metadata.</param>
/// <param name="dispose">Cancels and releases.</param>
public sealed class AsyncDuplexStreamingCall<TRequest, TResponse>(
    IClientStreamWriter<TRequest> requestStream,
    IAsyncStreamReader<TResponse> responseStream,
    Task<Metadata> headers,
    Func<Status> status,
    Func<Metadata> trailers,
    Action dispose)
    : AsyncCall(headers, status, trailers, dispose)
{
    /// <summary>The requests.</summary>
    public IClientStreamWriter<TRequest> RequestStream { get; } = requestStream;

    /// <summary>The responses.</summary>
    public IAsyncStreamReader<TResponse> ResponseStream { get; } = responseStream;
}
