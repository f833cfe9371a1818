// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using PeerCompute.Base.Errors;
using PeerCompute.Simulator.Files;
using PeerCompute.Libp2p.Gossip;

namespace PeerCompute.Simulator.Interop;

/// <summary>
/// A <c>params.json</c> of libp2p/test-plans' gossipsub-interop, taken apart: what each node does, and its router's parameters
/// (test-specs/implementation.md).
/// </summary>
internal sealed class InteropScript
{
    private const int FileBytes = 64 * 1024 * 1024;
    private const int NodesMost = 20_000;
    private const int StepsMost = 20_000_000;
    private const int BytesMost = 8 * 1024 * 1024;
    private const double SecondsMost = 30 * 86_400;

    private static readonly TimeSpan HeartbeatLeast = TimeSpan.FromMilliseconds(1);

    private readonly string _file;
    private int _steps;

    private InteropScript(string file, int nodes)
    {
        _file = file;
        Steps = new List<InteropStep>[nodes];
        Options = new GossipOptions?[nodes];
        for (var i = 0; i < nodes; i++) Steps[i] = [];
    }

    /// <summary>Each node's instructions, in order.</summary>
    public List<InteropStep>[] Steps { get; }

    /// <summary>Parameters of each node's router; null where the script has none for it.</summary>
    public GossipOptions?[] Options { get; }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="nodes">How many nodes there are; 0: up to the greatest number that is named.</param>
    /// <exception cref="PeerComputeException">It is not there, or not such a file; names instruction and field.</exception>
    public static InteropScript Read(string path, int nodes)
    {
        var bytes = InputFile.Read(path, FileBytes, $"{path} does not exist; gossipsub-interop writes it as params.json.");
        try
        {
            using var document = JsonDocument.Parse(bytes);
            var script = document.RootElement.GetProperty("script");
            var greatest = 0;
            foreach (var one in script.EnumerateArray()) greatest = Math.Max(greatest, Greatest(one));
            if (greatest >= NodesMost || nodes > NodesMost) throw new PeerComputeException(ErrorCode.LimitExceeded, $"{path}: at most {NodesMost} nodes.");
            if (nodes > 0 && nodes <= greatest) throw new PeerComputeException(ErrorCode.BadInput, $"{path} names node {greatest}, there are {nodes} nodes.");
            var result = new InteropScript(Path.GetFileName(path), nodes > 0 ? nodes : greatest + 1);
            var number = 0;
            foreach (var one in script.EnumerateArray()) result.Take(number++, one, -1);
            return result;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new PeerComputeException(ErrorCode.BadInput, $"{path} is no params.json of gossipsub-interop: {e.Message}", e);
        }
    }

    private static int Greatest(JsonElement one)
    {
        var greatest = one.TryGetProperty("nodeID", out var id) ? id.GetInt32() : 0;
        if (one.TryGetProperty("instruction", out var inner)) greatest = Math.Max(greatest, inner.TryGetProperty("instruction", out _) ? 0 : Greatest(inner));
        if (!one.TryGetProperty("connectTo", out var others)) return greatest;
        foreach (var other in others.EnumerateArray()) greatest = Math.Max(greatest, other.GetInt32());
        return greatest;
    }

    /// <summary>Takes one instruction, for one node or, with -1, for all.</summary>
    private void Take(int number, JsonElement one, int node)
    {
        var type = one.GetProperty("type").GetString();
        switch (type)
        {
            case "ifNodeIDEquals" when node < 0:
                Take(number, one.GetProperty("instruction"), Bounded(number, one, "nodeID", Steps.Length - 1));
                break;
            case "initGossipSub":
                var options = InteropParameters.Read(one.GetProperty("gossipSubParams"));
                if (options.Heartbeat < HeartbeatLeast) throw Bad(number, $"HeartbeatInterval is below {HeartbeatLeast.TotalNanoseconds} nanoseconds");
                for (var i = node < 0 ? 0 : node; i <= (node < 0 ? Steps.Length - 1 : node); i++) Options[i] = options;
                break;
            case "connect":
                foreach (var other in one.GetProperty("connectTo").EnumerateArray()) Add(number, node, new InteropStep.Connect(Node(number, other)));
                break;
            case "waitUntil":
                Add(number, node, new InteropStep.WaitUntil(Micros(number, one, "elapsedSeconds")));
                break;
            case "publish":
                var bytes = Bounded(number, one, "messageSizeBytes", BytesMost);
                if (bytes < sizeof(ulong)) throw Bad(number, "messageSizeBytes is below 8: the number of the message stands in front");
                Add(number, node, new InteropStep.Publish(one.GetProperty("messageID").GetUInt64(), bytes, Topic(number, one)));
                break;
            case "subscribeToTopic":
                Add(number, node, new InteropStep.Subscribe(Topic(number, one)));
                break;
            case "setTopicValidationDelay":
                Add(number, node, new InteropStep.Judge(Topic(number, one), Micros(number, one, "delaySeconds")));
                break;
            default:
                throw Bad(number, $"'{type}' is not known here; partial messages are not spoken, and conditions do not nest");
        }
    }

    private void Add(int number, int node, InteropStep step)
    {
        for (var i = node < 0 ? 0 : node; i <= (node < 0 ? Steps.Length - 1 : node); i++)
        {
            if (++_steps > StepsMost) throw Bad(number, $"the script has more than {StepsMost} instructions, counted for each node");
            if (step is not InteropStep.Connect { Node: var other } || other != i) Steps[i].Add(step);
        }
    }

    private int Node(int number, JsonElement value)
        => value.GetInt32() is >= 0 and var node && node < Steps.Length ? node : throw Bad(number, $"connectTo names node {value}");

    private int Bounded(int number, JsonElement one, string field, int most)
        => one.GetProperty(field).GetInt32() is >= 0 and var value && value <= most ? value : throw Bad(number, $"{field} is not from 0 to {most}");

    private long Micros(int number, JsonElement one, string field)
        => one.GetProperty(field).GetDouble() is >= 0 and <= SecondsMost and var seconds ? (long)(seconds * 1_000_000)
            : throw Bad(number, $"{field} is not from 0 to {SecondsMost} seconds");

    private string Topic(int number, JsonElement one)
        => one.GetProperty("topicID").GetString() is { Length: > 0 and <= GossipLimits.TopicBytes / 4 } topic ? topic
            : throw Bad(number, $"topicID is empty or longer than {GossipLimits.TopicBytes / 4} characters");

    private PeerComputeException Bad(int number, string text) => new(ErrorCode.BadInput, $"{_file}: instruction {number}: {text}.");
}
