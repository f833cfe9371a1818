// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using PeerCompute.Base.Checks;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Time;
using PeerCompute.Core;
using PeerCompute.Core.Effects;
using PeerCompute.Core.Events;
using PeerCompute.Core.Journal;
using PeerCompute.Core.Runs;
using PeerCompute.Core.Views;
using PeerCompute.Node.Effects;
using PeerCompute.Node.Journals;

namespace PeerCompute.Node.Loops;

/// <summary>
/// The single writer: one task feeds the machine, one event at a time. Free effects happen at once; a binding one leaves when every
/// entry kept before it is durable, in order. The loop itself never waits for the disk, but takes no new event while too many entries wait.
/// </summary>
internal sealed class NodeLoop : IAsyncDisposable
{
    /// <summary>Events that may wait; who posts another waits.</summary>
    public const int EventsMost = 4096;

    /// <summary>Shortest time between two views of one job for its watchers.</summary>
    private static readonly TimeSpan BetweenViews = TimeSpan.FromMilliseconds(50);

    /// <summary>The time that views take is at most one part in so many of all.</summary>
    private const int ViewsShare = 10;

    private readonly INodeMachine _machine;
    private readonly IJournal _journal;
    private readonly NodeClock _clock;
    private readonly Action<string> _log;
    private readonly Channel<Item> _items = Channel.CreateBounded<Item>(new BoundedChannelOptions(EventsMost) { SingleReader = true });
    private readonly ConcurrentDictionary<(RunKey Run, bool Fetch), CancellationTokenSource> _runs = new();
    private readonly Held _held = new();
    private readonly SemaphoreSlim _progress = new(0);
    private readonly TaskCompletionSource<PeerComputeException?> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stop = new();
    private readonly List<NodeEffect> _emitted = [];
    private IEffects _effects = null!;
    private Instant _nextViews;
    private Task _running = Task.CompletedTask;

    /// <summary>A loop; <see cref="Start"/> begins it.</summary>
    public NodeLoop(INodeMachine machine, IJournal journal, NodeClock clock, Action<string> log)
    {
        (_machine, _journal, _clock, _log) = (machine, journal, clock, log);
    }

    /// <summary>Ends when the loop does: null after a stop, else why it cannot go on.</summary>
    public Task<PeerComputeException?> Completion => _end.Task;

    /// <summary>Who follows which job.</summary>
    public JobWatchers Watchers { get; } = new();

    /// <summary>Begins a life.</summary>
    /// <param name="started">Its first event.</param>
    /// <param name="effects">Does what the machine wants done.</param>
    public void Start(NodeStarted started, IEffects effects)
    {
        _effects = effects;
        _journal.Start(Durable, failure => Fail(failure));
        _held.Durable(_journal.Last);
        _running = Task.Run(() => RunAsync(started));
    }

    /// <summary>Hands in an event; waits while too many wait.</summary>
    /// <param name="e">The event.</param>
    /// <param name="cancel">Ends the wait, and makes the event void if it still waits when this is cancelled.</param>
    /// <returns>When it is in the queue; at once when the loop has ended.</returns>
    public async ValueTask PostAsync(NodeEvent e, CancellationToken cancel = default)
    {
        try
        {
            await _items.Writer.WriteAsync(new Item(e, null, cancel), cancel).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            // The node stops; whoever posts has nothing more to tell it.
        }
    }

    /// <summary>Hands in an event and waits until it is handled and all that it kept is durable.</summary>
    /// <exception cref="PeerComputeException">The node stops.</exception>
    public async Task SettleAsync(NodeEvent e, CancellationToken cancel = default)
    {
        var settled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await WriteAsync(new Item(e, _ => _held.Add(_journal.Last, () => settled.TrySetResult()), cancel)).ConfigureAwait(false);
        await Task.WhenAny(settled.Task, Completion).WaitAsync(cancel).ConfigureAwait(false);
        if (!settled.Task.IsCompletedSuccessfully) throw Stopping();
    }

