// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Api.V1;
using PeerCompute.Base.Errors;
using PeerCompute.Node.Homes;

namespace PeerCompute.Node.Lending;

/// <summary>The owner's decisions on a home's configuration: the same whether a daemon runs or not.</summary>
public static class LendChange
{
    /// <summary>Longest pause, milliseconds: a leap year.</summary>
    public const ulong PauseMostMs = 366UL * 24 * 3600 * 1000;

    /// <summary>Lends under new terms and ends a pause.</summary>
    /// <param name="config">What was decided before.</param>
    /// <param name="terms">The new terms; what is not set stays.</param>
    /// <returns>The new configuration.</returns>
    /// <exception cref="PeerComputeException"><see cref="ErrorCode.Usage"/>: a term is out of range; says which.</exception>
    public static HomeConfig Lend(HomeConfig config, LendRequest terms) => config with
    {
        TakesWork = true,
        PausedUntil = null,
        Slots = terms.HasSlots ? (int)Within(terms.Slots, 1, HomeConfig.SlotsMost, "slots") : config.Slots,
        MemoryBytes = terms.HasMemoryBytes ? Within(terms.MemoryBytes, HomeConfig.MemoryLeast, HomeConfig.MemoryMost, "memory in bytes") : config.MemoryBytes,
        PerTaskMicro = terms.HasPerTaskMicro ? Within(terms.PerTaskMicro, 0, HomeConfig.PriceMost, "price in micro-units") : config.PerTaskMicro,
        Owner = terms.Owner is null ? config.Owner : Rules(config.Owner, terms.Owner),
        Hours = terms.Hours is null ? config.Hours : LendHours.TryParse(terms.Hours.Ranges)
            ?? throw new PeerComputeException(ErrorCode.Usage, $"The hours are no local times such as 22:00-08:00, at most {LendHours.RangesMost} of them."),
    };

    /// <summary>Lends no more.</summary>
    /// <param name="config">What was decided before.</param>
    /// <returns>The new configuration.</returns>
    public static HomeConfig Stop(HomeConfig config) => config with { TakesWork = false };

    /// <summary>Begins or ends a pause.</summary>
    /// <param name="config">What was decided before.</param>
    /// <param name="forMs">How long, milliseconds; 0 ends it.</param>
    /// <param name="now">The time.</param>
    /// <returns>The new configuration; the pause ends at a full second.</returns>
    /// <exception cref="PeerComputeException"><see cref="ErrorCode.Usage"/>: longer than <see cref="PauseMostMs"/>.</exception>
    public static HomeConfig Pause(HomeConfig config, ulong forMs, DateTimeOffset now)
    {
        if (forMs == 0) return config with { PausedUntil = null };
        Within(forMs, 1, (long)PauseMostMs, "pause in milliseconds");
        var end = DateTimeOffset.FromUnixTimeMilliseconds(now.ToUnixTimeMilliseconds() + (long)forMs + 999);
        return config with { PausedUntil = DateTimeOffset.FromUnixTimeSeconds(end.ToUnixTimeSeconds()) };
    }

    /// <summary>Takes no new work for a device, or takes it again.</summary>
    /// <param name="config">What was decided before.</param>
    /// <param name="device">The device's name.</param>
    /// <param name="off">Takes it again.</param>
    /// <returns>The new configuration.</returns>
    public static HomeConfig Drain(HomeConfig config, string device, bool off)
    {
        var others = config.Drained.Remove(device);
        return config with { Drained = off ? others : [.. others.TakeLast(ConfigKeys.TextsMost - 1), device] };
    }

    private static OwnerRules Rules(OwnerRules rules, OwnerTerms terms) => rules with
    {
        Programs = terms.Programs is null ? rules.Programs : Programs(terms.Programs.Names),
        IdleMinutes = terms.HasIdleMinutes ? (int)Within(terms.IdleMinutes, 0, OwnerRules.IdleMost, "idle minutes") : rules.IdleMinutes,
        LoadPercent = terms.HasLoadPercent ? (int)Within(terms.LoadPercent, 0, OwnerRules.LoadMost, "load in percent") : rules.LoadPercent,
        Celsius = terms.HasCelsius ? (int)Within(terms.Celsius, 0, OwnerRules.CelsiusMost, "heat in degrees Celsius") : rules.Celsius,
        Watts = terms.HasWatts ? (int)Within(terms.Watts, 0, OwnerRules.WattsMost, "power in watts") : rules.Watts,
        OnBattery = terms.HasOnBattery ? terms.OnBattery : rules.OnBattery,
        SharesDevice = terms.HasSharesDevice ? terms.SharesDevice : rules.SharesDevice,
    };

    private static ImmutableArray<string> Programs(IReadOnlyCollection<string> names)
    {
        if (names.Count > ConfigKeys.TextsMost)
            throw new PeerComputeException(ErrorCode.Usage, $"At most {ConfigKeys.TextsMost} programs may be named, not {names.Count}.");
        foreach (var name in names)
        {
            if (!OwnerRules.IsProgram(name))
                throw new PeerComputeException(ErrorCode.Usage, $"'{Printable.Line(name, 80)}' is no program: give the name of its file, such as blender.");
        }

        return [.. names.Distinct()];
    }

    private static long Within(ulong value, long least, long most, string name) => value >= (ulong)least && value <= (ulong)most
        ? (long)value
        : throw new PeerComputeException(ErrorCode.Usage, $"The {name} must be from {least} to {most}, not {value}.");
}
