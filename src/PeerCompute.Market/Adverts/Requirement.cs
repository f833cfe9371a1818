// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Market.Adverts;

/// <summary>
/// What a job may need of a node, in canonical order: first what no wait changes (kind of machine), then sizes, then what passes (being
/// heard of, a free slot, the price). An advert that does not fit counts under its first unmet requirement.
/// </summary>
public enum Requirement
{
    /// <summary>A runtime by id.</summary>
    Runtime,

    /// <summary>A semantics id of that runtime.</summary>
    Semantics,

    /// <summary>A device of a kind.</summary>
    Device,

    /// <summary>Memory of each such device.</summary>
    DeviceMemory,

    /// <summary>Number of such devices with that memory.</summary>
    DeviceCount,

    /// <summary>An isolation class at least.</summary>
    Isolation,

    /// <summary>A region that is wanted and not shunned.</summary>
    Region,

    /// <summary>Cores.</summary>
    Cores,

    /// <summary>Memory of one task.</summary>
    Memory,

    /// <summary>Fuel of one task.</summary>
    Fuel,

    /// <summary>Wall time of one task.</summary>
    WallTime,

    /// <summary>Measured speed.</summary>
    Speed,

    /// <summary>A status that still counts.</summary>
    Heard,

    /// <summary>That work is taken at all.</summary>
    TakesWork,

    /// <summary>Free slots.</summary>
    FreeSlots,

    /// <summary>A price within the ceiling.</summary>
    Price,
}
