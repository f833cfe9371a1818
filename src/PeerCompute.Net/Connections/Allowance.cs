// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Time;

namespace PeerCompute.Net.Connections;

/// <summary>So many at once, then one per span. Safe for all threads.</summary>
internal sealed class Allowance(int burst, TimeSpan each)
{
    private readonly Lock _gate = new();
    private Instant _spent;

    /// <summary>Takes one if there is one.</summary>
    public bool TryTake(Instant now)
    {
        lock (_gate)
        {
            var next = (_spent > now ? _spent : now) + each;
            if (next - now > each * burst) return false;
            _spent = next;
            return true;
        }
    }
}
