// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Core.Journal;
using PeerCompute.Core.Views;
using PeerCompute.Simulator.Nodes;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Simulator.Probes;

/// <summary>A number that every node that is up has. A new one is a line in <see cref="All"/>.</summary>
/// <param name="Name">As scenario files write it.</param>
/// <param name="Unit">What it counts.</param>
/// <param name="Measure">Takes it of a node that is up; changes nothing.</param>
internal sealed record ProbeQuantity(string Name, string Unit, Func<SimNode, long> Measure)
{
    /// <summary>All of them.</summary>
    public static ImmutableArray<ProbeQuantity> All { get; } =
    [
        new("gossip.mesh", "peers", static node => Mesh(node).Mesh),
        new("peers.connected", "connections", static node => Mesh(node).Connected),
        new("peers.remembered", "peers", static node => Mesh(node).Remembered),
        new("dht.table", "contacts", static node => Mesh(node).Contacts),
        new("dht.records", "provider records", static node => Mesh(node).ProviderRecords),
        new("market.adverts", "adverts", static node => Mesh(node).Adverts),
        new("leases.open", "leases", static node => node.Machine!.Work().Count(Open)),
        new("jobs.open", "jobs", static node => node.Machine!.Jobs().Count(static job => !job.Ended)),
        new("journal.entries", "entries", static node => node.Disk.Entries.Count),
        new("journal.bytes", "bytes", static node => node.Disk.Entries.Sum(static entry => (long)JournalCodec.Encode(entry).Length)),
        new("journal.waiting", "entries", static node => node.Disk.Entries.Count - node.Disk.Durable),
        new("sandbox.running", "children", static node => node.Sandbox.Running),
        new("sandbox.busy", "percent of slots", static node => Math.Min(100, 100L * node.Sandbox.Running / node.Class.Slots)),
    ];

    /// <summary>Names of all.</summary>
    public static string[] Names { get; } = [.. All.Select(static quantity => quantity.Name)];

    private static MeshView Mesh(SimNode node) => node.Machine!.Mesh();

    private static bool Open(LeaseView lease) => lease.Phase is not (LeasePhase.Settled or LeasePhase.Cancelled or LeasePhase.Failed);
}
