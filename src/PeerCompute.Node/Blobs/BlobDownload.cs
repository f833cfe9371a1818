// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Time;
using PeerCompute.Core.Blobs;
using PeerCompute.Net;
using PeerCompute.Net.Requests;
using PeerCompute.Wire.Blobs;
using PeerCompute.Wire.Common;

namespace PeerCompute.Node.Blobs;

/// <summary>One blob on its way into the store: carries out what a <see cref="FetchPlan"/> orders, and tells it what came.</summary>
internal sealed class BlobDownload(
    Host host, Dialer dialer, BlobStore store, Liars liars, TimeProvider time, FetchLimits limits, BlobRef blob, ReadOnlyMemory<byte> token)
{
    private readonly Lock _gate = new();
    private readonly FetchPlan _plan = new(BlobManifest.ChunksFor(blob.Size), !store.HasPart(blob.Root), limits, Now(time));
    private readonly List<Contact> _holders = [];
    private readonly Dictionary<PeerId, HolderStream> _streams = [];
    private readonly List<Task> _running = [];
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stop = new();
    private PartialBlob? _partial;
    private PeerComputeException? _last;
    private int _lied;
    private int _out;

    /// <summary>Fetches the blob.</summary>
    /// <param name="holders">Who has it, as far as is known.</param>
    /// <param name="cancel">Ends it; what came is kept.</param>
    /// <returns>Who has it, as far as is known now.</returns>
    /// <exception cref="PeerComputeException">It could not be fetched; says why.</exception>
    public async Task<List<Contact>> RunAsync(IEnumerable<Contact> holders, CancellationToken cancel)
    {
        using var cancelled = cancel.UnsafeRegister(_ => _end.TrySetCanceled(cancel), null);
        foreach (var holder in holders) Know(holder);
        Turn(static _ => { });
        try
        {
            while (!_end.Task.IsCompleted)
            {
                TimeSpan wait;
                lock (_gate) wait = _plan.NextWake() - Now(time);
                using var timer = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
                await Task.WhenAny(_end.Task, Task.Delay(wait < TimeSpan.Zero ? TimeSpan.Zero : wait, time, timer.Token)).ConfigureAwait(false);
                await timer.CancelAsync().ConfigureAwait(false);
                Turn(static _ => { });
            }

            await _end.Task.ConfigureAwait(false);
        }
        finally
        {
            await _stop.CancelAsync().ConfigureAwait(false);
            Task[] running;
            lock (_gate) running = [.. _running];
            await Task.WhenAll(running).ConfigureAwait(false);
            if (!_end.Task.IsCompletedSuccessfully) _partial?.Dispose();
            _stop.Dispose();
        }

        await store.FinishAsync(_partial!, blob.Root).ConfigureAwait(false);
        return _holders;
    }

    /// <summary>What is sent for some chunks; asks for the manifest as long as it is not here.</summary>
    public BlobRequest Request(int first, int count) => new(blob.Root, (uint)first, (uint)count, Volatile.Read(ref _partial) is null, token);

    /// <summary>Encrypted bytes of a chunk.</summary>
    public int LengthOf(int chunk) => BlobLayout.SealedLength(blob.Size, chunk);

    /// <summary>An answer came: holders that it names, and the manifest where it was asked for.</summary>
    /// <exception cref="WireException">The manifest is another blob's.</exception>
    /// <exception cref="PeerComputeException">There is no room for the blob, or the disk fails.</exception>
    public void Answered(HolderStream from, BlobAnswer answer)
    {
        var manifest = answer.Manifest;
        if (manifest is not null && (manifest.Root() != blob.Root || manifest.Size != blob.Size))
            throw new WireException("manifest", "is that of another blob");
        lock (_gate)
        {
            if (!IsCurrent(from)) return;
            foreach (var holder in answer.Holders) Know(holder);
            if (manifest is null || _partial is not null) return;
            _partial = store.Resume(blob.Root, manifest);
        }

        Turn(now => _plan.ManifestCame(_partial.Has, now));
    }

    /// <summary>A chunk came.</summary>
    /// <exception cref="WireException">It is not what the manifest promises.</exception>
    public void Came(HolderStream from, int chunk, ReadOnlySpan<byte> bytes)
    {
        if (_partial is not { } partial) throw new WireException("answer", "holds no manifest");
        if (!partial.Add(chunk, bytes)) throw new WireException($"chunk {chunk}", "has another hash than the manifest says");
        Turn(now => _plan.ChunkCame(from.Peer, chunk, now));
    }

    /// <summary>A stream ended.</summary>
    /// <param name="from">Which.</param>
    /// <param name="failure">Why; null where it was told to.</param>
    public void Ended(HolderStream from, Exception? failure)
    {
        lock (_gate)
        {
            // Whom the plan told to stop, it knows of.
            if (!IsCurrent(from)) return;
            _streams.Remove(from.Peer);
            Failed(from.Peer, failure);
        }
    }

    private void Failed(PeerId peer, Exception? failure)
    {
        switch (failure)
        {
            case null:
                break;
            case WireException e:
                liars.Add(peer);
                _lied++;
                _last = new PeerComputeException(ErrorCode.NotAuthentic, $"blob {blob.Root.Short()}: {peer.Short()} sent what is no answer ({e.Message}).", e);
                Exclude(peer);
                break;
            case PeerComputeException { Code: ErrorCode.Unavailable } e:
                if (_last is not { Code: ErrorCode.NotAuthentic })
                    _last = new PeerComputeException(e.Code, $"blob {blob.Root.Short()} cannot be fetched from {peer.Short()}: {e.Message}", e);
                Turn(now => _plan.Ended(peer, now));
                break;
            case PeerComputeException { Code: ErrorCode.Refused } e:
                _last = e;
                Exclude(peer);
                break;
            default:
                _end.TrySetException(failure);
                break;
        }
    }

    private static Instant Now(TimeProvider time) => new((long)(time.GetTimestamp() * (1e6 / time.TimestampFrequency)));

    private bool IsCurrent(HolderStream stream) => _streams.TryGetValue(stream.Peer, out var current) && current == stream;

    private void Exclude(PeerId peer)
    {
        _out++;
        Turn(now => _plan.Exclude(peer, now));
    }

    private void Know(Contact holder)
    {
        lock (_gate)
        {
            if (holder.Peer == host.PeerId || _holders.Exists(known => known.Peer == holder.Peer)) return;
            _holders.Add(holder);
            _plan.Know(holder.Peer);
            if (!liars.Has(holder.Peer)) return;
            (_out, _lied) = (_out + 1, _lied + 1);
            _last ??= new PeerComputeException(ErrorCode.NotAuthentic, $"blob {blob.Root.Short()}: {holder.Peer.Short()} sent what is no answer before.");
            _plan.Exclude(holder.Peer, Now(time));
        }
    }

    /// <summary>Tells the plan what happened and carries out what it orders.</summary>
    private void Turn(Action<Instant> happened)
    {
        lock (_gate)
        {
            var now = Now(time);
            happened(now);
            if (_stop.IsCancellationRequested || _end.Task.IsCompleted) return;
            var orders = new List<FetchOrder>();
            _plan.Advance(now, orders);
            foreach (var order in orders) Do(order);
            if (_plan.IsDone) _end.TrySetResult();
            else if (_plan.IsDeserted || _plan.IsTired) _end.TrySetException(Failure());
        }
    }

    private void Do(FetchOrder order)
    {
        switch (order.Step)
        {
            case FetchStep.Begin:
                var contact = _holders.Find(holder => holder.Peer == order.Holder)!;
                var stream = new HolderStream(this, host, dialer, contact);
                _streams[order.Holder] = stream;
                _running.RemoveAll(static task => task.IsCompleted);
                _running.Add(Task.Run(() => stream.RunAsync(_stop.Token)));
                break;
            case FetchStep.Ask:
                _streams[order.Holder].Ask(order.First, order.Count);
                break;
            default:
                _streams.Remove(order.Holder, out var slow);
                _last ??= new PeerComputeException(ErrorCode.Unavailable, $"blob {blob.Root.Short()}: {order.Holder.Short()} was silent or slow.");
                slow!.Stop();
                break;
        }
    }

    private PeerComputeException Failure()
    {
        var last = _last ?? new PeerComputeException(ErrorCode.Unavailable, $"nobody has blob {blob.Root.Short()}.");
        // A lie counts as the blob's own fault only where everybody lies.
        var everybody = _plan.IsDeserted && _lied == _out;
        return last.Code != ErrorCode.NotAuthentic || everybody ? last : new PeerComputeException(ErrorCode.Unavailable, last.Message, last);
    }
}
