// SPDX-License-Identifier: Apache-2.0
using Grpc.Core;
using PeerCompute.Base.Errors;

namespace PeerCompute.Api.Carrier;

/// <summary>Our errors as gRPC statuses and back. The kind itself travels in the trailer <c>peercompute-error</c>.</summary>
public static class ApiErrors
{
    /// <summary>Trailer that carries the name of the <see cref="ErrorCode"/>.</summary>
    public const string Trailer = "peercompute-error";

    /// <summary>What a handler's exception looks like on the wire.</summary>
    /// <param name="error">The exception.</param>
    /// <returns>Status and trailers.</returns>
    public static RpcException ToRpc(Exception error) => error switch
    {
        RpcException rpc => rpc,
        PeerComputeException e => Make(e.Code, e.Message, e),
        WireException e => Make(ErrorCode.BadInput, e.Message, e),
        _ => Make(ErrorCode.Internal, $"unexpected {error.GetType().Name}: {error.Message}", error),
    };

    /// <summary>The error that a status stands for.</summary>
    /// <param name="error">The failed call.</param>
    /// <returns>An error with its kind.</returns>
    public static PeerComputeException FromRpc(RpcException error)
    {
        var told = error.Trailers.GetValue(Trailer);
        var code = Array.Find(Enum.GetValues<ErrorCode>(), c => c.ToString() == told);
        if (code == default) code = FromStatus(error.StatusCode);
        var detail = error.Status.Detail.Length > 0 ? error.Status.Detail : $"the node answered {error.StatusCode} without words";
        return new PeerComputeException(code, detail, error);
    }

    private static RpcException Make(ErrorCode code, string message, Exception inner) =>
        new(new Status(ToStatus(code), message), new Metadata { { Trailer, code.ToString() } }, inner);

    private static StatusCode ToStatus(ErrorCode code) => code switch
    {
        ErrorCode.Usage or ErrorCode.BadInput => StatusCode.InvalidArgument,
        ErrorCode.NotFound => StatusCode.NotFound,
        ErrorCode.Unavailable => StatusCode.Unavailable,
        ErrorCode.Host or ErrorCode.Home => StatusCode.FailedPrecondition,
        ErrorCode.LimitExceeded => StatusCode.ResourceExhausted,
        ErrorCode.NotAuthentic => StatusCode.Unauthenticated,
        ErrorCode.Refused => StatusCode.PermissionDenied,
        ErrorCode.JobFailed => StatusCode.Aborted,
        _ => StatusCode.Internal,
    };

    private static ErrorCode FromStatus(StatusCode status) => status switch
    {
        StatusCode.InvalidArgument or StatusCode.OutOfRange or StatusCode.AlreadyExists => ErrorCode.BadInput,
        StatusCode.NotFound => ErrorCode.NotFound,
        StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Cancelled or StatusCode.Unimplemented => ErrorCode.Unavailable,
        StatusCode.FailedPrecondition => ErrorCode.Host,
        StatusCode.ResourceExhausted => ErrorCode.LimitExceeded,
        StatusCode.Unauthenticated or StatusCode.DataLoss => ErrorCode.NotAuthentic,
        StatusCode.PermissionDenied => ErrorCode.Refused,
        StatusCode.Aborted => ErrorCode.JobFailed,
        _ => ErrorCode.Internal,
    };
}
