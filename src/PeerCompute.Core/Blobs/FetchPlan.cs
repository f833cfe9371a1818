// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Checks;
using PeerCompute.Base.Collections;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Time;

namespace PeerCompute.Core.Blobs;

/// <summary>
/// Which holder of a blob is asked for which chunks, and when: credit for each and for all, more for who is fast; chunks of who is silent, slow or gone
/// go to others; who lied is never asked again. A shell tells what came and carries the orders out (docs/protocol/blob.md).
/// </summary>
public sealed partial class FetchPlan
{
    /// <summary>A holder that is idle while another owes chunks is looked at again so soon.</summary>
    private static readonly TimeSpan LookAgain = new(TimeSpan.TicksPerMillisecond * 100);

    private readonly FetchLimits _limits;
    private readonly OrderedMap<PeerId, FetchHolder> _holders;
    private readonly ChunkMap _chunks;
    private readonly bool _blank;
    private bool _known;
    private Instant _progress;
    private Instant _now;

    /// <summary>A plan that knows no holder yet.</summary>
    /// <param name="chunks">Chunks of the blob, at least 1.</param>
    /// <param name="blank">True when none of them is here; false when the manifest has to say which are.</param>
    /// <param name="limits">Bounds.</param>
    /// <param name="now">The moment.</param>
    public FetchPlan(int chunks, bool blank, FetchLimits limits, Instant now)
    {
        (_limits, _blank, _progress, _now) = (limits, blank, now, now);
        _chunks = new ChunkMap(chunks);
        _holders = new OrderedMap<PeerId, FetchHolder>(limits.HoldersMost);
    }

    /// <summary>Whether every chunk is here.</summary>
    public bool IsDone => _known && _chunks.Left == 0;

    /// <summary>Whether nobody is left to ask.</summary>
    public bool IsDeserted
    {
        get
        {
            foreach (var holder in _holders.Values)
            {
                if (holder.State != HolderState.Out) return false;
            }

            return true;
        }
    }

    /// <summary>Whether no chunk came for so long that the fetch is given up.</summary>
    public bool IsTired => Asked() == 0 && _now >= _progress + _limits.Patience;

    /// <summary>Chunks outstanding with all holders.</summary>
    public int Outstanding
    {
        get
        {
            var sum = 0;
            foreach (var holder in _holders.Values) sum += holder.Owes.Count;
            return sum;
        }
    }

    /// <summary>Names a holder; one that is known, or too many, change nothing.</summary>
    /// <param name="peer">The holder.</param>
    public void Know(PeerId peer)
    {
        if (!_holders.IsFull && !_holders.ContainsKey(peer)) _holders[peer] = new FetchHolder(peer, _limits.FirstCredit, _limits.FirstRest);
    }

    /// <summary>The manifest came, and shows which chunks are here.</summary>
    /// <param name="here">Whether a chunk is here.</param>
    /// <param name="now">The moment.</param>
    public void ManifestCame(Func<int, bool> here, Instant now)
    {
        if (_known) return;
        (_known, _now, _progress) = (true, now, now);
        for (var chunk = 0; chunk < _chunks.Count; chunk++)
        {
            if (here(chunk)) _chunks.Keep(chunk);
        }

        foreach (var holder in _holders.Values) holder.Since = now;
    }

    /// <summary>A chunk came and is what the manifest promises.</summary>
    /// <param name="peer">From whom.</param>
    /// <param name="chunk">Its number.</param>
    /// <param name="now">The moment.</param>
    public void ChunkCame(PeerId peer, int chunk, Instant now)
    {
        (_now, _progress) = (now, now);
        _chunks.Keep(chunk);
        if (_holders.TryGetValue(peer, out var holder)) holder.Came(chunk, now, _limits);
    }

    /// <summary>A holder's stream broke, or it does not have the blob now: it rests.</summary>
    /// <param name="peer">Whose.</param>
    /// <param name="now">The moment.</param>
    public void Ended(PeerId peer, Instant now)
    {
        _now = now;
        if (_holders.TryGetValue(peer, out var holder) && holder.State == HolderState.Asked) Rest(holder);
    }

    /// <summary>A holder lied, or refuses for good: it is not asked again.</summary>
    /// <param name="peer">Who.</param>
    /// <param name="now">The moment.</param>
    public void Exclude(PeerId peer, Instant now)
    {
        _now = now;
        if (!_holders.TryGetValue(peer, out var holder)) return;
        TakeBack(holder);
        holder.State = HolderState.Out;
    }

    /// <summary>Decides what is to be done now: after everything that came, and at <see cref="NextWake"/>.</summary>
    /// <param name="now">The moment.</param>
    /// <param name="orders">Orders are added here, to be carried out in order.</param>
    public void Advance(Instant now, List<FetchOrder> orders)
    {
        _now = now;
        if (IsDone) return;
        StopSilent(orders);
        StopSlow(orders);
        BeginMore(orders);
        if (_known) Grant(orders);
    }

