// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using PeerCompute.Base.Chance;
using PeerCompute.Base.Checks;
using PeerCompute.Base.Time;

namespace PeerCompute.Libp2p.Ping;

/// <summary>One probe (libp2p/specs ping/ping.md): 32 bytes that nobody can guess have to come back.</summary>
public sealed class PingProbe
{
    /// <summary>Protocol id.</summary>
    public const string Protocol = "/ipfs/ping/1.0.0";

    /// <summary>Bytes of a probe.</summary>
    public const int Size = 32;

    private readonly byte[] _payload;
    private readonly Instant _sent;

    /// <summary>A probe that leaves now.</summary>
    /// <param name="secrets">Where its bytes come from.</param>
    /// <param name="now">The time.</param>
    public PingProbe(Secrets secrets, Instant now)
    {
        _payload = secrets.Bytes(Size);
        _sent = now;
    }

    /// <summary>What to send.</summary>
    public ReadOnlyMemory<byte> Payload => _payload;

    /// <summary>Takes the answer.</summary>
    /// <param name="answer">32 bytes.</param>
    /// <param name="now">The time.</param>
    /// <returns>The round trip, null when the answer is another.</returns>
    public TimeSpan? Answer(ReadOnlySpan<byte> answer, Instant now)
    {
        Invariant.Check(answer.Length == Size);
        return CryptographicOperations.FixedTimeEquals(answer, _payload) ? now - _sent : null;
    }
}
