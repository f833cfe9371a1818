// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.Json.Nodes;
using PeerCompute.Core;
using PeerCompute.Simulator.Events;
using PeerCompute.Simulator.Tests.Events;

namespace PeerCompute.Simulator.Tests;

[TestFixture]
internal sealed class DeterminismTest
{
    [Test]
    public void The_same_seed_in_two_other_processes_gives_the_same_trace()
    {
        var here = Lab.Run(Lab.Read("fifty"), 42);
        var (one, other) = (InProcess("fifty", 42), InProcess("fifty", 42));
        foreach (var there in new[] { one, other })
        {
            Assert.That((string)there["traceHash"]!, Is.EqualTo(here.TraceHash));
            Assert.That((long)there["events"]!, Is.EqualTo(here.Events));
            Assert.That((string)there["scenarioSha256"]!, Is.EqualTo(here.ScenarioHash));
            Assert.That((string)there["coreMvid"]!, Is.EqualTo(here.CoreMvid.ToString()));
        }
    }

    [Test]
    public void Another_seed_gives_another_trace()
        => Assert.That(Lab.Run(Lab.Read("pair"), 1).TraceHash, Is.Not.EqualTo(Lab.Run(Lab.Read("pair"), 2).TraceHash));

    [Test]
    public void Any_queue_gives_the_same_trace()
    {
        var scenario = Lab.Read("crooks");
        var usual = Lab.Run(scenario, 3).TraceHash;
        foreach (var queue in new IEventQueue[] { new SortedQueue(), new HeapEventQueue() })
            Assert.That(new Experiment(scenario, 3, SimulatorRun.Honest, queue).Run().TraceHash, Is.EqualTo(usual), queue.GetType().Name);
    }

    [Test]
    public void Encoding_messages_and_checking_every_signature_changes_nothing()
    {
        var scenario = Lab.Read("crooks");
        var full = Lab.Run(scenario with { EncodeWire = true, FullCrypto = true }, 4);
        Assert.That(full.Violations, Is.Empty, Lab.Text(full));
        Assert.That(full.TraceHash, Is.EqualTo(Lab.Run(scenario, 4).TraceHash));
    }

    [Test]
    public void The_core_that_is_simulated_is_the_one_that_the_daemon_loads()
    {
        var daemons = Path.Combine(Lab.Root, "artifacts", "bin", "PeerCompute.Cli", "release", "PeerCompute.Core.dll");
        Assert.That(daemons, Does.Exist);
        using var file = new PEReader(File.OpenRead(daemons));
        var metadata = file.GetMetadataReader();
        var mvid = metadata.GetGuid(metadata.GetModuleDefinition().Mvid);
        Assert.That(mvid, Is.EqualTo(typeof(NodeCore).Module.ModuleVersionId));
        Assert.That(Lab.Run(Lab.Read("pair"), 1).CoreMvid, Is.EqualTo(mvid));
    }

    private static JsonNode InProcess(string scenario, ulong seed)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "peercompute")) { RedirectStandardOutput = true };
        foreach (var arg in new[] { "sim", "run", Lab.Sample(scenario), "--seed", seed.ToString(), "--json" }) start.ArgumentList.Add(arg);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.Zero, output);
        return JsonNode.Parse(output)!;
    }
}
