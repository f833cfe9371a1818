// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using Google.Protobuf;
using Grpc.Core;
using PeerCompute.Api.V1;
using PeerCompute.Base.Errors;

namespace PeerCompute.Daemon.Tests.Grpc;

/// <summary>A job service without a node: enough behaviour to see every shape of call and failure.</summary>
internal sealed class FakeJobs : JobService.JobServiceBase
{
    /// <summary>Set when a handler saw its call end early.</summary>
    public TaskCompletionSource<string> Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Set when a waiting handler has begun.</summary>
    public TaskCompletionSource Waiting { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override Task<JobView> Show(ShowJobRequest request, ServerCallContext context)
    {
        context.ResponseTrailers.Add("caller", context.Peer);
        return Task.FromResult(new JobView { JobId = request.JobId, Name = "über", State = JobState.Running });
    }

    public override Task<SubmitResponse> Submit(JobSubmission request, ServerCallContext context) => request.Name switch
    {
        "refused" => throw new PeerComputeException(ErrorCode.Refused, "No: 100% größer\nals erlaubt."),
        "bug" => throw new InvalidOperationException("boom"),
        "status" => throw new RpcException(new Status(StatusCode.AlreadyExists, "it is there")),
        _ => Task.FromResult(new SubmitResponse { JobId = ByteString.CopyFromUtf8(request.Name) }),
    };

    public override async Task<Blob> UploadBlob(IAsyncStreamReader<Chunk> requestStream, ServerCallContext context)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        ulong size = 0;
        await foreach (var chunk in requestStream.ReadAllAsync(context.CancellationToken))
        {
            hash.AppendData(chunk.Data.Span);
            size += (ulong)chunk.Data.Length;
            if (chunk.Data.Span.StartsWith("STOP"u8)) throw new PeerComputeException(ErrorCode.LimitExceeded, "enough");
        }

        return new Blob { Sha256 = ByteString.CopyFrom(hash.GetHashAndReset()), Size = size };
    }

    public override async Task Watch(WatchJobRequest request, IServerStreamWriter<JobView> responseStream, ServerCallContext context)
    {
        for (uint i = 0; i < 3; i++) await responseStream.WriteAsync(new JobView { JobId = request.JobId, Price = i });
        if (request.JobId.IsEmpty) throw new PeerComputeException(ErrorCode.NotFound, "no such job");
        if (!request.JobId.Span.SequenceEqual("wait"u8)) return;
        Waiting.TrySetResult();
        try
        {
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
        }
        finally
        {
            Ended.TrySetResult("ended");
        }
    }

    public override async Task Download(DownloadRequest request, IServerStreamWriter<Chunk> responseStream, ServerCallContext context)
    {
        var data = ByteString.CopyFrom(new byte[request.Task]);
        await responseStream.WriteAsync(new Chunk { Data = data });
    }

    public override async Task<ListJobsResponse> List(ListJobsRequest request, ServerCallContext context)
    {
        Waiting.TrySetResult();
        await Task.Delay(Timeout.Infinite, context.CancellationToken);
        return new ListJobsResponse();
    }
}
