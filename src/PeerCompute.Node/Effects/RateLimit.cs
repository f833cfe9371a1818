// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Identity;

namespace PeerCompute.Node.Effects;

/// <summary>Messages of one peer per second (token bucket), and how often it broke the rules.</summary>
/// <param name="time">The monotonic clock.</param>
internal sealed class RateLimit(TimeProvider time)
{
    /// <summary>Messages of one peer per second in the long run: ten thousand short leases a minute need fewer.</summary>
    public const double PerSecond = 500;

    /// <summary>Messages of one peer at once.</summary>
    public const double Burst = 1000;

    /// <summary>Broken messages of one connection until it is ended.</summary>
    public const int OffencesMost = 10;

    private readonly Lock _gate = new();
    private readonly Dictionary<PeerId, (double Tokens, long At, int Offences)> _peers = [];

    /// <summary>Counts a message.</summary>
    /// <returns>How long it has to wait; zero within the rate.</returns>
    public TimeSpan Take(PeerId peer)
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            var (tokens, at, offences) = _peers.GetValueOrDefault(peer, (Burst, now, 0));
            tokens = Math.Min(Burst, tokens + (time.GetElapsedTime(at, now).TotalSeconds * PerSecond)) - 1;
            _peers[peer] = (tokens, now, offences);
            return tokens >= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(-tokens / PerSecond);
        }
    }

    /// <summary>Counts a broken message.</summary>
    /// <returns>True when the peer should go.</returns>
    public bool Offend(PeerId peer)
    {
        lock (_gate)
        {
            var (tokens, at, offences) = _peers.GetValueOrDefault(peer, (Burst, time.GetTimestamp(), 0));
            _peers[peer] = (tokens, at, offences + 1);
            return offences + 1 >= OffencesMost;
        }
    }

    /// <summary>Forgets a peer that is gone.</summary>
    public void Forget(PeerId peer)
    {
        lock (_gate) _peers.Remove(peer);
    }
}
