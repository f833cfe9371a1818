// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using Google.Protobuf;
using Grpc.Core;
using PeerCompute.Api.Carrier;
using PeerCompute.Api.V1;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;

namespace PeerCompute.Client;

/// <summary>A daemon's API for programs: every failure is a <see cref="PeerComputeException"/> with its kind, every bound of the API is kept.</summary>
public sealed partial class PeerComputeClient : IDisposable
{
    /// <summary>Largest message taken from the node, bytes: a job of 100 000 tasks shown whole.</summary>
    public const int MaxMessage = 64 << 20;

    /// <summary>Bytes of one piece of an upload.</summary>
    public const int ChunkBytes = 256 << 10;

    private readonly ApiChannel _channel;
    private readonly NodeService.NodeServiceClient _node;
    private readonly JobService.JobServiceClient _jobs;
    private readonly LendService.LendServiceClient _lending;
    private readonly NetworkService.NetworkServiceClient _network;
    private readonly MarketService.MarketServiceClient _market;

    private PeerComputeClient(ApiChannel channel)
    {
        _channel = channel;
        _node = new NodeService.NodeServiceClient(channel);
        _jobs = new JobService.JobServiceClient(channel);
        _lending = new LendService.LendServiceClient(channel);
        _network = new NetworkService.NetworkServiceClient(channel);
        _market = new MarketService.MarketServiceClient(channel);
    }

    /// <summary>A client on a daemon's Unix socket; connects at the first call.</summary>
    /// <param name="socketPath">The socket, by custom <c>HOME/api.sock</c>.</param>
    /// <returns>The client.</returns>
    public static PeerComputeClient OnSocket(string socketPath) => new(ApiChannel.Unix(socketPath, MaxMessage));

    /// <summary>A client on a daemon's Unix socket if one answers there.</summary>
    /// <param name="socketPath">The socket.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The client, or null when nobody listens.</returns>
    /// <exception cref="PeerComputeException">Somebody listens but does not answer as a node does, or refuses.</exception>
    public static async Task<PeerComputeClient?> TryConnectAsync(string socketPath, CancellationToken cancellationToken)
    {
        if (!File.Exists(socketPath)) return null;
        var client = OnSocket(socketPath);
        try
        {
            await client._node.GetNodeAsync(new GetNodeRequest(), null, DateTime.UtcNow.AddSeconds(10), cancellationToken).ResponseAsync.ConfigureAwait(false);
            return client;
        }
        catch (RpcException e)
        {
            client.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            if (e.StatusCode == StatusCode.Unavailable) return null;
            throw ApiErrors.FromRpc(e);
        }
    }

    /// <summary>The node's identity, addresses and counters.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The node.</returns>
    public Task<NodeView> NodeAsync(CancellationToken cancellationToken) =>
        Call(_node.GetNodeAsync(new GetNodeRequest(), cancellationToken: cancellationToken), cancellationToken);

    /// <summary>Connected peers.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The peers.</returns>
    public async Task<IReadOnlyList<PeerView>> PeersAsync(CancellationToken cancellationToken) =>
        (await Call(_node.ListPeersAsync(new ListPeersRequest(), cancellationToken: cancellationToken), cancellationToken).ConfigureAwait(false)).Peers;

    /// <summary>Dials an address.</summary>
    /// <param name="address">Multiaddress.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The peer that answered.</returns>
    public async Task<PeerView> ConnectAsync(string address, CancellationToken cancellationToken) =>
        (await Call(_node.ConnectAsync(new ConnectRequest { Address = address }, cancellationToken: cancellationToken), cancellationToken)
            .ConfigureAwait(false)).Peer;

    /// <summary>Devices of the node.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The devices.</returns>
    public async Task<IReadOnlyList<DeviceView>> DevicesAsync(CancellationToken cancellationToken) =>
        (await Call(_node.ListDevicesAsync(new ListDevicesRequest(), cancellationToken: cancellationToken), cancellationToken).ConfigureAwait(false)).Devices;

    /// <summary>Asks the daemon to end.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>Completion.</returns>
    public Task ShutdownAsync(CancellationToken cancellationToken) =>
        Call(_node.ShutdownAsync(new ShutdownRequest(), cancellationToken: cancellationToken), cancellationToken);

