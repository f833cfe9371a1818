// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Api.V1;
using PeerCompute.Core;
using PeerCompute.Node.Homes;

namespace PeerCompute.Node.Lending;

/// <summary>What is lent, as the API and the command line show it.</summary>
public static class LendViews
{
    /// <summary>A view.</summary>
    /// <param name="config">What the owner decided.</param>
    /// <param name="terms">What follows from it now.</param>
    /// <param name="isolation">Name of the sandbox's isolation class.</param>
    /// <param name="able">Empty, or why the node cannot take work at all.</param>
    /// <param name="running">Children that run tasks of others.</param>
    /// <param name="devices">Devices of the host.</param>
    /// <param name="owner">How the owner was seen to use the machine.</param>
    /// <returns>The view.</returns>
    public static LendingView Of(
        HomeConfig config, LendTerms terms, string isolation, string able, int running, IEnumerable<DeviceView> devices, string owner = "")
    {
        var view = new LendingView
        {
            Lends = config.TakesWork,
            TakesNow = able.Length == 0 && terms.TakesWork && terms.Away.Length == 0,
            WhyNot = able.Length > 0 ? able : !config.TakesWork ? "its owner lends nothing" : terms.Away,
            Slots = (uint)config.Slots,
            MemoryBytes = (ulong)config.MemoryBytes,
            PerTaskMicro = (ulong)config.PerTaskMicro,
            Hours = new Hours(),
            PausedUntilMs = config.PausedUntil is { } end ? (ulong)end.ToUnixTimeMilliseconds() : 0,
            IsolationClass = isolation,
            Running = (uint)running,
            Owner = owner,
            Rules = Rules(config.Owner),
        };
        view.Hours.Ranges.AddRange(config.Hours.Ranges.Select(static range => range.ToString()));
        view.Devices.AddRange(devices);
        view.Drained.AddRange(config.Drained);
        return view;
    }

    private static OwnerTerms Rules(OwnerRules rules) => new()
    {
        Programs = new ProgramNames { Names = { rules.Programs } },
        IdleMinutes = (uint)rules.IdleMinutes,
        LoadPercent = (uint)rules.LoadPercent,
        Celsius = (uint)rules.Celsius,
        Watts = (uint)rules.Watts,
        OnBattery = rules.OnBattery,
        SharesDevice = rules.SharesDevice,
    };
}
