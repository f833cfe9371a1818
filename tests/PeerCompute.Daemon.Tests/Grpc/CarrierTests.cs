// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using Google.Protobuf;
using Grpc.Core;
using PeerCompute.Api.Carrier;
using PeerCompute.Api.V1;
using PeerCompute.Base.Errors;

namespace PeerCompute.Daemon.Tests.Grpc;

/// <summary>Our client against our server over a Unix socket, every shape of call and every way to end.</summary>
public sealed class CarrierTests
{
    private static readonly Marshaller<Chunk> Chunks = Marshallers.Create<Chunk>(
        (message, context) => context.Complete(message.ToByteArray()), context => Chunk.Parser.ParseFrom(context.PayloadAsReadOnlySequence()));

    private static readonly Method<Chunk, Chunk> Echo = new(MethodType.DuplexStreaming, "test.Echo", "Echo", Chunks, Chunks);

    private readonly List<Exception> _reported = [];
    private FakeJobs _jobs = null!;
    private TempFolder _folder = null!;
    private ApiServer _server = null!;
    private ApiChannel _channel = null!;
    private JobService.JobServiceClient _client = null!;

    [SetUp]
    public async Task StartServer()
    {
        _jobs = new FakeJobs();
        _folder = new TempFolder();
        _reported.Clear();
        Action<ServiceBinderBase>[] services = [b => JobService.BindService(b, _jobs), b => b.AddMethod(Echo, EchoAsync)];
        _server = await ApiServer.StartAsync(_folder.File("api.sock"), services, _reported.Add, CancellationToken.None);
        _channel = ApiChannel.Unix(_server.Path);
        _client = new JobService.JobServiceClient(_channel);
    }

    [TearDown]
    public async Task StopServer()
    {
        _channel.Dispose();
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Test]
    public async Task A_unary_call_returns_the_response_and_trailers()
    {
        using var call = _client.ShowAsync(new ShowJobRequest { JobId = ByteString.CopyFromUtf8("a") });
        var view = await call;
        Assert.Multiple(() =>
        {
            Assert.That(view.Name, Is.EqualTo("über"));
            Assert.That(view.JobId.ToStringUtf8(), Is.EqualTo("a"));
            Assert.That(call.GetStatus().StatusCode, Is.EqualTo(StatusCode.OK));
            Assert.That(call.GetTrailers().GetValue("caller"), Does.Contain($"pid={Environment.ProcessId}"));
        });
    }

    [Test]
    public void A_blocking_call_returns_the_response() =>
        Assert.That(_client.Submit(new JobSubmission { Name = "x" }).JobId.ToStringUtf8(), Is.EqualTo("x"));

    [Test]
    public async Task A_stream_of_responses_arrives_in_order_and_ends()
    {
        using var call = _client.Watch(new WatchJobRequest { JobId = ByteString.CopyFromUtf8("a") });
        var prices = new List<ulong>();
        await foreach (var view in call.ResponseStream.ReadAllAsync()) prices.Add(view.Price);
        Assert.That(prices, Is.EqualTo(new ulong[] { 0, 1, 2 }));
        Assert.That(await call.ResponseStream.MoveNext(CancellationToken.None), Is.False);
    }

    [Test]
    public void A_stream_that_fails_late_gives_its_messages_and_then_the_error()
    {
        using var call = _client.Watch(new WatchJobRequest());
        var seen = 0;
        var error = Assert.ThrowsAsync<RpcException>(async () =>
        {
            await foreach (var _ in call.ResponseStream.ReadAllAsync()) seen++;
        });
        Assert.Multiple(() =>
        {
            Assert.That(seen, Is.EqualTo(3));
            Assert.That(error!.StatusCode, Is.EqualTo(StatusCode.NotFound));
            Assert.That(ApiErrors.FromRpc(error).Code, Is.EqualTo(ErrorCode.NotFound));
        });
    }

