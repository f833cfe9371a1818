// SPDX-License-Identifier: Apache-2.0
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using PeerCompute.Api.Carrier;

namespace PeerCompute.Daemon.Grpc;

/// <summary>A call as its handler sees it; cancelled when the caller leaves, the deadline passes or the server ends.</summary>
internal sealed class GrpcCallContext : ServerCallContext, IDisposable
{
    private readonly CancellationTokenSource _overdue = new();
    private readonly CancellationTokenSource _ending;
    private readonly HttpContext _http;

    public GrpcCallContext(HttpContext http, string peer, CancellationToken serverEnds)
    {
        _http = http;
        Peer = peer;
        _ending = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, serverEnds, _overdue.Token);
        if (!StatusText.TryDecodeTimeout(http.Request.Headers["grpc-timeout"].ToString(), out var left)) return;
        Deadline = DateTime.UtcNow + left;
        _overdue.CancelAfter(left);
    }

    public override string Method => _http.Request.Path.Value ?? "";

    public override string Peer { get; }

    public override DateTime Deadline { get; } = DateTime.MaxValue;

    public override Metadata RequestHeaders => ReadHeaders();

    public override Metadata ResponseTrailers { get; } = [];

    public override CancellationToken CancellationToken => _ending.Token;

    public override Status Status { get; set; } = Status.DefaultSuccess;

    /// <summary>True once the caller's deadline has passed.</summary>
    public bool IsOverdue => _overdue.IsCancellationRequested;

    public void Dispose()
    {
        _ending.Dispose();
        _overdue.Dispose();
    }

    private Metadata ReadHeaders()
    {
        var metadata = new Metadata();
        foreach (var (key, values) in _http.Request.Headers)
        {
            if (key.StartsWith(':') || key.StartsWith("grpc-", StringComparison.Ordinal)) continue;
            foreach (var value in values) metadata.Add(key, value ?? "");
        }

        return metadata;
    }
}
