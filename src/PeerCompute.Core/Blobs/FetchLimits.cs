// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Core.Blobs;

/// <summary>How a blob is fetched: bounds and time-outs of a <see cref="FetchPlan"/>.</summary>
public sealed record FetchLimits
{
    /// <summary>Holders that one plan knows; further ones are let go.</summary>
    public int HoldersMost { get; init; } = 16;

    /// <summary>Holders asked at a time.</summary>
    public int AskedMost { get; init; } = 4;

    /// <summary>Chunks that may be outstanding with a holder at first; one more with each that comes.</summary>
    public int FirstCredit { get; init; } = 4;

    /// <summary>Chunks that may be outstanding with one holder: 16 MiB keep 1 Gbit/s busy over 130 ms.</summary>
    public int CreditMost { get; init; } = 64;

    /// <summary>Chunks that may be outstanding with all holders together.</summary>
    public int CreditInAll { get; init; } = 160;

    /// <summary>How long a holder may be silent that owes chunks, where another may have them.</summary>
    public TimeSpan Silence { get; init; } = new(0, 0, 5);

    /// <summary>How long it may be silent where there is no other.</summary>
    public TimeSpan SilenceAlone { get; init; } = new(0, 0, 30);

    /// <summary>How long a plan goes on without a new chunk.</summary>
    public TimeSpan Patience { get; init; } = new(0, 1, 0);

    /// <summary>How long a holder is left alone after it broke off; doubled each time until a chunk comes.</summary>
    public TimeSpan FirstRest { get; init; } = new(TimeSpan.TicksPerMillisecond * 100);

    /// <summary>Longest time that it is left alone.</summary>
    public TimeSpan LongestRest { get; init; } = new(0, 0, 10);

    /// <summary>How many times slower than the fastest a holder may be before its chunks go to others.</summary>
    public int SlowerMost { get; init; } = 4;
}
