// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using PeerCompute.Core;
using PeerCompute.Node.Homes;

namespace PeerCompute.Node.Lending;

/// <summary>What an owner lends at one moment, from what the home's configuration says and the clock on the wall.</summary>
public static class LendJudge
{
    /// <summary>Judges.</summary>
    /// <param name="config">What the owner decided.</param>
    /// <param name="able">Whether this node can take work at all: it is no light one, and its sandbox holds.</param>
    /// <param name="local">The local time.</param>
    /// <param name="ownerIsHere">Whether the owner uses the machine.</param>
    /// <returns>What is lent now.</returns>
    public static LendTerms Terms(HomeConfig config, bool able, DateTimeOffset local, bool ownerIsHere = false) => new(
        able && config.TakesWork,
        Away(config, local, ownerIsHere),
        (uint)config.Slots,
        (ulong)config.MemoryBytes,
        (ulong)config.FuelMost,
        (ulong)config.WallMsMost,
        (ulong)config.PerTaskMicro);

    /// <summary>Why nothing is taken for now, or nothing.</summary>
    private static string Away(HomeConfig config, DateTimeOffset local, bool ownerIsHere)
    {
        if (config.PausedUntil is { } end && end > local)
            return "paused by its owner until " + end.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
        if (ownerIsHere) return "its owner uses the machine";
        return config.Hours.Contains(TimeOnly.FromTimeSpan(local.TimeOfDay)) ? "" : $"its owner lends at {config.Hours} local time (UTC{local:zzz})";
    }
}
