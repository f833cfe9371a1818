// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Checks;
using PeerCompute.Base.Errors;
using PeerCompute.Core.Effects;
using PeerCompute.Core.Events;
using PeerCompute.Node.Blobs;
using PeerCompute.Node.Homes;
using PeerCompute.Node.Runs;

namespace PeerCompute.Node.Effects;

/// <summary>The hands of the node: each effect of the machine on its way into the world.</summary>
/// <param name="outbox">Sends messages.</param>
/// <param name="peers">Dials.</param>
/// <param name="fetcher">Fetches blobs.</param>
/// <param name="director">Runs tasks.</param>
/// <param name="receipts">Folder of receipts.</param>
/// <param name="post">Takes events back; void when the token is cancelled.</param>
/// <param name="log">Lines for the operator.</param>
internal sealed class EffectRunner(
    Outbox outbox,
    PeerWatch peers,
    BlobFetcher fetcher,
    IRunDirector director,
    string receipts,
    Func<NodeEvent, CancellationToken, ValueTask> post,
    Action<string> log) : IEffects
{
    /// <summary>Path of a job's receipt.</summary>
    public static string ReceiptPath(string receipts, Base.Crypto.Hash32 jobId) => Path.Combine(receipts, jobId + ".receipt");

    /// <inheritdoc/>
    public Task Run(NodeEffect effect, CancellationToken stop)
    {
        switch (effect)
        {
            case Say say:
                outbox.Send(say.To, say.Message);
                return Task.CompletedTask;
            case Reach reach:
                return Task.Run(() => peers.ReachAsync(reach.Peer, reach.Address), CancellationToken.None);
            case FetchBlobs fetch:
                return Task.Run(() => Guarded(() => FetchAsync(fetch, stop)), CancellationToken.None);
            case StartRun run:
                return Task.Run(() => Guarded(() => director.RunAsync(run, e => post(e, stop), stop)), CancellationToken.None);
            case IssueReceipt issue:
                return Task.Run(() => Guarded(() => Issue(issue)), CancellationToken.None);
            case Note note:
                log(note.Text);
                return Task.CompletedTask;
            default:
                throw Invariant.Unreachable($"{effect.GetType().Name} is no effect of a shell");
        }
    }

    private async Task FetchAsync(FetchBlobs fetch, CancellationToken stop)
    {
        var result = await fetcher.FetchAsync(fetch.From, fetch.Blobs, stop).ConfigureAwait(false);
        NodeEvent e = result.Ok ? new BlobsFetched(fetch.Fetch) : new BlobsFailed(fetch.Fetch, result.Bad, result.Reason);
        await post(e, stop).ConfigureAwait(false);
    }

    private Task Issue(IssueReceipt issue)
    {
        FaultPoint.Hit("effect.receipt.before");
        Disk.Replace(ReceiptPath(receipts, issue.JobId), issue.Receipt.Span);
        FaultPoint.Hit("effect.receipt.after");
        return Task.CompletedTask;
    }

    private async Task Guarded(Func<Task> work)
    {
        try
        {
            await work().ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Stopped; nobody waits for more.
        }
        catch (PeerComputeException e)
        {
            log(e.Message);
        }
    }
}
