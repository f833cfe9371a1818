// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Errors;
using PeerCompute.Simulator.Adversaries;
using PeerCompute.Simulator.Checkers;
using PeerCompute.Simulator.Faults;
using PeerCompute.Simulator.Matching;
using PeerCompute.Simulator.Overlays;
using PeerCompute.Simulator.Probes;

namespace PeerCompute.Simulator.Scenarios;

/// <summary>Reads a scenario file; docs/simulator.md describes every key.</summary>
internal static class ScenarioReader
{
    /// <summary>Most nodes of a world.</summary>
    public const int NodesMost = 100_000;

    private const int BootstrapMost = 64;
    private const int LivenessMost = 16;
    private const int ProbeRatioMost = 1000;

    private static readonly string[] Kinds = [.. Enum.GetNames<MatchingKind>().Select(static name => name.ToLowerInvariant())];

    /// <summary>Microseconds.</summary>
    public const long Second = 1_000_000, Day = 86_400 * Second;

    /// <summary>Reads a file, and those that it names.</summary>
    /// <param name="path">The file.</param>
    /// <param name="parameters">Values that take the place of those in it.</param>
    /// <exception cref="PeerComputeException">It is not there, too large, or not a scenario; names file and line.</exception>
    public static Scenario ReadFile(string path, IReadOnlyDictionary<string, string>? parameters = null)
        => Read(Path.GetFileName(path), ScenarioSource.Open(path, parameters ?? new Dictionary<string, string>()));

    public static Scenario Read(string name, byte[] bytes) => Read(name, ScenarioSource.Open(name, bytes));

    private static Scenario Read(string name, (ScenarioSource Source, YamlMap Root) open)
    {
        var scenario = open.Root.Has("overlay") ? OverlayReader.Read(Path.GetFileNameWithoutExtension(name), open.Root) : Read(name, open.Root);
        return scenario with
        {
            Parameters = open.Source.Parameters.ToImmutableSortedDictionary(StringComparer.Ordinal),
            Hash = open.Source.Hash,
            Files = [.. open.Source.Files],
        };
    }

    private static Scenario Read(string file, YamlMap root)
    {
        var nodes = ImmutableArray.CreateBuilder<NodeClass>();
        foreach (var item in root.Maps("nodes", 100)) nodes.Add(ClassReader.Read(item));
        var adversaries = ImmutableArray.CreateBuilder<AdversaryPlan>();
        foreach (var item in root.Maps("adversaries", 100)) adversaries.Add(AdversaryKinds.Read(item));

        var scenario = new Scenario
        {
            Name = root.Text("name", Path.GetFileNameWithoutExtension(file)),
            DurationMicros = root.Time("duration", 600 * Second, Second, 30 * Day),
            StartMicros = root.Time("start", 500_000, 0, Day),
            SettleMicros = root.Time("settle", 120 * Second, 0, Day),
            Nodes = nodes.ToImmutable(),
            Links = root.Map("links") is { } links ? LinkReader.Read(links) : new LinkPlan(),
            Disk = root.Times("disk", new Spread(200, 4000), 1, 10 * Second),
            ClockSkewMs = root.Time("clock_skew", 200_000, 0, 3600 * Second) / 1000,
            Jobs = root.Map("jobs") is { } jobs ? JobReader.Read(jobs) : new JobPlan { Count = 0 },
            Adversaries = adversaries.ToImmutable(),
            Faults = FaultReader.Read(root, nodes.Sum(static kind => kind.Count)),
            Refresh = TimeSpan.FromMicroseconds(root.Time("refresh", 600 * Second, 60 * Second, 30 * Day)),
            Bootstrap = root.Count("bootstrap", 0, 0, BootstrapMost),
            EncodeWire = root.Text("wire", "objects", "objects", "encoded") == "encoded",
            FullCrypto = root.Text("crypto", "memo", "memo", "full") == "full",
            SampleMicros = root.Time("sample", 5 * Second, 1000, Day),
            Matching = Enum.Parse<MatchingKind>(root.Text("matching", "market", Kinds), ignoreCase: true),
            ProbeRatio = root.Count("probe_ratio", 2, 1, ProbeRatioMost),
        };
        var asked = scenario is { Faults.IsEmpty: false, Jobs.Count: > 0, SettleMicros: >= LivenessRules.ShortestMicros } ? 1 : 0;
        scenario = scenario with { Liveness = root.Count("liveness", asked, 0, LivenessMost) };
        var end = scenario.DurationMicros + scenario.SettleMicros;
        scenario = scenario with { Probes = ProbeReader.Read(root, [.. scenario.Nodes.Select(static kind => kind.Name)], end) };
        root.Done();
        Check(root, scenario);
        return scenario;
    }

