// SPDX-License-Identifier: Apache-2.0
namespace Grpc.Core;

/// <summary>Status codes of gRPC (grpc/doc/statuscodes.md).</summary>
public enum StatusCode
{
    /// <summary>Success.</summary>
    OK = 0,

    /// <summary>Cancelled, usually by the caller.</summary>
    Cancelled = 1,

    /// <summary>An error without a known kind.</summary>
    Unknown = 2,

    /// <summary>An argument is wrong whatever the state of the system.</summary>
    InvalidArgument = 3,

    /// <summary>The deadline passed.</summary>
    DeadlineExceeded = 4,

    /// <summary>A named thing does not exist.</summary>
    NotFound = 5,

    /// <summary>It exists already.</summary>
    AlreadyExists = 6,

    /// <summary>The caller may not do this.</summary>
    PermissionDenied = 7,

    /// <summary>A bound is reached.</summary>
    ResourceExhausted = 8,

    /// <summary>The system is not in the state that the call needs.</summary>
    FailedPrecondition = 9,

    /// <summary>Ended because of a conflict.</summary>
    Aborted = 10,

    /// <summary>Past the valid range.</summary>
    OutOfRange = 11,

    /// <summary>The server does not know the method.</summary>
    Unimplemented = 12,

    /// <summary>An invariant is broken.</summary>
    Internal = 13,

    /// <summary>Nobody answers.</summary>
    Unavailable = 14,

    /// <summary>Data are lost or corrupt.</summary>
    DataLoss = 15,

    /// <summary>The caller's identity is not proven.</summary>
    Unauthenticated = 16,
}

/// <summary>Outcome of a call.</summary>
/// <param name="StatusCode">The code.</param>
/// <param name="Detail">Words for people; empty on success.</param>
public readonly record struct Status(StatusCode StatusCode, string Detail)
{
    /// <summary>Success without words.</summary>
    public static Status DefaultSuccess => new(StatusCode.OK, "");
}

/// <summary>A call that ended with another status than OK.</summary>
/// <param name="status">The outcome.</param>
/// <param name="trailers">Trailing metadata.</param>
/// <param name="inner">The failure below it, if any.</param>
public sealed class RpcException(Status status, Metadata trailers, Exception? inner = null)
    : Exception($"{status.StatusCode}: {status.Detail}", inner)
{
    /// <summary>Without trailing metadata.</summary>
    /// <param name="status">The outcome.</param>
    public RpcException(Status status)
        : this(status, [])
    {
    }

    /// <summary>The outcome.</summary>
    public Status Status { get; } = status;

    /// <summary>Its code.</summary>
    public StatusCode StatusCode => Status.StatusCode;

    /// <summary>Trailing metadata.</summary>
    public Metadata Trailers { get; } = trailers;
}
