// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;

namespace PeerCompute.Market.Adverts;

/// <summary>The steps of cumulative ladders: ">= 24 GB" is one look-up; a need between two steps asks at the step below and filters.</summary>
public static class Ladders
{
    /// <summary>Bytes of a gigabyte on the ladder: decimal, as makers name cards; a card sold as 24 GB has a little less than 24 GiB.</summary>
    public const ulong Gigabyte = 1_000_000_000;

    /// <summary>Memory of one GPU in gigabytes: the sizes that cards are made in.</summary>
    public static readonly ImmutableArray<ulong> GpuGigabytes = [1, 2, 4, 8, 16, 24, 48, 80];

    /// <summary>Cores of a node.</summary>
    public static readonly ImmutableArray<ulong> Cores = [1, 2, 4, 8, 16, 32, 64];

    /// <summary>The steps that a value reaches.</summary>
    /// <param name="ladder">Steps, ascending.</param>
    /// <param name="value">The value.</param>
    /// <returns>The steps at or below it, ascending.</returns>
    public static ReadOnlySpan<ulong> Reached(ImmutableArray<ulong> ladder, ulong value)
    {
        var count = 0;
        while (count < ladder.Length && ladder[count] <= value) count++;
        return ladder.AsSpan()[..count];
    }
}