    private static void Check(YamlMap root, Scenario scenario)
    {
        if (scenario.NodeCount is 0 or > NodesMost) throw root.Bad("nodes", $"add up to {scenario.NodeCount}, expected 1 to {NodesMost}");
        var workers = 0;
        var clients = 0;
        foreach (var kind in scenario.Nodes)
        {
            if (kind.Worker) workers += kind.Count;
            if (kind.Client) clients += kind.Count;
        }

        CheckMesh(root, scenario);
        CheckMatching(root, scenario);

        if (scenario.Jobs.Count > 0 && clients == 0) throw root.Bad("nodes", "has no class with role: client or light to hand jobs in");
        if (scenario.Jobs.Count > 0 && workers == 0) throw root.Bad("nodes", "has no class with role: worker");
        if (scenario.Liveness > 0 && (clients == 0 || workers == 0)) throw root.Bad("liveness", "needs a class with role: client or light, and workers");
        if (scenario.Liveness > 0 && scenario.SettleMicros < LivenessRules.ShortestMicros)
            throw root.Bad("liveness", $"needs a settle of at least {LivenessRules.ShortestMicros / Second}s: its jobs come in the calm");
        CheckAdversaries(root, scenario, workers, clients);
    }

    private static void CheckAdversaries(YamlMap root, Scenario scenario, int workers, int clients)
    {
        foreach (var (from, there, name) in new[]
                 {
                     (Players.Workers, workers, "workers"), (Players.Clients, clients, "clients"), (Players.Any, scenario.NodeCount, "nodes"),
                 })
        {
            // Those that may be anybody are drawn from whom the others leave.
            var wanted = scenario.Adversaries.Where(plan => from == Players.Any || plan.Adversary.From == from).Sum(static plan => (long)plan.Count);
            if (wanted > there) throw root.Bad("adversaries", $"drawn from {name} add up to {wanted}, there are {there} {name}");
        }

        if (!scenario.Mesh && scenario.Adversaries.FirstOrDefault(static plan => plan.Adversary.NeedsMesh) is { } lost)
            throw root.Bad("adversaries", $"has kind {lost.Adversary.Kind}, which has nothing to do without a mesh; set bootstrap");
    }

    private static void CheckMatching(YamlMap root, Scenario scenario)
    {
        if (scenario.Matching == MatchingKind.Market) return;
        if (scenario.Jobs.Count == 0) throw root.Bad("matching", "has nothing to match: jobs are missing");
        if (!scenario.Links.Partitions.IsEmpty) throw root.Bad("links", "has partitions, which baselines do not know: leave them out, or matching");
        if (!scenario.Probes.IsEmpty) throw root.Bad(ProbeReader.Key, "look at machines, which baselines do not have: leave them out, or matching");
        if (!scenario.Faults.IsEmpty) throw root.Bad(FaultReader.Key, "are not known to baselines: leave them out, or matching");
        if (!scenario.Adversaries.IsEmpty) throw root.Bad("adversaries", "are not known to baselines, which believe every word: leave them out, or matching");
    }

    private static void CheckMesh(YamlMap root, Scenario scenario)
    {
        if (scenario.Jobs.Discovery && !scenario.Mesh) throw root.Bad("bootstrap", "is missing: jobs that discover workers need nodes to begin with");
        var at = 0;
        foreach (var kind in scenario.Nodes)
        {
            if (!kind.Dialable && at < scenario.Bootstrap) throw root.Bad("bootstrap", $"covers class {kind.Name}, whose nodes nobody can dial");
            at += kind.Count;
        }

        if (scenario.Bootstrap > at) throw root.Bad("bootstrap", $"is {scenario.Bootstrap}, there are {at} nodes");
    }
}
