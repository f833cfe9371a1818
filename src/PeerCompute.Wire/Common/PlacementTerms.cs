// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wire.Common;

/// <summary>How a job is spread.</summary>
/// <param name="TasksPerLease">Tasks of one lease, the last may have fewer.</param>
/// <param name="Parallel">Leases of this job that may live at a time.</param>
/// <param name="Region">Empty: anywhere.</param>
public sealed record PlacementTerms(uint TasksPerLease, uint Parallel, string Region)
{
    internal V1.PlacementTerms ToProto() => new() { TasksPerLease = TasksPerLease, Parallel = Parallel, Region = Region };

    internal static PlacementTerms From(V1.PlacementTerms? m)
    {
        Canonical.Present(m, "placement");
        return new PlacementTerms(
            (uint)Canonical.Within(m!.TasksPerLease, 1, WireLimits.TasksPerLease, "placement.tasks_per_lease"),
            (uint)Canonical.Within(m.Parallel, 1, 1024, "placement.parallel"),
            Canonical.Text(m.Region, WireLimits.NameBytes, "placement.region"));
    }
}
