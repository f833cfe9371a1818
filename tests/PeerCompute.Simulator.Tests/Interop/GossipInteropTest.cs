// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using PeerCompute.Base.Errors;
using PeerCompute.Simulator.Interop;

namespace PeerCompute.Simulator.Tests.Interop;

/// <summary>Scripts of libp2p/test-plans' gossipsub-interop, as its experiment.py writes them.</summary>
[TestFixture]
internal sealed class GossipInteropTest
{
    private const int Nodes = 12;
    private const string Parameters = """{"D": 4, "Dlo": 3, "HeartbeatInitialDelay": 100100000, "GossipFactor": 0.25}""";

    /// <summary>The digest that the framework's implementations agree on (jvm-libp2p, NodeKeyTest).</summary>
    [Test]
    public void Ten_thousand_nodes_have_the_peer_ids_that_other_implementations_give_them()
    {
        var text = new StringBuilder();
        for (var node = 0; node < 10_000; node++) text.Append($">{node}:{InteropWorld.KeyOf(node).PeerId}\n");
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
        Assert.That(digest, Is.EqualTo("11395ea896d00ca25f7f648ebb336488ee092096a5498d90d76b92eaec27867a"));
    }

    [Test]
    public void Every_subscriber_logs_each_message_and_who_sent_it()
    {
        var lines = Run(Script(), out var trace);
        Assert.That(lines.Count(static l => (string)l["msg"]! == "PeerID"), Is.EqualTo(Nodes));
        var received = lines.Where(static l => (string)l["msg"]! == "Received Message").ToList();
        foreach (var (id, publisher) in new[] { ("7", 3), ("18446744073709551615", 5) })
        {
            var who = received.Where(l => (string)l["id"]! == id).Select(static l => (int)l["node"]!).Distinct();
            Assert.That(who, Is.EquivalentTo(Enumerable.Range(0, Nodes).Where(n => n != publisher)), id);
        }

        Assert.That(received.Select(static l => (string)l["topic"]!), Is.All.EqualTo("a-subnet"));
        var all = Enumerable.Range(0, Nodes).Select(static n => InteropWorld.KeyOf(n).PeerId.ToString());
        Assert.That(received.Select(static l => (string)l["from"]!).Distinct(), Is.SubsetOf(all));
        Assert.That((string)received[0]["time"]!, Does.Match(@"^2026-01-01T00:00:2\d\.\d{6}Z$"));
        Run(Script(), out var again);
        Assert.That(again, Is.EqualTo(trace));
    }

    [Test]
    public void Judging_delays_what_goes_on()
    {
        const string judge = """{"type": "setTopicValidationDelay", "topicID": "a-subnet", "delaySeconds": 2.5}""";
        static string Last(List<JsonObject> lines) => lines.Where(static l => (string?)l["id"] == "7").Max(static l => (string)l["time"]!)!;
        Assert.That(Last(Run(Script(judge), out _)), Is.GreaterThan(Last(Run(Script(), out _))).And.GreaterThan("2026-01-01T00:00:22.5"));
    }

    [TestCase("""{"script": [{"type": "addPartialMessage", "parts": 1}]}""", "instruction 0: 'addPartialMessage' is not known")]
    [TestCase("""{"script": [{"type": "publish", "messageID": 1, "messageSizeBytes": 4, "topicID": "a"}]}""", "instruction 0: messageSizeBytes is below 8")]
    [TestCase("""{"script": [{"type": "waitUntil", "elapsedSeconds": -1}]}""", "instruction 0: elapsedSeconds is not from 0")]
    [TestCase("""{"script": [{"type": "ifNodeIDEquals", "nodeID": 99999999, "instruction": {"type": "waitUntil"}}]}""", "at most 20000 nodes")]
    [TestCase(
        """{"script": [{"type": "initGossipSub", "gossipSubParams": {"HeartbeatInterval": 0}}]}""", "instruction 0: HeartbeatInterval is below 1000000")]
    [TestCase("""{"script": 5}""", "is no params.json")]
    [TestCase("""[]""", "is no params.json")]
    [TestCase("""{"script": [{"type": "publish"}]}""", "is no params.json")]
    public void What_is_no_script_is_refused(string json, string expected)
        => Assert.That(Assert.Throws<PeerComputeException>(() => Run(json, out _))!.Message, Does.Contain(expected));

    private static string Script(string more = """{"type": "waitUntil", "elapsedSeconds": 0}""")
    {
        List<string> steps = ["""{"type": "initGossipSub", "gossipSubParams": """ + Parameters + "}", more];
        for (var i = 0; i < Nodes; i++)
        {
            var others = string.Join(", ", new[] { 1, 3, 4 }.Select(o => (i + o) % Nodes));
            steps.Add(For(i, $$"""{"type": "connect", "connectTo": [{{others}}]}"""));
        }

        steps.Add("""{"type": "subscribeToTopic", "topicID": "a-subnet", "partial": false}""");
        steps.Add("""{"type": "waitUntil", "elapsedSeconds": 20}""");
        steps.Add(Publish(3, "7"));
        steps.Add(Publish(5, "18446744073709551615"));
        steps.Add("""{"type": "waitUntil", "elapsedSeconds": 40}""");
        return $$"""{"script": [{{string.Join(", ", steps)}}]}""";
    }

    private static string For(int node, string step) => $$"""{"type": "ifNodeIDEquals", "nodeID": {{node}}, "instruction": {{step}} }""";

    private static string Publish(int node, string id)
        => For(node, $$"""{"type": "publish", "messageID": {{id}}, "messageSizeBytes": 2048, "topicID": "a-subnet"}""");

    private static List<JsonObject> Run(string json, out string trace)
    {
        using var folder = new TestFolder();
        List<JsonObject> lines = [];
        trace = GossipInterop.Run(folder.File("params.json", json), 1, 0, (node, line) =>
        {
            var read = JsonNode.Parse(line)!.AsObject();
            read["node"] = node;
            lines.Add(read);
        }).TraceHash;
        return lines;
    }
}
