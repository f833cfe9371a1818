// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Checks;
using PeerCompute.Base.Errors;
using PeerCompute.Core.Effects;
using PeerCompute.Core.Events;
using PeerCompute.Core.Runs;
using PeerCompute.Node.Blobs;
using PeerCompute.Node.Homes;
using PeerCompute.Node.Images;
using PeerCompute.Node.Mesh;
using PeerCompute.Node.Networks;
using PeerCompute.Node.Runs;
using PeerCompute.Wire.Blobs;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Node.Effects;

/// <summary>The hands of the node: each effect of the machine on its way into the world.</summary>
/// <param name="outbox">Sends messages.</param>
/// <param name="peers">Dials.</param>
/// <param name="fetcher">Fetches blobs.</param>
/// <param name="director">Runs tasks.</param>
/// <param name="comparer">Compares outputs.</param>
/// <param name="mesh">Gossip, DHT, adverts.</param>
/// <param name="store">Where outputs are read for faults.</param>
/// <param name="gate">Whom blobs are served, and which stay.</param>
/// <param name="keeper">Frees what nobody needs.</param>
/// <param name="receipts">Folder of receipts.</param>
/// <param name="post">Takes events back; void when the token is cancelled.</param>
/// <param name="log">Lines for the operator.</param>
/// <param name="crash">Told about a bug of ours.</param>
internal sealed class EffectRunner(
    Outbox outbox,
    PeerWatch peers,
    BlobFetcher fetcher,
    IRunDirector director,
    OutputComparer comparer,
    MeshShell mesh,
    BlobStore store,
    BlobGate gate,
    BlobKeeper keeper,
    string receipts,
    Func<NodeEvent, CancellationToken, ValueTask> post,
    Action<string> log,
    Action<Exception> crash) : IEffects
{
    private static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly HashSet<Task> _tasks = [];

    /// <summary>Whether peers on the local network are looked for.</summary>
    public bool Lan { get; init; }

    /// <summary>Keeps images for jobs and leases, and gives them away.</summary>
    public required ImageShares Images { get; init; }

    /// <summary>Looks at images that offers need.</summary>
    public required Func<SeekImage, CancellationToken, Task> Seek { get; init; }

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
                return Begin(() => peers.ReachAsync(reach.Peer, reach.Address));
            case FetchBlobs fetch:
                return Begin(() => FetchAsync(fetch, stop));
            case StartRun run:
                return Begin(() => director.RunAsync(run, e => post(e, stop), stop));
            case EaseRun ease:
                director.Ease(ease);
                return Task.CompletedTask;
            case CompareOutputs compare:
                return Begin(async () => await post(await comparer.RunAsync(compare, stop).ConfigureAwait(false), stop).ConfigureAwait(false));
            case ShareBlobs share:
                gate.Share(share.Scope, share.Issuer, share.Roots, share.Holders);
                return Task.CompletedTask;
            case WithholdBlobs withhold:
                gate.Withhold(withhold.Scope);
                return Task.CompletedTask;
            case PinBlobs pin:
                gate.Pin(pin.Owner, pin.Roots);
                return Task.CompletedTask;
            case UnpinBlobs unpin:
                gate.Unpin(unpin.Owner);
                return Task.CompletedTask;
            case DropBlobs drop:
                keeper.Drop(drop.Roots);
                return Task.CompletedTask;
            case SweepBlobs:
                keeper.Sweep();
                return Task.CompletedTask;
            case HoldImage hold:
                Images.Hold(hold);
                return Task.CompletedTask;
            case ReleaseImage release:
                Images.Release(release.Scope);
                return Task.CompletedTask;
            case SeekImage seek:
                return Begin(() => Seek(seek, stop));
            case IssueReceipt issue:
                return Begin(() => Issue(issue));
            case Note note:
                log(note.Text);
                return Task.CompletedTask;
            case NobodyAnswered nobody:
                var tried = nobody.Tried.Select(t => (string.Join(", ", t.Peer.Addresses.Select(a => a.WithPeer(t.Peer.Peer))), t.Reason));
                log(BootstrapReport.Text(nobody.Network, [.. tried], Lan));
                return Task.CompletedTask;
            default:
                return mesh.Do(effect) is { } work ? Begin(work) : Task.CompletedTask;
        }
    }

    /// <summary>Waits for runs and fetches that were told to stop, ten seconds at most.</summary>
    public async Task DrainAsync()
    {
        Task[] left;
        lock (_gate) left = [.. _tasks];
        await Task.WhenAny(Task.WhenAll(left), Task.Delay(DrainTimeout)).ConfigureAwait(false);
    }

    private Task Begin(Func<Task> work)
    {
        var task = Task.Run(() => GuardedAsync(work));
        lock (_gate) _tasks.Add(task);
        _ = task.ContinueWith(done => { lock (_gate) _tasks.Remove(done); }, TaskScheduler.Default);
        return task;
    }

    private async Task FetchAsync(FetchBlobs fetch, CancellationToken stop)
    {
        var result = await fetcher.FetchAsync(fetch.From, fetch.Blobs, fetch.Token.Envelope.Bytes, stop).ConfigureAwait(false);
        NodeEvent e = result.Ok ? await FetchedAsync(fetch, stop).ConfigureAwait(false) : new BlobsFailed(fetch.Fetch, result.Bad, result.Reason);
        await post(e, stop).ConfigureAwait(false);
    }

    /// <summary>Opens outputs once, and reads them for what the program did wrong where that is asked for. Inputs are opened when they are run on.</summary>
    private async Task<NodeEvent> FetchedAsync(FetchBlobs fetch, CancellationToken stop)
    {
        if (fetch.Token.Token.Scope == BlobScope.Inputs) return new BlobsFetched(fetch.Fetch);
        var faults = ImmutableArray.CreateBuilder<TaskFault>();
        try
        {
            for (var i = 0; i < fetch.Blobs.Length; i++)
            {
                using var plain = fetch.FaultsFrom is null ? Stream.Null : new MemoryStream();
                await store.OpenAsync(fetch.Blobs[i], plain, stop).ConfigureAwait(false);
                if (fetch.FaultsFrom is not { } first) continue;
                var bundle = TaskBundle.Decode(((MemoryStream)plain).ToArray());
                if (!bundle.Succeeded) faults.Add(new TaskFault(first + (uint)i, bundle.FaultInWords));
            }
        }
        catch (WireException e)
        {
            return new BlobsFailed(fetch.Fetch, Bad: true, $"an output is no task's output: {e.Message}");
        }
        catch (PeerComputeException e)
        {
            return new BlobsFailed(fetch.Fetch, e.Code == ErrorCode.NotAuthentic, e.Message);
        }

        return new BlobsFetched(fetch.Fetch) { Faults = faults.ToImmutable() };
    }

    private Task Issue(IssueReceipt issue)
    {
        FaultPoint.Hit("effect.receipt.before");
        Disk.Replace(ReceiptPath(receipts, issue.JobId), issue.Receipt.Span);
        FaultPoint.Hit("effect.receipt.after");
        return Task.CompletedTask;
    }

    private async Task GuardedAsync(Func<Task> work)
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
        catch (Exception e)
        {
            crash(e);
        }
    }
}
