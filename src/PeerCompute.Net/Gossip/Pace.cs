// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Time;

namespace PeerCompute.Net.Gossip;

/// <summary>An average rate with bursts. One caller at a time.</summary>
/// <param name="perSecond">The rate.</param>
/// <param name="burst">How long it may be exceeded without a pause.</param>
internal sealed class Pace(int perSecond, TimeSpan burst)
{
    private Instant _spent;

    /// <summary>Spends so many.</summary>
    /// <returns>How long to pause, zero within the burst.</returns>
    public TimeSpan Spend(long amount, Instant now)
    {
        _spent = (_spent > now ? _spent : now) + TimeSpan.FromMicroseconds(amount * 1_000_000 / perSecond);
        var ahead = _spent - now;
        return ahead > burst ? ahead - burst : TimeSpan.Zero;
    }
}
