// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Grpc.Core;
using PeerCompute.Api.V1;
using PeerCompute.Base.Errors;
using PeerCompute.Daemon;

namespace PeerCompute.Interop.Tests;

/// <summary>Our server answers the gRPC client of another house, @grpc/grpc-js, over a Unix socket.</summary>
public sealed class GrpcJsTests
{
    [Test]
    public async Task Every_shape_of_call_and_every_way_to_end_is_understood()
    {
        var folder = Directory.CreateTempSubdirectory("pc-");
        try
        {
            var reported = new List<Exception>();
            Action<ServiceBinderBase>[] services = [b => NodeService.BindService(b, new Nodes()), b => JobService.BindService(b, new Jobs())];
            await using var server = await ApiServer.StartAsync(Path.Combine(folder.FullName, "api.sock"), services, reported.Add, CancellationToken.None);
            var said = await GrpcJs.RunAsync(server.Path, "calls");
            Assert.Multiple(() =>
            {
                Assert.That((string?)said["node"]!["agent"], Is.EqualTo("fake/1"));
                Assert.That((bool)said["uploadMatches"]!, Is.True);
                Assert.That((int)said["uploadSize"]!, Is.EqualTo(1 << 20));
                var states = said["watch"]!.AsArray().Select(s => (string?)s);
                Assert.That(states, Is.EqualTo(new[] { "JOB_STATE_SUBMITTED", "JOB_STATE_RUNNING", "JOB_STATE_ACCEPTED" }));
                Assert.That(said["failing"]!["messages"]!.AsArray(), Has.Count.EqualTo(1));
                Assert.That(Failure(said["failing"]!["error"]), Is.EqualTo((StatusCode.NotFound, "nö such job", "NotFound")));
                Assert.That(Failure(said["cancelled"]).Code, Is.EqualTo(StatusCode.Cancelled));
                Assert.That(Failure(said["overdue"]).Code, Is.EqualTo(StatusCode.DeadlineExceeded));
                Assert.That(Failure(said["unknown"]).Code, Is.EqualTo(StatusCode.Unimplemented));
                Assert.That(Failure(said["oversized"]).Code, Is.EqualTo(StatusCode.ResourceExhausted));
                Assert.That((string?)said["after"]!["agent"], Is.EqualTo("fake/1"), "the connection still works");
                Assert.That(reported, Is.Empty);
            });
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static (StatusCode Code, string? Details, string? Kind) Failure(JsonNode? error) =>
        ((StatusCode)(int)error!["code"]!, (string?)error["details"], (string?)error["kind"]);

    private sealed class Nodes : NodeService.NodeServiceBase
    {
        public override Task<NodeView> GetNode(GetNodeRequest request, ServerCallContext context) => Task.FromResult(new NodeView { Agent = "fake/1" });
    }

    private sealed class Jobs : JobService.JobServiceBase
    {
        public override async Task<Blob> UploadBlob(IAsyncStreamReader<Chunk> requestStream, ServerCallContext context)
        {
            using var content = new MemoryStream();
            await foreach (var chunk in requestStream.ReadAllAsync(context.CancellationToken)) chunk.Data.WriteTo(content);
            return new Blob { Sha256 = ByteString.CopyFrom(SHA256.HashData(content.ToArray())), Size = (ulong)content.Length };
        }

        public override async Task Watch(WatchJobRequest request, IServerStreamWriter<JobView> responseStream, ServerCallContext context)
        {
            await responseStream.WriteAsync(new JobView { State = JobState.Submitted });
            if (request.JobId.ToStringUtf8() == "none") throw new PeerComputeException(ErrorCode.NotFound, "nö such job");
            if (request.JobId.ToStringUtf8() == "wait") await Task.Delay(Timeout.Infinite, context.CancellationToken);
            await responseStream.WriteAsync(new JobView { State = JobState.Running });
            await responseStream.WriteAsync(new JobView { State = JobState.Accepted });
        }

        public override async Task<ListJobsResponse> List(ListJobsRequest request, ServerCallContext context)
        {
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
            return new ListJobsResponse();
        }

        public override Task<SubmitResponse> Submit(JobSubmission request, ServerCallContext context) => Task.FromResult(new SubmitResponse());
    }
}
