// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Simulator.Adversaries;
using PeerCompute.Wire.Common;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace PeerCompute.Simulator.Scenarios;

/// <summary>Reads a scenario file; docs/simulator.md describes every key.</summary>
internal static class ScenarioReader
{
    private const int FileBytes = 1 << 20;
    private const int NodesMost = 100_000;
    private const int BootstrapMost = 64;
    private const long Second = 1_000_000;
    private const long Day = 86_400 * Second;

    /// <summary>Reads a file.</summary>
    /// <exception cref="PeerComputeException">It is not there, too large, or not a scenario; names the line.</exception>
    public static Scenario ReadFile(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists) throw new PeerComputeException(ErrorCode.NotFound, $"Scenario {path} does not exist; docs/samples/scenarios has some.");
        if (file.Length > FileBytes)
            throw new PeerComputeException(ErrorCode.LimitExceeded, $"Scenario {path} has {file.Length} bytes, at most {FileBytes} are read.");
        return Read(Path.GetFileName(path), File.ReadAllBytes(path));
    }

    public static Scenario Read(string name, byte[] bytes)
    {
        try
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(System.Text.Encoding.UTF8.GetString(bytes)));
            if (stream.Documents.Count != 1) throw YamlMap.Bad(name, 1, "a scenario is one YAML document");
            return Read(name, new YamlMap(name, stream.Documents[0].RootNode, "a scenario")) with { Hash = Hash32.Of(bytes) };
        }
        catch (YamlException broken)
        {
            throw YamlMap.Bad(name, broken.Start.Line, "is not YAML: " + broken.Message.ReplaceLineEndings(" "));
        }
    }

    private static Scenario Read(string file, YamlMap root)
    {
        var nodes = ImmutableArray.CreateBuilder<NodeClass>();
        foreach (var item in root.Maps("nodes", 100)) nodes.Add(ReadClass(item));
        var jobs = root.Map("jobs") ?? throw root.Bad("jobs", "is missing");
        var adversaries = ImmutableArray.CreateBuilder<AdversaryPlan>();
        foreach (var item in root.Maps("adversaries", 100))
        {
            adversaries.Add(new AdversaryPlan(item.Text("kind", "", [.. Cast.Kinds]), item.Count("count", 1, 1, NodesMost)));
            item.Done();
        }

        var scenario = new Scenario
        {
            Name = root.Text("name", Path.GetFileNameWithoutExtension(file)),
            DurationMicros = root.Time("duration", 600 * Second, Second, 30 * Day),
            StartMicros = root.Time("start", 500_000, 0, Day),
            SettleMicros = root.Time("settle", 120 * Second, 0, Day),
            Nodes = nodes.ToImmutable(),
            Links = root.Map("links") is { } links ? ReadLinks(links) : new LinkPlan(),
            Disk = root.Times("disk", new Spread(200, 4000), 1, 10 * Second),
            ClockSkewMs = root.Time("clock_skew", 200_000, 0, 3600 * Second) / 1000,
            Jobs = ReadJobs(jobs),
            Adversaries = adversaries.ToImmutable(),
            Bootstrap = root.Count("bootstrap", 0, 0, BootstrapMost),
            EncodeWire = root.Text("wire", "objects", "objects", "encoded") == "encoded",
            FullCrypto = root.Text("crypto", "memo", "memo", "full") == "full",
            SampleMicros = root.Time("sample", 5 * Second, 1000, Day),
        };
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

        if (scenario.Jobs.Count > 0 && clients == 0) throw root.Bad("nodes", "has no class with role: client or light to hand jobs in");
        if (scenario.Jobs.Count > 0 && workers == 0) throw root.Bad("nodes", "has no class with role: worker");
        var liars = 0;
        foreach (var plan in scenario.Adversaries) liars += plan.Count;
        if (liars > workers) throw root.Bad("adversaries", $"add up to {liars}, there are {workers} workers");
    }

    private static void CheckMesh(YamlMap root, Scenario scenario)
    {
        if (scenario.Jobs.Discovery && !scenario.Mesh) throw root.Bad("bootstrap", "is missing: jobs that discover workers need nodes to begin with");
        var at = 0;
        foreach (var kind in scenario.Nodes)
        {
            if (kind.Light && at < scenario.Bootstrap) throw root.Bad("bootstrap", $"covers class {kind.Name}, whose nodes are light and cannot be dialled");
            at += kind.Count;
        }

        if (scenario.Bootstrap > at) throw root.Bad("bootstrap", $"is {scenario.Bootstrap}, there are {at} nodes");
    }

    private static NodeClass ReadClass(YamlMap map)
    {
        ChurnPlan? churn = null;
        if (map.Map("churn") is { } plan)
        {
            var share = plan.Share("share", 1_000_000);
            var up = plan.Time("up", 300 * Second, Second, 30 * Day);
            churn = new ChurnPlan(share, up, plan.Time("down", 30 * Second, 1000, 30 * Day), plan.Count("torn", 0, 0, 1000));
            plan.Done();
        }

        var result = new NodeClass
        {
            Name = map.Text("class", ""),
            Count = map.Count("count", 1, 1, NodesMost),
            Role = Enum.Parse<NodeRole>(map.Text("role", "worker", "worker", "client", "light", "relay"), ignoreCase: true),
            SpeedPermille = map.Count("speed", 1000, 1, 1_000_000),
            Slots = map.Count("slots", 2, 1, 1024),
            PriceMicro = (ulong)map.Count("price", 1000, 0, 1_000_000_000),
            FlakyPpm = map.Share("flaky", 0),
            Churn = churn,
        };
        map.Done();
        return result;
    }

    private static LinkPlan ReadLinks(YamlMap map)
    {
        var partitions = ImmutableArray.CreateBuilder<PartitionPlan>();
        foreach (var item in map.Maps("partitions", 100))
        {
            var at = item.Time("at", 0, 0, 30 * Day);
            partitions.Add(new PartitionPlan(at, item.Time("for", 30 * Second, 1, 30 * Day), item.Share("share", 500_000)));
            item.Done();
        }

        var mbit = map.Counts("bandwidth_mbit", new Spread(20, 200), 1, 100_000);
        var links = new LinkPlan
        {
            Latency = map.Times("latency", new Spread(10_000, 80_000), 100, 60 * Second),
            JitterMicros = map.Time("jitter", 5_000, 0, 60 * Second),
            LossPpm = map.Share("loss", 0),
            DuplicatePpm = map.Share("duplicates", 0),
            ResetMicros = map.Time("reset", 0, Second, 30 * Day),
            Bandwidth = new Spread(mbit.Least * 1_000_000, mbit.Most * 1_000_000),
            TimeoutMicros = map.Time("timeout", 5 * Second, 1000, 3600 * Second),
            Partitions = partitions.ToImmutable(),
        };
        map.Done();
        return links;
    }

    private static JobPlan ReadJobs(YamlMap map)
    {
        var verification = VerificationTerms.Issuer;
        if (map.Map("verification") is { } terms)
        {
            verification = VerificationTerms.Of((uint)terms.Count("replicas", -1, (int)VerificationTerms.ReplicasLeast, (int)VerificationTerms.ReplicasMost));
            terms.Done();
        }

        var jobs = new JobPlan
        {
            Count = map.Count("count", -1, 0, 1_000_000),
            FirstMicros = map.Time("first", Second, 0, 30 * Day),
            Discovery = map.Text("discovery", "false", "true", "false") == "true",
            Verification = verification,
            EveryMicros = map.Time("every", 10 * Second, 1000, Day),
            Tasks = map.Counts("tasks", new Spread(8, 8), 1, Wire.Common.WireLimits.TasksPerJob),
            TasksPerLease = map.Count("tasks_per_lease", 4, 1, Wire.Common.WireLimits.TasksPerLease),
            Parallel = map.Count("parallel", 2, 1, 1024),
            Cost = map.Times("cost", new Spread(500_000, 2_000_000), 1, Day),
            DeadlineMicros = map.Time("deadline", 600 * Second, Second, 30 * Day),
            Workers = map.Count("workers", 4, 1, Core.Runs.JobRequest.WorkersMost),
            CeilingMicro = (ulong)map.Count("ceiling", 10_000, 0, 1_000_000_000),
            FaultyPpm = map.Share("faulty", 0),
        };
        map.Done();
        return jobs;
    }
}
