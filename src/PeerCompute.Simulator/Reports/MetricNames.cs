// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Simulator.Reports;

/// <summary>The manifest's numbers and the columns of metrics.csv in words, with units.</summary>
internal static class MetricNames
{
    private const string OfOverlays = "figures.";

    private static readonly Dictionary<string, string> Words = new(StringComparer.Ordinal)
    {
        ["accepted"] = "jobs accepted",
        ["acceptedShare"] = "share of jobs accepted",
        ["foundShare"] = "share of judged lies found",
        ["responseSeconds.mean"] = "mean job response (s)",
        ["responseSeconds.p50"] = "median job response (s)",
        ["responseSeconds.p95"] = "95th percentile of job response (s)",
        ["responseSeconds.p99"] = "99th percentile of job response (s)",
        ["responseSeconds.max"] = "longest job response (s)",
        ["messages"] = "messages",
        ["messageBytes"] = "bytes of messages",
        ["bytesPerNodeSecond"] = "bytes of messages per node and second",
        ["blobBytes"] = "bytes of blobs",
        ["crashes"] = "crashes of nodes",
        ["events"] = "events",
        ["owedMicro"] = "owed to workers (micro-units)",
        ["settledMicro"] = "settled with workers (micro-units)",
        ["violations"] = "rules broken",
        ["faults"] = "faults drawn",
        ["planted"] = "lies planted",
        ["judged"] = "lies judged",
        ["found"] = "lies found",
        ["nodes_up"] = "nodes up",
        ["links"] = "connections",
        ["jobs_known"] = "handed in",
        ["jobs_ended"] = "ended",
        ["tasks_accepted"] = "tasks accepted",
        ["leases_awarded"] = "awarded",
        ["leases_ended"] = "ended",
        ["queued"] = "events that wait",
        ["message_bytes"] = "messages",
        ["blob_bytes"] = "blobs",
        ["dht"] = "DHT",
    };

    /// <summary>What is plotted first, in this order; the other numbers follow by their names.</summary>
    public static IReadOnlyList<string> First { get; } =
    [
        "acceptedShare", "responseSeconds.p50", "responseSeconds.p95", "responseSeconds.mean", "foundShare", "violations", "bytesPerNodeSecond", "messages",
    ];

    /// <summary>Numbers that are no results: of the machine that ran it, or counts behind others.</summary>
    public static IReadOnlySet<string> Aside { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        "wallSeconds", "peakBytes", "responseSeconds.n", "nodes",
    };

    /// <summary>A name in words.</summary>
    public static string Of(string name)
        => Words.GetValueOrDefault(name, (name.StartsWith(OfOverlays, StringComparison.Ordinal) ? name[OfOverlays.Length..] : name).Replace('_', ' '));
}
