// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Checks;
using PeerCompute.Wire.Adverts;

namespace PeerCompute.Market.Adverts;

/// <summary>What a job needs of a node. What is left out does not matter; that a node is heard of and takes work is always needed.</summary>
public sealed record Needs
{
    /// <summary>Runtime id; empty: any.</summary>
    public string Runtime { get; init; } = "";

    /// <summary>Semantics id of that runtime; empty: any.</summary>
    public string Semantics { get; init; } = "";

    /// <summary>Kind of device beside the processor; null: none. A processor is in every node, so <see cref="DeviceKind.Cpu"/> is no need.</summary>
    public DeviceKind? Device { get; init; }

    /// <summary>Memory of each such device in bytes.</summary>
    public ulong DeviceMemoryBytes { get; init; }

    /// <summary>Such devices.</summary>
    public uint DeviceCount { get; init; } = 1;

    /// <summary>Isolation class at least, as <see cref="IsolationRank"/> orders them; empty: any.</summary>
    public string Isolation { get; init; } = "";

    /// <summary>Regions (UN M49 numbers, compared as they are) of which the node tells one; empty: anywhere.</summary>
    public ImmutableArray<uint> Regions { get; init; } = [];

    /// <summary>Regions where it may not be; a node that tells none is not in one.</summary>
    public ImmutableArray<uint> RegionsShunned { get; init; } = [];

    /// <summary>Cores.</summary>
    public uint Cores { get; init; }

    /// <summary>Memory of one task in bytes.</summary>
    public ulong MemoryBytes { get; init; }

    /// <summary>Fuel of one task.</summary>
    public ulong Fuel { get; init; }

    /// <summary>Wall time of one task in milliseconds.</summary>
    public ulong WallMs { get; init; }

    /// <summary>Measured fuel per second of one core.</summary>
    public ulong FuelPerSecond { get; init; }

    /// <summary>Slots that are free now.</summary>
    public uint FreeSlots { get; init; }

    /// <summary>Most that one task may cost, micro-units.</summary>
    public ulong PriceCeilingMicro { get; init; } = ulong.MaxValue;

    /// <summary>The same needs with one of them weakened.</summary>
    /// <param name="requirement">Which; not one that the asker cannot weaken (see <see cref="Repair.Can"/>).</param>
    /// <param name="level">To what, in the requirement's unit; without meaning where the need is dropped as a whole.</param>
    /// <returns>The weaker needs.</returns>
    public Needs With(Requirement requirement, ulong level) => requirement switch
    {
        Requirement.Runtime => this with { Runtime = "", Semantics = "" },
        Requirement.Semantics => this with { Semantics = "" },
        Requirement.Device => this with { Device = null, DeviceMemoryBytes = 0, DeviceCount = 1 },
        Requirement.DeviceMemory => this with { DeviceMemoryBytes = level },
        Requirement.DeviceCount => this with { DeviceCount = (uint)level },
        Requirement.Isolation => this with { Isolation = IsolationRank.Name((uint)level) },
        Requirement.Region => this with { Regions = [], RegionsShunned = [] },
        Requirement.Cores => this with { Cores = (uint)level },
        Requirement.Memory => this with { MemoryBytes = level },
        Requirement.Fuel => this with { Fuel = level },
        Requirement.WallTime => this with { WallMs = level },
        Requirement.Speed => this with { FuelPerSecond = level },
        Requirement.FreeSlots => this with { FreeSlots = (uint)level },
        Requirement.Price => this with { PriceCeilingMicro = level },
        _ => throw Invariant.Unreachable("a node that is silent or takes no work is not made to by asking for less"),
    };
}
