// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using PeerCompute.Api.V1;

namespace PeerCompute.Cli.Lending;

/// <summary>
/// A share of the machine, in slots and memory: as many tasks at a time as that share of the cores, each with its part of that share of the
/// memory.
/// </summary>
internal static class Share
{
    /// <summary>Reads a share.</summary>
    /// <param name="text">A whole number from 1 to 100 with a percent sign, for example <c>50%</c>.</param>
    /// <param name="percent">The number.</param>
    public static bool TryParse(string text, out int percent)
    {
        percent = 0;
        return text.EndsWith('%') && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out percent)
            && percent is >= 1 and <= 100;
    }

    /// <summary>The terms that a share of the machine means; whole MiB, at least one slot.</summary>
    /// <param name="percent">1 to 100.</param>
    /// <param name="devices">The machine's devices.</param>
    public static (uint Slots, ulong MemoryBytes) Of(int percent, IEnumerable<DeviceView> devices)
    {
        var cpu = devices.First(static d => d.Kind == "cpu");
        var slots = Math.Clamp(cpu.Cores * (uint)percent / 100, 1, 1024);
        var memory = cpu.MemoryBytes * (ulong)percent / 100 / slots;
        return (slots, Math.Max(memory >> 20, 1) << 20);
    }
}
