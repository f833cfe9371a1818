// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using PeerCompute.Wire.Adverts;

namespace PeerCompute.Market.Adverts;

/// <summary>Requirements and repairs in words.</summary>
internal static class Words
{
    private const ulong Mebi = 1UL << 20;

    /// <summary>A level that a person would type: memory in whole MiB, rounded so that whoever has the level still fits.</summary>
    public static ulong Round(Requirement requirement, ulong level)
        => requirement is Requirement.Memory or Requirement.DeviceMemory && level > Mebi ? level / Mebi * Mebi : level;

    public static string Line(Needs needs, Requirement requirement, Repair? repair)
    {
        var need = Need(needs, requirement);
        if (repair is null) return need;
        if (!Repair.HasLevels(requirement)) return $"{need}; {Verb(requirement)}: {More(repair.AtNearest)}";
        var text = $"{need}; {Verb(requirement)} to {Level(requirement, repair.Nearest)}: {More(repair.AtNearest)}";
        return repair.AtFarthest == repair.AtNearest ? text : $"{text}; to {Level(requirement, repair.Farthest)}: {More(repair.AtFarthest)}";
    }

    private static string Need(Needs needs, Requirement requirement) => requirement switch
    {
        Requirement.Runtime => $"needs runtime {needs.Runtime}",
        Requirement.Semantics => $"needs semantics {needs.Semantics}",
        Requirement.Device => $"needs a device of kind {Kind(needs)}",
        Requirement.DeviceMemory => $"needs {Bytes(needs.DeviceMemoryBytes)} on the {Kind(needs)}",
        Requirement.DeviceCount => $"needs {Math.Max(1, needs.DeviceCount)} devices of kind {Kind(needs)}",
        Requirement.Isolation => $"needs isolation {needs.Isolation}",
        Requirement.Region => needs.Regions.IsEmpty ? $"shuns region {List(needs.RegionsShunned)}" : $"needs region {List(needs.Regions)}",
        Requirement.Cores => $"needs {needs.Cores} cores",
        Requirement.Memory => $"needs {Bytes(needs.MemoryBytes)} of memory for a task",
        Requirement.Fuel => $"needs {needs.Fuel} fuel for a task",
        Requirement.WallTime => $"needs {needs.WallMs} ms for a task",
        Requirement.Speed => $"needs {needs.FuelPerSecond} fuel/s measured",
        Requirement.Heard => "gave no status lately",
        Requirement.TakesWork => "takes no work now",
        Requirement.FreeSlots => $"needs {needs.FreeSlots} free slots",
        _ => $"pays at most {needs.PriceCeilingMicro} micro-units for a task",
    };

    private static string Verb(Requirement requirement) => requirement switch
    {
        Requirement.Runtime => "use another runtime",
        Requirement.Semantics => "use other semantics",
        Requirement.Device => "do without the device",
        Requirement.DeviceMemory => "lower device memory",
        Requirement.DeviceCount => "lower the number of devices",
        Requirement.Isolation => "lower isolation",
        Requirement.Region => "allow any region",
        Requirement.Cores => "lower cores",
        Requirement.Memory => "lower memory",
        Requirement.Fuel => "lower fuel",
        Requirement.WallTime => "lower the time of a task",
        Requirement.Speed => "lower speed",
        Requirement.FreeSlots => "lower free slots",
        _ => "raise the price ceiling",
    };

    private static string Level(Requirement requirement, ulong level) => requirement switch
    {
        Requirement.Memory or Requirement.DeviceMemory => Bytes(level),
        Requirement.Isolation => IsolationRank.Name((uint)level),
        Requirement.WallTime => $"{level} ms",
        Requirement.Speed => $"{level} fuel/s",
        Requirement.Price => $"{level} micro-units",
        _ => level.ToString(CultureInfo.InvariantCulture),
    };

    private static string More(int count) => count == 1 ? "1 more fits" : $"{count} more fit";

    private static string Kind(Needs needs) => needs.Device switch { DeviceKind.Gpu => "gpu", DeviceKind.Accelerator => "accelerator", _ => "cpu" };

    private static string List(IEnumerable<uint> regions) => string.Join(", ", regions);

    /// <summary>Bytes in the largest unit that says them exactly.</summary>
    private static string Bytes(ulong bytes) => bytes switch
    {
        > 0 when bytes % (Mebi << 10) == 0 => $"{bytes >> 30} GiB",
        > 0 when bytes % Mebi == 0 => $"{bytes >> 20} MiB",
        > 0 when bytes % 1024 == 0 => $"{bytes >> 10} KiB",
        _ => $"{bytes} bytes",
    };
}