    /// <summary>When <see cref="Advance"/> has something to decide though nothing came.</summary>
    /// <returns>The moment; never before the last one.</returns>
    public Instant NextWake()
    {
        var wake = _progress + _limits.Patience;
        var (idle, owing) = (false, false);
        foreach (var holder in _holders.Values)
        {
            if (holder.State == HolderState.Resting) wake = Instant.Min(wake, holder.RestUntil);
            if (holder.State != HolderState.Asked) continue;
            if (Waits(holder)) wake = Instant.Min(wake, holder.Since + SilenceOf(holder));
            idle |= holder.Owes.Count == 0;
            owing |= holder.Owes.Count > 0;
        }

        if (idle && owing) wake = Instant.Min(wake, _now + LookAgain);
        return wake <= _now ? _now + LookAgain : wake;
    }

    private bool Waits(FetchHolder holder) => holder.Owes.Count > 0 || !_known;

    private TimeSpan SilenceOf(FetchHolder holder)
    {
        foreach (var other in _holders.Values)
        {
            if (other != holder && other.State != HolderState.Out) return _limits.Silence;
        }

        return _limits.SilenceAlone;
    }

    private int Asked()
    {
        var asked = 0;
        foreach (var holder in _holders.Values) asked += holder.State == HolderState.Asked ? 1 : 0;
        return asked;
    }

    private void Rest(FetchHolder holder)
    {
        TakeBack(holder);
        holder.State = HolderState.Resting;
        holder.RestUntil = _now + holder.Rest;
        var twice = holder.Rest + holder.Rest;
        holder.Rest = twice < _limits.LongestRest ? twice : _limits.LongestRest;
    }

    private void TakeBack(FetchHolder holder)
    {
        foreach (var chunk in holder.Acquit()) _chunks.Return(chunk);
    }

    private void Stop(FetchHolder holder, List<FetchOrder> orders)
    {
        orders.Add(new FetchOrder(FetchStep.Stop, holder.Peer));
        Rest(holder);
    }

    private FetchHolder? Fresh()
    {
        foreach (var holder in _holders.Values)
        {
            if (holder.State == HolderState.Idle) return holder;
        }

        return null;
    }

    private void BeginMore(List<FetchOrder> orders)
    {
        while (Asked() < (_known ? _limits.AskedMost : 1) && (!_known || _chunks.Unasked > FreeCredit()) && Next() is { } holder)
        {
            holder.Begin(_now, _limits);
            orders.Add(new FetchOrder(FetchStep.Begin, holder.Peer));
            if (!_known) Ask(holder, 0, _blank ? Math.Min(holder.Credit, _chunks.Count) : 0, orders);
        }
    }

    /// <summary>Who is begun next: who was not tried, then who has rested, then, where nobody else is asked, who was slow.</summary>
    private FetchHolder? Next()
    {
        if (Fresh() is { } fresh) return fresh;
        FetchHolder? slow = null;
        foreach (var holder in _holders.Values)
        {
            if (holder.State != HolderState.Resting || holder.RestUntil > _now) continue;
            if (!holder.IsSlow) return holder;
            slow ??= holder;
        }

        return Asked() == 0 ? slow : null;
    }

    private int FreeCredit()
    {
        var free = 0;
        foreach (var holder in _holders.Values)
        {
            if (holder.State == HolderState.Asked) free += Math.Max(0, holder.Credit - holder.Owes.Count);
        }

        return free;
    }

    /// <summary>Asks every holder for as much as its credit allows, once half of it is free: fewer, longer requests.</summary>
    private void Grant(List<FetchOrder> orders)
    {
        var left = _limits.CreditInAll - Outstanding;
        foreach (var holder in _holders.Values)
        {
            if (holder.State != HolderState.Asked) continue;
            var free = Math.Min(holder.Credit - holder.Owes.Count, left);
            if (free <= 0 || (holder.Owes.Count > 0 && free < holder.Credit / 2)) continue;
            left -= free;
            while (free > 0 && _chunks.NextRun(free) is { Count: > 0 } run)
            {
                Ask(holder, run.First, run.Count, orders);
                free -= run.Count;
            }
        }
    }

    private void Ask(FetchHolder holder, int first, int count, List<FetchOrder> orders)
    {
        Invariant.Check(count > 0 || !_known);
        if (holder.Owes.Count == 0) holder.Since = _now;
        for (var chunk = first; chunk < first + count; chunk++)
        {
            _chunks.Ask(chunk);
            holder.Owes.Add(chunk);
        }

        orders.Add(new FetchOrder(FetchStep.Ask, holder.Peer, first, count));
    }
}
