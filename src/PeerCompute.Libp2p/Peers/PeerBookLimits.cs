// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Libp2p.Peers;

/// <summary>Bounds of a <see cref="PeerBook"/>.</summary>
public sealed record PeerBookLimits
{
    /// <summary>Peers remembered; when full, the least useful one goes.</summary>
    public int Peers { get; init; } = 10_000;

    /// <summary>Addresses remembered of one peer; the latest stay.</summary>
    public int Addresses { get; init; } = 20;

    /// <summary>A peer that was not connected for so long is forgotten.</summary>
    public TimeSpan Age { get; init; } = TimeSpan.FromDays(30);

    /// <summary>Shortest wait after a dial in vain; n seconds squared are added after n of them in a row.</summary>
    public TimeSpan BackOff { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Longest wait.</summary>
    public TimeSpan MaxBackOff { get; init; } = TimeSpan.FromMinutes(5);
}
