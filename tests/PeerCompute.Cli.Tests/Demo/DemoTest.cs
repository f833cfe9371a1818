// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.IO.Compression;
using System.Text.Json.Nodes;
using PeerCompute.Cli.Demo;
using PeerCompute.Trust.Receipts;

namespace PeerCompute.Cli.Tests.Demo;

/// <summary>The demo as a viewer runs it: seven processes, two jobs, one liar.</summary>
[TestFixture]
[Platform("Linux")]
[NonParallelizable]
[Category("Slow")]
internal sealed class DemoTest
{
    private const ulong Seed = 7;
    private const ulong AnotherSeed = 8;

    [Test]
    public async Task Both_jobs_are_done_although_the_bootstrap_node_dies_and_the_liar_is_found()
    {
        using var demo = new DemoProcess("--seed", $"{Seed}");
        var (code, output) = await demo.EndAsync();
        Assert.That(code, Is.Zero, demo.Said);
        var said = JsonNode.Parse(output)!;
        Held(said, Seed, demo);
        Assert.Multiple(() =>
        {
            Assert.That((int)said["jobs"]!, Is.EqualTo(2));
            Assert.That((int)said["tasks"]!, Is.EqualTo(40));
            Assert.That(demo.Nodes.Keys, Is.EqualTo((string[])["bootstrap", "worker-1", "worker-2", "worker-3", "worker-4", "worker-5", "client"]));
            Assert.That(demo.Said, Does.Contain($"killed the bootstrap node, pid {demo.Nodes["bootstrap"]}, with "));
            Assert.That(Pixels((string)said["picture"]!), Is.EqualTo(Pixels(Path.Combine(Tool.Repository, "docs", "demo.png"))));
            Assert.That((double)said["seconds"]!, Is.GreaterThan(0));
            Assert.That(Directory.Exists(Path.Combine(Directory.GetDirectories(demo.Temporary).Single(), "nodes")), Is.False, "no home is left");
        });
    }

    [Test]
    [Category("Slow")]
    public async Task A_viewers_own_work_is_done_although_the_viewer_kills_a_worker()
    {
        var module = Path.Combine(Tool.Repository, "tests", "PeerCompute.Wasm.Tests", "Programs", "hello.wasm");
        using var files = new Tool();
        var scene = files.File("scene.txt", (await File.ReadAllTextAsync(Tool.Sample("raytrace", "scene.txt"))).Replace("sphere", "#sphere"));
        using var demo = new DemoProcess("--seed", $"{AnotherSeed}", "--scene", scene, "--module", module);
        await demo.SaysAsync("and posts");
        demo.Kill($"worker-{((new DemoPlan(AnotherSeed).Liar + 1) % DemoPlan.Workers) + 1}");
        var (code, output) = await demo.EndAsync();
        Assert.That(code, Is.Zero, demo.Said);
        var said = JsonNode.Parse(output)!;
        Held(said, AnotherSeed, demo);
        Assert.That((int)said["tasks"]!, Is.EqualTo(48));
        var printed = Path.Combine(Path.GetDirectoryName((string)said["receipts"]![2]!)!, "tasks", "5", "stdout");
        Assert.That(await File.ReadAllTextAsync(printed), Does.Contain("5"));
        Assert.That(Pixels((string)said["picture"]!), Is.Not.EqualTo(Pixels(Path.Combine(Tool.Repository, "docs", "demo.png"))));
    }

    [TestCase("INT", 130)]
    [TestCase("KILL", 137)]
    public async Task A_demo_that_is_ended_leaves_no_process_and_no_file(string signal, int expected)
    {
        using var demo = new DemoProcess();
        await demo.SaysAsync("kill any of them");
        await Tool.SignalAsync(demo.Process, signal);
        Assert.That((await demo.EndAsync()).Code, Is.EqualTo(expected), demo.Said);
        Assert.That(demo.Nodes, Has.Count.EqualTo(7));
        await demo.LeavesNothingAsync();
    }

    [Test]
    [Category("Slow")]
    public async Task Without_its_client_the_demo_says_so()
    {
        using var demo = new DemoProcess();
        await demo.SaysAsync("and posts");
        demo.Kill("client");
        Assert.That((await demo.EndAsync()).Code, Is.EqualTo(69));
        Assert.That(demo.Said, Does.Contain($"error: The client, pid {demo.Nodes["client"]}, is gone"));
        await demo.LeavesNothingAsync();
    }

