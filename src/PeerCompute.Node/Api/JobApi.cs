// SPDX-License-Identifier: Apache-2.0
using Google.Protobuf;
using Grpc.Core;
using PeerCompute.Api.V1;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Core.Events;
using PeerCompute.Node.Blobs;
using PeerCompute.Node.Effects;
using PeerCompute.Node.Loops;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Leases;
using Views = PeerCompute.Core.Views;

namespace PeerCompute.Node.Api;

/// <summary>
/// Jobs of this node as their client: what the local API offers. Failures are <see cref="PeerComputeException"/>; the carrier makes
/// statuses of them.
/// </summary>
internal sealed class JobApi(NodeLoop loop, NodeClock clock, BlobStore store, Uploads uploads, Submissions submissions, NodeFacts facts)
    : JobService.JobServiceBase
{
    private const int JobsMost = 1000;
    private const int ChunkBytes = 1 << 20;

    private static readonly TimeSpan ReceiptPoll = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan BringBackPoll = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan BringBackAgain = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BringBackPatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan ReceiptPatience = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public override async Task<Blob> UploadBlob(IAsyncStreamReader<Chunk> requestStream, ServerCallContext context)
    {
        await using var plain = new ChunkStream(requestStream);
        var blob = await uploads.AddAsync(plain, context.CancellationToken).ConfigureAwait(false);
        return new Blob { Sha256 = ByteString.CopyFrom(blob.Plain.ToArray()), Size = blob.Size };
    }

    /// <inheritdoc/>
    public override async Task<SubmitResponse> Submit(JobSubmission request, ServerCallContext context)
    {
        var job = await submissions.TakeAsync(request, clock.Now.WallMs, context.CancellationToken).ConfigureAwait(false);
        var id = job.IdFor(facts.Self);
        await loop.SettleAsync(new SubmitJob(job), context.CancellationToken).ConfigureAwait(false);
        if (await loop.AskAsync(machine => machine.Job(id), context.CancellationToken).ConfigureAwait(false) is null)
        {
            submissions.Discard(job);
            throw new PeerComputeException(ErrorCode.LimitExceeded, "the node takes no more jobs: wait until some have ended.");
        }

        return new SubmitResponse { JobId = ByteString.CopyFrom(id.ToArray()) };
    }

    /// <inheritdoc/>
    public override async Task<ListJobsResponse> List(ListJobsRequest request, ServerCallContext context)
    {
        var jobs = await loop.AskAsync(static machine => machine.Jobs(), context.CancellationToken).ConfigureAwait(false);
        var most = request.Limit is 0 or > JobsMost ? JobsMost : (int)request.Limit;
        var response = new ListJobsResponse();
        foreach (var job in jobs.Reverse().Take(most)) response.Jobs.Add(Head(job));
        return response;
    }

    /// <inheritdoc/>
    public override async Task<JobView> Show(ShowJobRequest request, ServerCallContext context)
        => Whole(await FindAsync(Id(request.JobId), context.CancellationToken).ConfigureAwait(false));

    /// <inheritdoc/>
    public override async Task Watch(WatchJobRequest request, IServerStreamWriter<JobView> responseStream, ServerCallContext context)
    {
        Views.JobView? before = null;
        await foreach (var job in loop.WatchAsync(Id(request.JobId), context.CancellationToken).ConfigureAwait(false))
        {
            if (job.State == Views.JobState.Accepted) await ReceiptWrittenAsync(job.JobId, context.CancellationToken).ConfigureAwait(false);
            await responseStream.WriteAsync(Head(job).WithDetails(job, before, facts.Incarnation), context.CancellationToken).ConfigureAwait(false);
            before = job;
        }
    }

    /// <inheritdoc/>
    public override async Task Logs(LogsRequest request, IServerStreamWriter<LogPiece> responseStream, ServerCallContext context)
    {
        var logs = new JobLogs(request.HasTask ? request.Task : null);
        await foreach (var job in loop.WatchAsync(Id(request.JobId), context.CancellationToken).ConfigureAwait(false))
        {
            foreach (var piece in logs.Next(job)) await responseStream.WriteAsync(piece, context.CancellationToken).ConfigureAwait(false);
            if (!request.Follow) return;
        }
    }

    /// <inheritdoc/>
    public override async Task<JobView> Cancel(CancelJobRequest request, ServerCallContext context)
    {
        var id = Id(request.JobId);
        await FindAsync(id, context.CancellationToken).ConfigureAwait(false);
        await loop.SettleAsync(new CancelJob(id), context.CancellationToken).ConfigureAwait(false);
        return Whole(await FindAsync(id, context.CancellationToken).ConfigureAwait(false));
    }

    /// <inheritdoc/>
    public override async Task Download(DownloadRequest request, IServerStreamWriter<Chunk> responseStream, ServerCallContext context)
    {
        var cancel = context.CancellationToken;
        var job = await FindAsync(Id(request.JobId), cancel).ConfigureAwait(false);
        if (request.Task >= job.Tasks.Length)
            throw new PeerComputeException(ErrorCode.NotFound, $"the job has tasks 0 to {job.Tasks.Length - 1}, not {request.Task}.");
        var task = job.Tasks[(int)request.Task];
        if (task.State is not (Views.TaskState.Accepted or Views.TaskState.Failed) || task.Output is null)
        {
            throw new PeerComputeException(ErrorCode.NotFound, $"task {request.Task} has no confirmed output yet: wait until the job has ended.");
        }

        var output = Here(task) ?? await BringBackAsync(job, task, cancel).ConfigureAwait(false);
        var content = await ContentAsync(output, request.Name, cancel).ConfigureAwait(false);
        for (var at = 0; at < content.Length; at += ChunkBytes)
        {
            var chunk = new Chunk { Data = UnsafeByteOperations.UnsafeWrap(content[at..Math.Min(content.Length, at + ChunkBytes)]) };
            await responseStream.WriteAsync(chunk, cancel).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public override async Task<JobView> Collect(CollectRequest request, ServerCallContext context)
    {
        var id = Id(request.JobId);
        if (!(await FindAsync(id, context.CancellationToken).ConfigureAwait(false)).Ended)
            throw new PeerComputeException(ErrorCode.Unavailable, "the job has not ended: there may be more results to collect.");
        await loop.SettleAsync(new ResultsCollected(id), context.CancellationToken).ConfigureAwait(false);
        return Whole(await FindAsync(id, context.CancellationToken).ConfigureAwait(false));
    }

    /// <inheritdoc/>
    public override async Task<GetReceiptResponse> GetReceipt(GetReceiptRequest request, ServerCallContext context)
    {
        var id = Id(request.JobId);
        await FindAsync(id, context.CancellationToken).ConfigureAwait(false);
        var path = EffectRunner.ReceiptPath(facts.Receipts, id);
        if (!File.Exists(path))
            throw new PeerComputeException(ErrorCode.NotFound, $"job {id} has no receipt: only a job whose every task was confirmed has one.");
        var bytes = await File.ReadAllBytesAsync(path, context.CancellationToken).ConfigureAwait(false);
        return new GetReceiptResponse { Receipt = UnsafeByteOperations.UnsafeWrap(bytes), Path = path };
    }

    /// <inheritdoc/>
    public override async Task<ListWorkResponse> ListWork(ListWorkRequest request, ServerCallContext context)
    {
        var work = await loop.AskAsync(static machine => machine.Work(), context.CancellationToken).ConfigureAwait(false);
        var most = request.Limit is 0 or > JobsMost ? JobsMost : (int)request.Limit;
        var response = new ListWorkResponse();
        foreach (var lease in work.Reverse().Take(most)) response.Leases.Add(JobViews.Work(lease, facts.Incarnation));
        return response;
    }

    private static Hash32 Id(ByteString bytes)
        => bytes.Length == 32 ? new Hash32(bytes.Span) : throw new PeerComputeException(ErrorCode.BadInput, $"job_id has {bytes.Length} bytes, expected 32.");

    private async Task<Views.JobView> FindAsync(Hash32 id, CancellationToken cancel)
        => await loop.AskAsync(machine => machine.Job(id), cancel).ConfigureAwait(false)
            ?? throw new PeerComputeException(ErrorCode.NotFound, $"there is no job {id} on this node ('peercompute job list' shows all).");

    /// <summary>The output of a task, from whichever worker it lies here; null where it does not.</summary>
    private BlobRef? Here(Views.TaskView task)
    {
        if (task.Output is { } output && store.Has(output.Root)) return output;
        foreach (var copy in task.Copies)
        {
            if (store.Has(copy.Root)) return copy;
        }

        return null;
    }

    /// <summary>An output that got lost here is fetched again from a worker that keeps it, or an equal one.</summary>
    private async Task<BlobRef> BringBackAsync(Views.JobView job, Views.TaskView task, CancellationToken cancel)
    {
        for (var waited = TimeSpan.Zero; waited < BringBackPatience; waited += BringBackPoll)
        {
            if (job.Swept)
            {
                var until = DateTimeOffset.FromUnixTimeMilliseconds((long)job.CollectBeforeMs);
                throw new PeerComputeException(ErrorCode.NotFound, $"the results of this job were kept until {until:u}: give a longer 'retain' next time.");
            }

            var again = waited.Ticks % BringBackAgain.Ticks == 0;
            if (again) job = await FindAsync(job.JobId, cancel).ConfigureAwait(false);
            if (Here(job.Tasks[(int)task.Task]) is { } output) return output;
            if (again) await loop.PostAsync(new OutputsWanted(task.LeaseId), cancel).ConfigureAwait(false);
            await Task.Delay(BringBackPoll, cancel).ConfigureAwait(false);
        }

        var holders = job.Leases.Where(lease => lease.Keeps && task.Task >= lease.FirstTask && task.Task < lease.FirstTask + lease.TaskCount);
        var names = string.Join(", ", holders.Select(static lease => lease.Worker.Short()));
        throw new PeerComputeException(ErrorCode.Unavailable, $"the output of task {task.Task} is not on this node's disk any more, and "
            + (names.Length == 0 ? "no worker keeps it." : $"no worker that keeps it gave it back ({names}): try again when one of them is reachable."));
    }

    private async Task<ReadOnlyMemory<byte>> ContentAsync(BlobRef output, string name, CancellationToken cancel)
    {
        using var plain = new MemoryStream((int)Math.Min(output.Size, TaskBundle.MaxBytes));
        await store.OpenAsync(output, plain, cancel).ConfigureAwait(false);
        var bundle = TaskBundle.Decode(plain.GetBuffer().AsMemory(0, (int)plain.Length));
        foreach (var file in bundle.Files)
        {
            if (file.Name == name) return file.Content;
        }

        if (name == "stdout") return bundle.Stdout;
        throw new PeerComputeException(ErrorCode.NotFound, $"the task has no output '{name}'.");
    }

    // The machine accepts a job before its journal entry is durable; the receipt is written after. Who waits for the end finds the receipt.
    private async Task ReceiptWrittenAsync(Hash32 jobId, CancellationToken cancel)
    {
        var path = EffectRunner.ReceiptPath(facts.Receipts, jobId);
        for (var waited = TimeSpan.Zero; waited < ReceiptPatience && !File.Exists(path); waited += ReceiptPoll)
            await Task.Delay(ReceiptPoll, cancel).ConfigureAwait(false);
    }

    private JobView Head(Views.JobView job)
    {
        var path = EffectRunner.ReceiptPath(facts.Receipts, job.JobId);
        return JobViews.Head(job, job.State == Views.JobState.Accepted && File.Exists(path) ? path : "", clock.Now.WallMs);
    }

    private JobView Whole(Views.JobView job) => Head(job).WithDetails(job, null, facts.Incarnation);
}