    /// <summary>Reads something of the machine, between two events.</summary>
    /// <exception cref="PeerComputeException">The node stops.</exception>
    public async Task<T> AskAsync<T>(Func<INodeMachine, T> question, CancellationToken cancel = default)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        await WriteAsync(new Item(null, machine => answer.TrySetResult(question(machine)), cancel)).ConfigureAwait(false);
        await Task.WhenAny(answer.Task, Completion).WaitAsync(cancel).ConfigureAwait(false);
        return answer.Task.IsCompletedSuccessfully ? await answer.Task.ConfigureAwait(false) : throw Stopping();
    }

    /// <summary>Follows a job: its view now, then each change, until it has ended.</summary>
    /// <exception cref="PeerComputeException">No such job, too many readers, or the node stops.</exception>
    public async IAsyncEnumerable<JobView> WatchAsync(Hash32 jobId, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        var channel = Watchers.Enter(jobId);
        try
        {
            var view = await AskAsync(machine => machine.Job(jobId), cancel).ConfigureAwait(false)
                ?? throw new PeerComputeException(ErrorCode.NotFound, $"there is no job {jobId} on this node.");
            yield return view;
            while (!view.Ended && await channel.Reader.WaitToReadAsync(cancel).ConfigureAwait(false))
            {
                while (channel.Reader.TryRead(out var next)) yield return view = next;
            }

            if (!view.Ended) throw Stopping();
        }
        finally
        {
            Watchers.Leave(jobId, channel);
        }
    }

    /// <summary>Ends the loop; what was handed in before is handled, what it kept becomes durable when the journal is closed.</summary>
    public async ValueTask DisposeAsync()
    {
        _items.Writer.TryComplete();
        await _running.ConfigureAwait(false);
        foreach (var run in _runs.Values) await run.CancelAsync().ConfigureAwait(false);
        Watchers.Close();
        _end.TrySetResult(null);
    }

    private static PeerComputeException Stopping() => new(ErrorCode.Unavailable, "the node is stopping.");

    private async Task WriteAsync(Item item)
    {
        try
        {
            await _items.Writer.WriteAsync(item, item.Void).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            throw Stopping();
        }
    }

    private void Durable(long entry)
    {
        _held.Durable(entry);
        if (_progress.CurrentCount == 0) _progress.Release();
    }

    /// <summary>Ends the node because of a bug of ours outside the machine.</summary>
    public void Crash(Exception e)
        => Fail(new PeerComputeException(ErrorCode.Internal, $"the node met a bug of its own and stops; nothing that it promised is lost: {e}", e));

    private void Fail(PeerComputeException failure)
    {
        if (!_end.TrySetResult(failure)) return;
        _log(failure.Message);
        _items.Writer.TryComplete();
        _stop.Cancel();
    }

    private async Task RunAsync(NodeStarted started)
    {
        try
        {
            Handle(started);
            await using var timer = _clock.Provider.CreateTimer(_ => _items.Writer.TryWrite(Item.Wake), null, Timeout.InfiniteTimeSpan,
                Timeout.InfiniteTimeSpan);
            while (true)
            {
                while (_journal.Pending >= Journal.PendingMost / 2) await _progress.WaitAsync(_stop.Token).ConfigureAwait(false);
                if (!_items.Reader.TryRead(out var item))
                {
                    Rest(timer);
                    if (!await _items.Reader.WaitToReadAsync(_stop.Token).ConfigureAwait(false)) return;
                    continue;
                }

                Take(item);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Failed elsewhere, and said so.
        }
        catch (Exception e)
        {
            Crash(e);
        }
    }

    private void Take(Item item)
    {
        if (item.Void.IsCancellationRequested) return;
        if (item.Event is { } e) Handle(e);
        else if (item.Then is null && _machine.NextWake <= _clock.Mono) Handle(new Tick());
        item.Then?.Invoke(_machine);
        if (Watchers.AnyChanged && _clock.Mono >= _nextViews) PublishViews();
    }

    /// <summary>Sets the timer before waiting for the next event.</summary>
    private void Rest(ITimer timer)
    {
        var now = _clock.Mono;
        if (Watchers.AnyChanged && now >= _nextViews) PublishViews();
        var wake = Watchers.AnyChanged ? Instant.Min(_machine.NextWake, _nextViews) : _machine.NextWake;
        if (wake == Instant.Never) return;
        var span = wake <= now ? TimeSpan.Zero : wake - now;
        timer.Change(span < TimeSpan.FromDays(1) ? span + TimeSpan.FromMilliseconds(1) : TimeSpan.FromDays(1), Timeout.InfiniteTimeSpan);
    }

    private void PublishViews()
    {
        var begin = _clock.Mono;
        Watchers.Publish(_machine.Job);
        var cost = _clock.Mono - begin; // of a job of many tasks: strangers who make it change must not keep the loop busy with views
        _nextViews = begin + (cost * ViewsShare > BetweenViews ? cost * ViewsShare : BetweenViews);
    }

    private void Handle(NodeEvent e)
    {
        _emitted.Clear();
        _machine.Handle(e, _clock.Now, _emitted);
        foreach (var effect in _emitted) Dispatch(effect);
    }

    private void Dispatch(NodeEffect effect)
    {
        switch (effect)
        {
            case Keep keep:
                _journal.Append(JournalCodec.Encode(keep.Entry));
                break;
            case JobChanged changed:
                Watchers.Changed(changed.JobId);
                break;
            case StopRun stop:
                Stop((stop.Run, true));
                Stop((stop.Run, false));
                break;
            case FetchBlobs fetch:
                Begin((fetch.Fetch, true), fetch);
                break;
            case StartRun run:
                Begin((run.Run, false), run);
                break;
            case CompareOutputs compare:
                Begin((compare.Run, false), compare);
                break;
            case { Binding: true }:
                _held.Add(_journal.Last, () => Release(effect, CancellationToken.None));
                break;
            default:
                _effects.Run(effect, CancellationToken.None);
                break;
        }
    }

    private Task Release(NodeEffect effect, CancellationToken stop)
    {
        FaultPoint.Hit("loop.effect.before");
        var done = _effects.Run(effect, stop);
        FaultPoint.Hit("loop.effect.after");
        return done;
    }

    /// <summary>Runs and fetches can be stopped from the moment they are wanted, also while they wait for the journal.</summary>
    private void Begin((RunKey Run, bool Fetch) key, NodeEffect effect)
    {
        var source = new CancellationTokenSource();
        _runs[key] = source;
        if (effect.Binding) _held.Add(_journal.Last, () => _ = RunAsync());
        else _ = RunAsync();

        async Task RunAsync()
        {
            if (!source.IsCancellationRequested) await Release(effect, source.Token).ConfigureAwait(false);
            _runs.TryRemove(new KeyValuePair<(RunKey, bool), CancellationTokenSource>(key, source));
        }
    }

    private void Stop((RunKey Run, bool Fetch) key)
    {
        if (_runs.TryRemove(key, out var source)) _ = source.CancelAsync();
    }

    /// <summary>What waits for its turn: an event, a question, or both.</summary>
    private sealed record Item(NodeEvent? Event, Action<INodeMachine>? Then, CancellationToken Void)
    {
        public static Item Wake { get; } = new(null, null, CancellationToken.None);
    }
}
