// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Core;
using PeerCompute.Core.Events;
using PeerCompute.Node.Homes;

namespace PeerCompute.Node.Lending;

/// <summary>
/// Keeps the machine told of what is lent: when the owner decides anew, and when hours or a pause begin or end. Looks at the clock at each full
/// minute and at the end of a pause, at the time zone as it is then.
/// </summary>
internal sealed class Lender : IAsyncDisposable
{
    /// <summary>What issuers read when the owner ends what runs.</summary>
    internal const string TakenBack = "its owner took the machine back";

    private readonly NodeHome _home;
    private readonly bool _able;
    private readonly TimeProvider _time;
    private readonly Func<NodeEvent, CancellationToken, Task> _settle;
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly CancellationTokenSource _stop = new();
    private CancellationTokenSource _changed = new();
    private LendTerms _told;
    private Task _watching = Task.CompletedTask;
    private volatile string _owner = "";

    /// <summary>A lender; <see cref="Start"/> begins to watch the clock.</summary>
    /// <param name="home">Holds the owner's decisions.</param>
    /// <param name="able">Whether the node can take work at all.</param>
    /// <param name="time">The clock on the wall.</param>
    /// <param name="settle">Hands an event to the machine and waits until it is handled.</param>
    public Lender(NodeHome home, bool able, TimeProvider time, Func<NodeEvent, CancellationToken, Task> settle)
    {
        (_home, _able, _time, _settle) = (home, able, time, settle);
        _told = Now();
    }

    /// <summary>What is lent, as the machine was told last.</summary>
    public LendTerms Terms => Volatile.Read(ref _told);

    /// <summary>What the owner decided.</summary>
    public HomeConfig Config => _home.Config;

    /// <summary>How the owner uses the machine now, for the owner alone; empty while nothing is seen.</summary>
    public string Owner => _owner;

    /// <summary>Begins to watch the clock.</summary>
    public void Start() => _watching = WatchAsync();

    /// <summary>The owner decides anew; kept in the home before the machine is told.</summary>
    /// <param name="change">The decision.</param>
    /// <param name="stopWork">Ends what runs for others.</param>
    /// <param name="cancel">Ends the wait; what is in the home stays.</param>
    public async Task DecideAsync(Func<HomeConfig, HomeConfig> change, bool stopWork, CancellationToken cancel)
    {
        await _gate.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            _home.Change(change);
            await TellAsync(cancel).ConfigureAwait(false);
            if (stopWork) await _settle(new StopWork(TakenBack), cancel).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }

        await Interlocked.Exchange(ref _changed, new CancellationTokenSource()).CancelAsync().ConfigureAwait(false);
    }

    /// <summary>The owner was seen to use the machine: what runs for others ends. Or is so no more.</summary>
    /// <param name="why">How, for the owner alone; empty: no more.</param>
    /// <param name="cancel">Ends the wait.</param>
    public async Task OwnerAsync(string why, CancellationToken cancel)
    {
        await _gate.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            _owner = why;
            await TellAsync(cancel).ConfigureAwait(false);
            if (why.Length > 0) await _settle(new StopWork(TakenBack), cancel).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _watching.ConfigureAwait(false);
    }

    private LendTerms Now()
    {
        TimeZoneInfo.ClearCachedData(); // the machine may have moved
        return LendJudge.Terms(_home.Config, _able, _time.GetLocalNow(), _owner.Length > 0);
    }

    private async Task TellAsync(CancellationToken cancel)
    {
        var terms = Now();
        if (terms == _told) return;
        await _settle(new LendChanged(terms), cancel).ConfigureAwait(false);
        Volatile.Write(ref _told, terms);
    }

    private async Task WatchAsync()
    {
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                using var wait = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token, Volatile.Read(ref _changed).Token);
                await Task.Delay(UntilNext(), _time, wait.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                await _gate.WaitAsync(_stop.Token).ConfigureAwait(false);
                try
                {
                    await TellAsync(_stop.Token).ConfigureAwait(false);
                }
                finally
                {
                    _gate.Release();
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or Base.Errors.PeerComputeException)
        {
            // The node stops.
        }
    }

    /// <summary>Time to the next full minute, or to the end of the pause where that comes first; a little behind it, never before.</summary>
    private TimeSpan UntilNext()
    {
        var now = _time.GetUtcNow();
        var next = TimeSpan.FromMinutes(1) - TimeSpan.FromTicks(now.Ticks % TimeSpan.TicksPerMinute);
        if (_home.Config.PausedUntil is { } end && end > now && end - now < next) next = end - now;
        return next + TimeSpan.FromMilliseconds(5);
    }
}
