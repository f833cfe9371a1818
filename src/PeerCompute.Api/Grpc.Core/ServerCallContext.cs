// SPDX-License-Identifier: Apache-2.0
namespace Grpc.Core;

/// <summary>A call as its handler sees it.</summary>
public abstract class ServerCallContext
{
    /// <summary>Path of the method: <c>/service/method</c>.</summary>
    public abstract string Method { get; }

    /// <summary>Who calls, for people and logs, for example <c>unix:uid=1000</c>.</summary>
    public abstract string Peer { get; }

    /// <summary>When the caller gives up, UTC; <see cref="DateTime.MaxValue"/> when it does not say.</summary>
    public abstract DateTime Deadline { get; }

    /// <summary>Request headers without those of HTTP and gRPC.</summary>
    public abstract Metadata RequestHeaders { get; }

    /// <summary>Trailing metadata that goes out with the status.</summary>
    public abstract Metadata ResponseTrailers { get; }

    /// <summary>Cancelled when the caller leaves or the deadline passes.</summary>
    public abstract CancellationToken CancellationToken { get; }

    /// <summary>The outcome that is told when the handler returns without exception.</summary>
    public abstract Status Status { get; set; }
}
