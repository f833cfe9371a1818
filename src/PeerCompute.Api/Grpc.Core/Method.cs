// SPDX-License-Identifier: Apache-2.0
namespace Grpc.Core;

/// <summary>Whether either side of a call is a stream.</summary>
public enum MethodType
{
    /// <summary>One request, one response.</summary>
    Unary,

    /// <summary>A stream of requests, one response.</summary>
    ClientStreaming,

    /// <summary>One request, a stream of responses.</summary>
    ServerStreaming,

    /// <summary>Streams both ways.</summary>
    DuplexStreaming,
}

/// <summary>A remote method of a service, as generated stubs describe it.</summary>
/// <typeparam name="TRequest">Request message.</typeparam>
/// <typeparam name="TResponse">Response message.</typeparam>
/// <param name="type">Shape of the call.</param>
/// <param name="serviceName">Full name of the service.</param>
/// <param name="name">Name of the method.</param>
/// <param name="requestMarshaller">Codec of requests.</param>
/// <param name="responseMarshaller">Codec of responses.</param>
public sealed class Method<TRequest, TResponse>(
    MethodType type,
    string serviceName,
    string name,
    Marshaller<TRequest> requestMarshaller,
    Marshaller<TResponse> responseMarshaller)
{
    /// <summary>Shape of the call.</summary>
    public MethodType Type { get; } = type;

    /// <summary>Full name of the service.</summary>
    public string ServiceName { get; } = serviceName;

    /// <summary>Name of the method.</summary>
    public string Name { get; } = name;

    /// <summary>Path of the HTTP/2 request: <c>/service/method</c>.</summary>
    public string FullName { get; } = $"/{serviceName}/{name}";

    /// <summary>Codec of requests.</summary>
    public Marshaller<TRequest> RequestMarshaller { get; } = requestMarshaller;

    /// <summary>Codec of responses.</summary>
    public Marshaller<TResponse> ResponseMarshaller { get; } = responseMarshaller;
}