    /// <summary>Puts content into the node's blob store.</summary>
    /// <param name="content">The content, read from its position.</param>
    /// <param name="length">Bytes to read.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>Hash and size.</returns>
    /// <exception cref="PeerComputeException"><see cref="ErrorCode.BadInput"/>: the content ended early.</exception>
    public async Task<Blob> UploadAsync(Stream content, long length, CancellationToken cancellationToken)
    {
        using var call = _jobs.UploadBlob(cancellationToken: cancellationToken);
        var buffer = new byte[ChunkBytes];
        try
        {
            while (length > 0)
            {
                var got = await content.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, length)), cancellationToken).ConfigureAwait(false);
                if (got == 0) throw new PeerComputeException(ErrorCode.BadInput, $"An input ended {length} bytes early; it must not change while it is read.");
                length -= got;
                await call.RequestStream.WriteAsync(new Chunk { Data = ByteString.CopyFrom(buffer.AsSpan(0, got)) }, cancellationToken).ConfigureAwait(false);
            }

            await call.RequestStream.CompleteAsync().ConfigureAwait(false);
            return await call.ResponseAsync.ConfigureAwait(false);
        }
        catch (RpcException e)
        {
            throw Explain(e, cancellationToken);
        }
    }

    /// <summary>Hands a job in.</summary>
    /// <param name="submission">The job; its blobs are uploaded.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The job's id.</returns>
    public async Task<Hash32> SubmitAsync(JobSubmission submission, CancellationToken cancellationToken) =>
        new((await Call(_jobs.SubmitAsync(submission, cancellationToken: cancellationToken), cancellationToken).ConfigureAwait(false)).JobId.Span);

    /// <summary>Jobs of the node, newest first, without tasks and leases.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The jobs, at most 1000.</returns>
    public async Task<IReadOnlyList<JobView>> JobsAsync(CancellationToken cancellationToken) =>
        (await Call(_jobs.ListAsync(new ListJobsRequest(), cancellationToken: cancellationToken), cancellationToken).ConfigureAwait(false)).Jobs;

    /// <summary>Leases that the node works on for others, newest first.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The leases, at most 1000.</returns>
    public async Task<IReadOnlyList<WorkView>> WorkAsync(CancellationToken cancellationToken) =>
        (await Call(_jobs.ListWorkAsync(new ListWorkRequest(), cancellationToken: cancellationToken), cancellationToken).ConfigureAwait(false)).Leases;

    /// <summary>One job.</summary>
    /// <param name="jobId">Its id.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The job with tasks and leases.</returns>
    public Task<JobView> ShowAsync(Hash32 jobId, CancellationToken cancellationToken) =>
        Call(_jobs.ShowAsync(new ShowJobRequest { JobId = Id(jobId) }, cancellationToken: cancellationToken), cancellationToken);

    /// <summary>Ends a job.</summary>
    /// <param name="jobId">Its id.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The job.</returns>
    public Task<JobView> CancelAsync(Hash32 jobId, CancellationToken cancellationToken) =>
        Call(_jobs.CancelAsync(new CancelJobRequest { JobId = Id(jobId) }, cancellationToken: cancellationToken), cancellationToken);

    /// <summary>Follows a job until it has ended; each view is whole.</summary>
    /// <param name="jobId">Its id.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The job at each change.</returns>
    public async IAsyncEnumerable<JobView> WatchAsync(Hash32 jobId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var call = _jobs.Watch(new WatchJobRequest { JobId = Id(jobId) }, cancellationToken: cancellationToken);
        JobView? whole = null;
        while (await NextAsync(call.ResponseStream, cancellationToken).ConfigureAwait(false))
        {
            whole = JobViews.Merge(whole, call.ResponseStream.Current);
            yield return whole;
        }
    }

    /// <summary>What running tasks write to their standard error, as far as their workers tell.</summary>
    /// <param name="jobId">The job.</param>
    /// <param name="task">The only task that is wanted, or null.</param>
    /// <param name="follow">Whether to wait for more until the job has ended.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>Lines as they come; what got lost is counted.</returns>
    public async IAsyncEnumerable<LogPiece> LogsAsync(
        Hash32 jobId, uint? task, bool follow, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = new LogsRequest { JobId = Id(jobId), Follow = follow };
        if (task is { } one) request.Task = one;
        using var call = _jobs.Logs(request, cancellationToken: cancellationToken);
        while (await NextAsync(call.ResponseStream, cancellationToken).ConfigureAwait(false)) yield return call.ResponseStream.Current;
    }

    /// <summary>Writes an output of an accepted task into a stream.</summary>
    /// <param name="jobId">The job.</param>
    /// <param name="task">Index of the task.</param>
    /// <param name="name">The output as in the submission, or <c>stdout</c> for the standard output.</param>
    /// <param name="target">Where it goes.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>Completion.</returns>
    public async Task DownloadAsync(Hash32 jobId, uint task, string name, Stream target, CancellationToken cancellationToken)
    {
        using var call = _jobs.Download(new DownloadRequest { JobId = Id(jobId), Task = task, Name = name }, cancellationToken: cancellationToken);
        while (await NextAsync(call.ResponseStream, cancellationToken).ConfigureAwait(false))
            await target.WriteAsync(call.ResponseStream.Current.Data.Memory, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Says that the client has all results of an ended job, so that its workers need not keep them.</summary>
    /// <param name="jobId">The job.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The job.</returns>
    public Task<JobView> CollectAsync(Hash32 jobId, CancellationToken cancellationToken) =>
        Call(_jobs.CollectAsync(new CollectRequest { JobId = Id(jobId) }, cancellationToken: cancellationToken), cancellationToken);

    /// <summary>The receipt of an ended job.</summary>
    /// <param name="jobId">The job.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The receipt file and where the node keeps it.</returns>
    public Task<GetReceiptResponse> ReceiptAsync(Hash32 jobId, CancellationToken cancellationToken) =>
        Call(_jobs.GetReceiptAsync(new GetReceiptRequest { JobId = Id(jobId) }, cancellationToken: cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _channel.Dispose();

    private static ByteString Id(Hash32 id) => ByteString.CopyFrom(id.ToArray());

    private static async Task<bool> NextAsync<T>(IAsyncStreamReader<T> stream, CancellationToken cancellationToken)
    {
        try
        {
            return await stream.MoveNext(cancellationToken).ConfigureAwait(false);
        }
        catch (RpcException e)
        {
            throw Explain(e, cancellationToken);
        }
    }

    private static async Task<T> Call<T>(AsyncUnaryCall<T> call, CancellationToken cancellationToken)
    {
        using (call)
        {
            try
            {
                return await call.ResponseAsync.ConfigureAwait(false);
            }
            catch (RpcException e)
            {
                throw Explain(e, cancellationToken);
            }
        }
    }

    private static Exception Explain(RpcException error, CancellationToken cancellationToken) =>
        cancellationToken.IsCancellationRequested
            ? new OperationCanceledException("The call was cancelled.", error, cancellationToken) : ApiErrors.FromRpc(error);
}
