// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Net.Shaping;

/// <summary>A link of a certain rate: what comes while it is busy waits for its turn, first in first out. Safe for all threads.</summary>
/// <param name="bits">Bits per second, at least 1.</param>
internal sealed class RateMeter(long bits)
{
    private readonly Lock _gate = new();
    private TimeSpan _free;

    /// <summary>When the last of some bytes has gone over it.</summary>
    /// <param name="now">When they come; time does not run backwards.</param>
    /// <param name="bytes">How many.</param>
    public TimeSpan Pass(TimeSpan now, int bytes)
    {
        lock (_gate)
        {
            var begin = now > _free ? now : _free;
            return _free = begin + new TimeSpan(bytes * 8L * TimeSpan.TicksPerSecond / bits);
        }
    }
}
