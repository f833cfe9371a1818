// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Wire.Common;

namespace PeerCompute.Wire.Adverts;

/// <summary>How busy a node is: the body of a status.</summary>
/// <param name="TakesWork">Whether it takes work from others now.</param>
/// <param name="FreeSlots">Leases that it could begin at once.</param>
/// <param name="Queue">Leases that wait for a slot.</param>
/// <param name="PriceMicro">Price of one task now, micro-units.</param>
public sealed record Load(bool TakesWork, uint FreeSlots, uint Queue, ulong PriceMicro)
{
    internal V1.Load ToProto() => new() { TakesWork = TakesWork, FreeSlots = FreeSlots, Queue = Queue, PriceMicro = PriceMicro };

    internal static Load From(V1.Load? m)
    {
        Canonical.Present(m, "load");
        return new Load(
            m!.TakesWork,
            (uint)Canonical.Within(m.FreeSlots, 0, WireLimits.AdvertCount, "load.free_slots"),
            (uint)Canonical.Within(m.Queue, 0, WireLimits.AdvertCount, "load.queue"),
            Canonical.Within(m.PriceMicro, 0, WireLimits.PriceMicro, "load.price_micro"));
    }
}