    [Test]
    public async Task A_stream_of_requests_of_many_megabytes_is_received_whole()
    {
        var piece = RandomNumberGenerator.GetBytes(1 << 20);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var call = _client.UploadBlob();
        for (var i = 0; i < 16; i++)
        {
            hash.AppendData(piece);
            await call.RequestStream.WriteAsync(new Chunk { Data = ByteString.CopyFrom(piece) });
        }

        await call.RequestStream.CompleteAsync();
        var blob = await call;
        Assert.That(blob.Size, Is.EqualTo(16UL << 20));
        Assert.That(blob.Sha256.ToByteArray(), Is.EqualTo(hash.GetHashAndReset()));
    }

    [Test]
    public void A_handler_that_stops_an_upload_ends_the_writes_with_its_own_error()
    {
        using var call = _client.UploadBlob();
        var error = Assert.ThrowsAsync<RpcException>(async () =>
        {
            for (var i = 0; i < 1000; i++) await call.RequestStream.WriteAsync(new Chunk { Data = ByteString.CopyFrom([.. "STOP"u8, .. new byte[100_000]]) });
            await call;
        });
        Assert.That(error!.Status, Is.EqualTo(new Status(StatusCode.ResourceExhausted, "enough")));
    }

    [Test]
    public async Task Streams_both_ways_alternate()
    {
        using var call = _channel.CreateCallInvoker().AsyncDuplexStreamingCall(Echo, null, default);
        foreach (var word in new[] { "one", "two", "three" })
        {
            await call.RequestStream.WriteAsync(new Chunk { Data = ByteString.CopyFromUtf8(word) });
            Assert.That(await call.ResponseStream.MoveNext(CancellationToken.None), Is.True);
            Assert.That(call.ResponseStream.Current.Data.ToStringUtf8(), Is.EqualTo(word));
        }

        await call.RequestStream.CompleteAsync();
        Assert.That(await call.ResponseStream.MoveNext(CancellationToken.None), Is.False);
    }

    [Test]
    public void Our_errors_keep_kind_and_words()
    {
        var error = Assert.ThrowsAsync<RpcException>(async () => await _client.SubmitAsync(new JobSubmission { Name = "refused" }));
        var ours = ApiErrors.FromRpc(error!);
        Assert.Multiple(() =>
        {
            Assert.That(error!.StatusCode, Is.EqualTo(StatusCode.PermissionDenied));
            Assert.That(ours.Code, Is.EqualTo(ErrorCode.Refused));
            Assert.That(ours.Message, Is.EqualTo("No: 100% größer\nals erlaubt."));
            Assert.That(_reported, Is.Empty);
        });
    }

    [Test]
    public void A_bug_in_a_handler_is_reported_and_the_server_goes_on()
    {
        var error = Assert.ThrowsAsync<RpcException>(async () => await _client.SubmitAsync(new JobSubmission { Name = "bug" }));
        Assert.That(error!.StatusCode, Is.EqualTo(StatusCode.Internal));
        Assert.That(_reported, Has.One.InstanceOf<InvalidOperationException>());
        Assert.That(_client.Submit(new JobSubmission { Name = "x" }).JobId.IsEmpty, Is.False);
    }

    [Test]
    public void A_status_of_the_handler_passes_unchanged() =>
        Assert.That(
            Assert.ThrowsAsync<RpcException>(async () => await _client.SubmitAsync(new JobSubmission { Name = "status" }))!.Status,
            Is.EqualTo(new Status(StatusCode.AlreadyExists, "it is there")));

    [Test]
    public void A_method_that_the_server_lacks_is_unimplemented()
    {
        var node = new NodeService.NodeServiceClient(_channel);
        Assert.That(Assert.ThrowsAsync<RpcException>(async () => await node.GetNodeAsync(new GetNodeRequest()))!.StatusCode,
            Is.EqualTo(StatusCode.Unimplemented));
        Assert.That(
            Assert.ThrowsAsync<RpcException>(async () => await _client.CancelAsync(new CancelJobRequest()))!.StatusCode, Is.EqualTo(StatusCode.Unimplemented));
    }

