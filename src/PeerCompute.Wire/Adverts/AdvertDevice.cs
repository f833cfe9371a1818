// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Wire.Common;

namespace PeerCompute.Wire.Adverts;

/// <summary>Devices of one model in a profile.</summary>
/// <param name="Kind">What they are.</param>
/// <param name="Vendor">Who made them.</param>
/// <param name="Model">The maker's name for them.</param>
/// <param name="MemoryBytes">Memory of one device; 0 where not known.</param>
/// <param name="Count">How many, 1 to <see cref="WireLimits.AdvertCount"/>.</param>
/// <param name="Driver">Version of the driver.</param>
/// <param name="Capability">What they compute, for example <c>cuda 8.9</c>.</param>
/// <remarks>Every text is printable ASCII of 1 to <see cref="WireLimits.LabelBytes"/> characters.</remarks>
public sealed record AdvertDevice(
    DeviceKind Kind, string Vendor, string Model, ulong MemoryBytes, uint Count, string Driver, string Capability)
{
    internal V1.Device ToProto() => new()
    {
        Kind = (V1.Device.Types.Kind)Kind,
        Vendor = Vendor,
        Model = Model,
        MemoryBytes = MemoryBytes,
        Count = Count,
        Driver = Driver,
        Capability = Capability,
    };

    internal static AdvertDevice From(V1.Device m, string field) => new(
        (DeviceKind)Canonical.Within((ulong)m.Kind, (ulong)DeviceKind.Cpu, (ulong)DeviceKind.Accelerator, field + ".kind"),
        Canonical.Label(m.Vendor, WireLimits.LabelBytes, field + ".vendor"),
        Canonical.Label(m.Model, WireLimits.LabelBytes, field + ".model"),
        Canonical.Within(m.MemoryBytes, 0, WireLimits.DeviceBytes, field + ".memory_bytes"),
        (uint)Canonical.Within(m.Count, 1, WireLimits.AdvertCount, field + ".count"),
        Canonical.Label(m.Driver, WireLimits.LabelBytes, field + ".driver"),
        Canonical.Label(m.Capability, WireLimits.LabelBytes, field + ".capability"));
}
