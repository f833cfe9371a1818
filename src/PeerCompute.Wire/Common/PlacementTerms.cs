// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wire.Common;

/// <summary>How a job is spread.</summary>
/// <param name="TasksPerLease">Tasks of one lease, the last may have fewer.</param>
/// <param name="Parallel">Leases of this job that may live at a time.</param>
/// <param name="Region">Empty: anywhere.</param>
public sealed record PlacementTerms(uint TasksPerLease, uint Parallel, string Region)
{
    /// <summary>Longest <see cref="RetainMs"/>: 30 days. Outputs that nobody collects take a worker's disk that long.</summary>
    public const ulong RetainMsMost = 30UL * 86_400_000;

    /// <summary>How long behind <c>confirm_by</c> of its lease a worker keeps accepted outputs that were not collected; 0: not at all.</summary>
    public ulong RetainMs { get; init; }

    internal V1.PlacementTerms ToProto() => new() { TasksPerLease = TasksPerLease, Parallel = Parallel, Region = Region, RetainMs = RetainMs };

    internal static PlacementTerms From(V1.PlacementTerms? m)
    {
        Canonical.Present(m, "placement");
        return new PlacementTerms(
            (uint)Canonical.Within(m!.TasksPerLease, 1, WireLimits.TasksPerLease, "placement.tasks_per_lease"),
            (uint)Canonical.Within(m.Parallel, 1, 1024, "placement.parallel"),
            Canonical.Text(m.Region, WireLimits.NameBytes, "placement.region"))
        {
            RetainMs = Canonical.Within(m.RetainMs, 0, RetainMsMost, "placement.retain_ms"),
        };
    }
}
