// SPDX-License-Identifier: Apache-2.0
using System.Text;
using System.Text.Json.Nodes;
using PeerCompute.Interop.Tests;

namespace PeerCompute.Cli.Tests.Commands;

/// <summary>A whole job submitted, followed and fetched by a client of another house, @grpc/grpc-js.</summary>
[Category("Slow")]
public sealed class GrpcJsJobTests
{
    [Test]
    public async Task A_job_handed_in_by_grpc_js_is_accepted_and_brings_outputs_and_receipt()
    {
        using var tool = new Tool();
        await using var worker = await RunningDaemon.StartAsync(tool, "worker");
        await using var client = await RunningDaemon.StartAsync(tool, "client", "--light");
        var order = new JsonObject
        {
            ["module"] = Tool.Sample("misc", "readinput.wasm"),
            ["inputs"] = new JsonArray(new JsonObject { ["name"] = "in.txt", ["text"] = "from another house" }),
            ["submission"] = new JsonObject
            {
                ["name"] = "from-js",
                ["args"] = new JsonArray("in.txt", "out.txt"),
                ["outputs"] = new JsonArray("out.txt"),
                ["tasks"] = 3,
                ["limits"] = new JsonObject { ["memory_bytes"] = 16 << 20, ["fuel"] = 100_000_000, ["wall_ms"] = 30_000, ["output_bytes"] = 1 << 20 },
                ["placement"] = new JsonObject { ["workers"] = new JsonArray(worker.Address) },
                ["verification"] = new JsonObject { ["by"] = "issuer" },
                ["deadline_ms"] = 120_000,
                ["price_ceiling"] = 10_000,
            },
        };
        var said = await GrpcJs.RunAsync(Path.Combine(client.Home, "api.sock"), "job", order.ToJsonString());
        Assert.That(said["error"], Is.Null, said.ToJsonString());
        Assert.Multiple(() =>
        {
            Assert.That(said["watchError"], Is.Null);
            Assert.That((string?)said["state"], Is.EqualTo("JOB_STATE_ACCEPTED"), said.ToJsonString());
            Assert.That(said["tasks"]!.AsArray().Select(t => (string?)t), Is.EqualTo(Enumerable.Repeat("TASK_STATE_ACCEPTED", 3)));
            Assert.That(
                said["outputs"]!.AsArray().Select(o => Encoding.UTF8.GetString(Convert.FromBase64String((string)o!))),
                Is.EqualTo(Enumerable.Repeat("from another house", 3)));
            Assert.That((int)said["receiptBytes"]!, Is.GreaterThan(0));
        });
    }
}
