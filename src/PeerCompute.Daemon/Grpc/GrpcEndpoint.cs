// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Grpc.Core;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using PeerCompute.Api.Carrier;

namespace PeerCompute.Daemon.Grpc;

/// <summary>Answers gRPC over Kestrel's HTTP/2: finds the method, admits the caller, runs the handler, tells the status in trailers.</summary>
/// <param name="routes">The methods.</param>
/// <param name="report">Told about handlers' unexpected exceptions.</param>
/// <param name="serverEnds">Ends the calls that are under way.</param>
internal sealed class GrpcEndpoint(GrpcRoutes routes, Action<Exception> report, CancellationToken serverEnds) : IHttpApplication<HttpContext>
{
    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public void DisposeContext(HttpContext context, Exception? exception)
    {
    }

    public async Task ProcessRequestAsync(HttpContext context)
    {
        if (!context.Request.Protocol.StartsWith("HTTP/2", StringComparison.Ordinal)
            || context.Request.ContentType?.StartsWith("application/grpc", StringComparison.Ordinal) != true)
        {
            context.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            return;
        }

        context.Response.ContentType = "application/grpc";
        var caller = context.Features.Get<LocalCaller>();
        using var call = new GrpcCallContext(context, caller?.ToString() ?? "unknown", serverEnds);
        try
        {
            if (caller is { IsAdmitted: false }) throw caller.Refusal();
            var handler = routes.Find(call.Method) ?? throw new RpcException(new Status(StatusCode.Unimplemented, $"no method {call.Method}"));
            await handler(context, call);
            End(context, call.Status, call.ResponseTrailers);
        }
        catch (Exception error)
        {
            var rpc = Explain(error, call, context);
            End(context, rpc.Status, rpc.Trailers);
        }
    }

    private RpcException Explain(Exception error, GrpcCallContext call, HttpContext context)
    {
        if (error is OperationCanceledException or IOException && call.CancellationToken.IsCancellationRequested)
        {
            if (call.IsOverdue) return Ended(StatusCode.DeadlineExceeded, "the deadline of the call passed");
            return context.RequestAborted.IsCancellationRequested
                ? Ended(StatusCode.Cancelled, "the client left")
                : Ended(StatusCode.Unavailable, "the daemon is ending");
        }

        var rpc = ApiErrors.ToRpc(error);
        if (rpc.StatusCode == StatusCode.Internal) report(error);
        return rpc;
    }

    private static RpcException Ended(StatusCode code, string detail) => new(new Status(code, detail));

    private static void End(HttpContext context, Status status, Metadata trailers)
    {
        if (context.RequestAborted.IsCancellationRequested) return;
        context.Response.AppendTrailer("grpc-status", ((int)status.StatusCode).ToString(CultureInfo.InvariantCulture));
        if (status.Detail.Length > 0) context.Response.AppendTrailer("grpc-message", StatusText.Encode(status.Detail));
        foreach (var (key, value) in trailers) context.Response.AppendTrailer(key, value);
    }
}
