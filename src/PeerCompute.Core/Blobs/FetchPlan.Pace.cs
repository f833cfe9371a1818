// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Core.Blobs;

/// <content>Who is silent or too slow, and gives way.</content>
public sealed partial class FetchPlan
{
    /// <summary>What the slowest still needs is taken from it when that is longer than this, microseconds: a hiccup is not worth a new request.</summary>
    private const long WorthMicros = 250_000;

    private void StopSilent(List<FetchOrder> orders)
    {
        foreach (var holder in _holders.Values)
        {
            if (holder.State == HolderState.Asked && Waits(holder) && _now >= holder.Since + SilenceOf(holder)) Stop(holder, orders);
        }
    }

    /// <summary>
    /// The slowest gives way where the fastest has nothing to do and would be done sooner even if it began anew, or where somebody waits who
    /// was not tried yet.
    /// </summary>
    private void StopSlow(List<FetchOrder> orders)
    {
        if (!_known || Fastest() is not { } fastest || Slowest() is not { } slowest || slowest == fastest) return;
        var (pace, most) = (slowest.PaceAt(_now), _limits.SlowerMost * fastest.Micros);
        var ending = _chunks.Unasked == 0 && fastest.Owes.Count == 0 && pace > most && pace * slowest.Owes.Count > WorthMicros;
        var replaced = slowest.Chunks >= _limits.FirstCredit && slowest.Micros > most && Asked() == _limits.AskedMost && Fresh() is not null;
        if (!ending && !replaced) return;
        slowest.IsSlow = true;
        Stop(slowest, orders);
    }

    private FetchHolder? Fastest()
    {
        FetchHolder? best = null;
        foreach (var holder in _holders.Values)
        {
            if (holder.State == HolderState.Asked && holder.Chunks > 1 && (best is null || holder.Micros < best.Micros)) best = holder;
        }

        return best;
    }

    private FetchHolder? Slowest()
    {
        FetchHolder? worst = null;
        foreach (var holder in _holders.Values)
        {
            if (holder.State == HolderState.Asked && holder.Owes.Count > 0 && (worst is null || holder.PaceAt(_now) > worst.PaceAt(_now))) worst = holder;
        }

        return worst;
    }
}
