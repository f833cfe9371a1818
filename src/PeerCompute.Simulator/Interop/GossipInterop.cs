// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json;
using PeerCompute.Simulator.Clock;

namespace PeerCompute.Simulator.Interop;

/// <summary>
/// The door of gossipsub-interop: a params.json in, the lines out that its implementations log, in virtual time. Ids of messages are the first eight bytes of
/// their payloads, as there; on the wire ours have author and number, and are signed.
/// </summary>
public static class GossipInterop
{
    private const long Step = 1_000_000;
    private const long Longest = 31L * 86_400 * Step;

    /// <summary>Runs a script until every node has come to its end.</summary>
    /// <param name="path">The params.json.</param>
    /// <param name="seed">Of places and of the routers' chance.</param>
    /// <param name="nodes">How many nodes; 0: up to the greatest number that the script names.</param>
    /// <param name="write">Given each node's lines, JSON without line ends, in order of time.</param>
    /// <param name="progress">Told the virtual seconds now and then.</param>
    /// <returns>Nodes, virtual microseconds and trace hash.</returns>
    /// <exception cref="Base.Errors.PeerComputeException">The file is not there, or not such a file; names instruction and field.</exception>
    public static (int Nodes, long Micros, string TraceHash) Run(
        string path, ulong seed, int nodes, Action<int, string> write, Action<long>? progress = null)
    {
        var script = InteropScript.Read(path, nodes);
        Dictionary<string, string> topics = [];
        var world = new InteropWorld(script, seed, (at, node, from, message) =>
        {
            if (!topics.TryGetValue(message.Topic, out var topic)) topics[message.Topic] = topic = JsonSerializer.Serialize(message.Topic);
            var id = BinaryPrimitives.ReadUInt64BigEndian(message.Data.Span);
            write(node, Line(at, "Received Message", $"\"service\":\"gossipsub\",\"from\":\"{from}\",\"topic\":{topic},\"id\":\"{id}\""));
        });
        for (var i = 0; i < world.Count; i++) write(i, Line(0, "PeerID", $"\"id\":\"{world.Ids[i]}\",\"node_id\":{i}"));
        while (world.Ended < world.Count && world.Now < Longest)
        {
            world.RunUntil(world.Now + Step);
            progress?.Invoke(world.Now / Step);
        }

        return (world.Count, world.Now, world.Trace.Hash.ToString("x16", CultureInfo.InvariantCulture));
    }

    private static string Line(long at, string message, FormattableString fields)
    {
        var time = DateTimeOffset.FromUnixTimeMilliseconds(VirtualClock.WallStartMs).AddTicks(at * 10);
        var text = time.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
        return $"{{\"time\":\"{text}\",\"level\":\"INFO\",\"msg\":\"{message}\",{fields.ToString(CultureInfo.InvariantCulture)}}}";
    }
}
