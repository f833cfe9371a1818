// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Libp2p.Kademlia;
using PeerCompute.Simulator.Scenarios;

namespace PeerCompute.Simulator.Overlays;

/// <summary>Queries that nodes drawn at random make.</summary>
/// <param name="Count">In all.</param>
/// <param name="FirstMicros">When the first one begins.</param>
/// <param name="EveryMicros">Time between two.</param>
internal sealed record QueryPlan(int Count, long FirstMicros, long EveryMicros);

/// <summary>Many nodes leave at one moment, for good.</summary>
/// <param name="AtMicros">When.</param>
/// <param name="SharePpm">Each with this chance, millionths.</param>
internal sealed record LeavePlan(long AtMicros, int SharePpm);

/// <summary>An overlay of nodes in the DHT.</summary>
internal sealed record DhtPlan
{
    public required KadOptions Options { get; init; }

    /// <summary>
    /// Whether the table of each node that is up when the run begins holds as many random nodes of each distance as its buckets take, whether those are up
    /// or not. Who starts later joins, as all do otherwise.
    /// </summary>
    public bool PerfectTables { get; init; }

    /// <summary>How many living nodes, drawn at random, a node is told of when it starts.</summary>
    public int Contacts { get; init; } = 3;

    public QueryPlan Lookups { get; init; } = new(0, 0, 1);

    public QueryPlan Provides { get; init; } = new(0, 0, 1);

    public ChurnPlan? Churn { get; init; }

    public LeavePlan? Leave { get; init; }

    /// <summary>How often holders of provided keys are looked at; 0: at the end only.</summary>
    public long CheckMicros { get; init; }
}