    [TestCase("--scene", null, 66, "no file")]
    [TestCase("--scene", "", 65, "0 bytes")]
    [TestCase("--module", null, 66, "no file")]
    [TestCase("--module", "#!/bin/sh", 65, "no WebAssembly module")]
    [TestCase("--module", "a", 65, "no WebAssembly module")]
    public async Task Files_that_cannot_be_used_are_refused_before_any_node_starts(string option, string? content, int expected, string why)
    {
        using var tool = new Tool();
        var file = content is null ? Path.Combine(tool.Home, "none") : tool.File("given", content);
        using var demo = new DemoProcess(option, file);
        Assert.That((await demo.EndAsync()).Code, Is.EqualTo(expected), demo.Said);
        Assert.That(demo.Said, Does.StartWith("error: " + option).And.Contain(why));
        await demo.LeavesNothingAsync();
    }

    [Test]
    public async Task A_folder_with_an_earlier_demo_is_left_alone()
    {
        using var tool = new Tool();
        Directory.CreateDirectory(Path.Combine(tool.Home, "nodes"));
        using var demo = new DemoProcess("-o", tool.Home);
        Assert.That((await demo.EndAsync()).Code, Is.EqualTo(64), demo.Said);
        Assert.That(Directory.Exists(Path.Combine(tool.Home, "nodes")));
    }

    /// <summary>What holds of every demo that ends well.</summary>
    private static void Held(JsonNode said, ulong seed, DemoProcess demo)
    {
        var plan = new DemoPlan(seed);
        var receipts = said["receipts"]!.AsArray().Select(static r => ReceiptCheck.Verify(File.ReadAllBytes((string)r!))).ToList();
        var rejected = receipts.SelectMany(r => WorkedTask.Of(r.JobName, r.Receipt!)).Where(static w => w.Rejected).ToList();
        Assert.Multiple(() =>
        {
            Assert.That((int)said["nodes"]!, Is.EqualTo(7));
            Assert.That(said["pids"]!.AsArray().Select(static p => (int)p!), Is.EqualTo(demo.Nodes.Values));
            Assert.That((int)said["accepted"]!, Is.EqualTo((int)said["tasks"]!));
            Assert.That((int)said["connections"]!, Is.InRange(0, 2), "the client posts by what it is introduced to");
            Assert.That((long)said["fuel"]!, Is.InRange(1, 5_000_000_000));
            Assert.That(receipts.Select(static r => r.Problems), Has.All.Empty);
            Assert.That(receipts[0].TotalFuel, Is.LessThanOrEqualTo(1_500_000_000));
            Assert.That(receipts[1].TotalFuel, Is.LessThanOrEqualTo(800_000_000));
            Assert.That(said["rejected"]!.ToJsonString(), Is.EqualTo(said["planted"]!["lies"]!.ToJsonString()));
            Assert.That(rejected.Select(static w => (w.Job, w.Task)),
                Is.Not.Empty.And.EqualTo(said["rejected"]!.AsArray().Select(static l => ((string)l!["job"]!, (uint)l["task"]!))));
            Assert.That(rejected.Select(w => plan.LiesOn(w.Task)), Is.All.True);
            Assert.That(said["liars"]!.AsArray().Select(static l => (string)l!), Is.EqualTo((string[])[(string)said["planted"]!["worker"]!]));
            Assert.That(said["walls"]!.AsArray().Select(static w => (string)w!["kind"]!), Is.SupersetOf((string[])["hostFile", "inetSocket", "fork"]));
            Assert.That(said["flipped"]!["fields"]!.AsArray(), Is.Not.Empty);
            if (Tools.Find("node") is not null) Assert.That((string?)said["recomputed"]!["v8"], Is.EqualTo((string)said["recomputed"]!["receipt"]!));
            if (Tools.Find("awk") is not null) Assert.That((bool?)said["sameAsAwk"], Is.True);
        });
        foreach (var pid in demo.Nodes.Values) Assert.That(Directory.Exists($"/proc/{pid}"), Is.False, "no node is left behind");
    }

    private static (int Width, int Height, byte[] Rows) Pixels(string picture)
    {
        var png = File.ReadAllBytes(picture);
        Assert.That(png[..8], Is.EqualTo(new byte[] { 0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10 }));
        using var data = new MemoryStream();
        for (var at = 8; at < png.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at));
            if (png.AsSpan(at + 4, 4).SequenceEqual("IDAT"u8)) data.Write(png, at + 8, length);
            at += length + 12;
        }

        data.Position = 0;
        using var zlib = new ZLibStream(data, CompressionMode.Decompress);
        using var rows = new MemoryStream();
        zlib.CopyTo(rows);
        return (BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20)), rows.ToArray());
    }
}
