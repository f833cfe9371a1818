// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;

namespace PeerCompute.Market.Bids;

/// <summary>What a worker lends at the moment of an offer.</summary>
/// <param name="TakesWork">Whether the owner lends at all.</param>
/// <param name="Away">Why nothing is taken for now, for people; empty while work is taken.</param>
/// <param name="Slots">Leases it would run at a time.</param>
/// <param name="MemoryBytes">Memory lent to one task.</param>
/// <param name="FuelMost">Most fuel of one task.</param>
/// <param name="WallMsMost">Longest wall time of one task in milliseconds.</param>
/// <param name="PerTaskMicro">Price of one task, micro-units.</param>
/// <param name="Semantics">Engine semantics id that it runs.</param>
/// <param name="ClockErrorMs">Error of its wall clock as far as it knows, milliseconds.</param>
/// <param name="ClockErrorMsMost">Largest error at which it still bids.</param>
public sealed record Capacity(
    bool TakesWork,
    string Away,
    uint Slots,
    ulong MemoryBytes,
    ulong FuelMost,
    ulong WallMsMost,
    ulong PerTaskMicro,
    string Semantics,
    long ClockErrorMs,
    long ClockErrorMsMost)
{
    /// <summary>Bytes of blobs that live leases leave room for.</summary>
    public ulong RoomBytes { get; init; } = ulong.MaxValue;

    /// <summary>Isolation class of WebAssembly programs.</summary>
    public string Isolation { get; init; } = "";

    /// <summary>Isolation class of native programs.</summary>
    public string NativeIsolation { get; init; } = "none";

    /// <summary>Root file systems of native programs.</summary>
    public ImmutableArray<NativeOffering> Natives { get; init; } = [];

    /// <summary>Whether images that are not here may be fetched, where the owner allows them.</summary>
    public bool SeeksImages { get; init; }

    /// <summary>The processor.</summary>
    public string Architecture { get; init; } = "";

    /// <summary>Bytes that it can send in a second, as measured; 0: not measured yet.</summary>
    public ulong UplinkBytes { get; init; }

    /// <summary>Its cores.</summary>
    public uint Cores { get; init; } = 1;
}