    [Test]
    public async Task Cancelling_ends_the_call_on_both_sides()
    {
        using var leave = new CancellationTokenSource();
        using var call = _client.Watch(new WatchJobRequest { JobId = ByteString.CopyFromUtf8("wait") }, cancellationToken: leave.Token);
        await _jobs.Waiting.Task;
        await leave.CancelAsync();
        var error = Assert.ThrowsAsync<RpcException>(async () =>
        {
            await foreach (var _ in call.ResponseStream.ReadAllAsync(CancellationToken.None))
            {
            }
        });
        Assert.That(error!.StatusCode, Is.EqualTo(StatusCode.Cancelled));
        Assert.That(await _jobs.Ended.Task, Is.EqualTo("ended"));
    }

    [Test]
    public async Task Disposing_a_call_ends_its_handler()
    {
        var call = _client.Watch(new WatchJobRequest { JobId = ByteString.CopyFromUtf8("wait") });
        await _jobs.Waiting.Task;
        call.Dispose();
        Assert.That(await _jobs.Ended.Task, Is.EqualTo("ended"));
    }

    [Test]
    public void A_deadline_ends_a_call_that_waits()
    {
        var error = Assert.ThrowsAsync<RpcException>(
            async () => await _client.ListAsync(new ListJobsRequest(), deadline: DateTime.UtcNow.AddMilliseconds(100)));
        Assert.That(error!.StatusCode, Is.EqualTo(StatusCode.DeadlineExceeded));
    }

    [Test]
    public void A_request_over_the_limit_is_refused_by_the_server_with_both_sizes()
    {
        var error = Assert.ThrowsAsync<RpcException>(async () => await _client.SubmitAsync(new JobSubmission { Name = new string('x', Frame.MaxMessage) }));
        Assert.That(error!.StatusCode, Is.EqualTo(StatusCode.ResourceExhausted));
        Assert.That(error.Status.Detail, Does.Contain($"limit {Frame.MaxMessage}"));
    }

    [Test]
    public void A_response_over_the_limit_is_refused_by_the_client()
    {
        using var call = _client.Download(new DownloadRequest { Task = Frame.MaxMessage });
        var error = Assert.ThrowsAsync<RpcException>(async () => await call.ResponseStream.MoveNext(CancellationToken.None));
        Assert.That(error!.StatusCode, Is.EqualTo(StatusCode.ResourceExhausted));
    }

    [Test]
    public async Task A_server_that_ends_tells_open_calls_so()
    {
        using var call = _client.Watch(new WatchJobRequest { JobId = ByteString.CopyFromUtf8("wait") });
        await _jobs.Waiting.Task;
        await _server.DisposeAsync();
        var error = Assert.ThrowsAsync<RpcException>(async () =>
        {
            await foreach (var _ in call.ResponseStream.ReadAllAsync(CancellationToken.None))
            {
            }
        });
        Assert.That(error!.StatusCode, Is.EqualTo(StatusCode.Unavailable));
    }

    [Test]
    public void A_socket_that_nobody_serves_is_unavailable()
    {
        using var channel = ApiChannel.Unix(_folder.File("none.sock"));
        var error = Assert.ThrowsAsync<RpcException>(async () => await new JobService.JobServiceClient(channel).ShowAsync(new ShowJobRequest()));
        Assert.That(error!.StatusCode, Is.EqualTo(StatusCode.Unavailable));
    }

    private static async Task EchoAsync(IAsyncStreamReader<Chunk> requests, IServerStreamWriter<Chunk> responses, ServerCallContext context)
    {
        while (await requests.MoveNext(context.CancellationToken)) await responses.WriteAsync(requests.Current);
    }
}
