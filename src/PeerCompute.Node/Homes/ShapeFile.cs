// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using PeerCompute.Base.Errors;
using PeerCompute.Net.Shaping;

namespace PeerCompute.Node.Homes;

/// <summary>The file by which a daemon's owner makes its connections slow, for experiments of many nodes on one machine (<see cref="LinkShape"/>).</summary>
public static class ShapeFile
{
    /// <summary>Most nodes that a file names.</summary>
    public const int PeersMost = 1024;

    /// <summary>Longest way of a message, microseconds.</summary>
    public const long MicrosMost = 60_000_000;

    private const long BitsMost = 1L << 40;
    private const long FileMost = 1 << 20;

    /// <summary>The file's content.</summary>
    /// <param name="from">The node's own address, of 127.0.0.0/8.</param>
    /// <param name="upBits">Bits per second that it sends.</param>
    /// <param name="downBits">Bits per second that it receives.</param>
    /// <param name="jitterMicros">What a message takes longer at most.</param>
    /// <param name="micros">How long a message takes to each other node, microseconds.</param>
    /// <returns>Indented JSON.</returns>
    public static string Json(IPAddress from, long upBits, long downBits, long jitterMicros, IEnumerable<(IPAddress To, long Micros)> micros)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("from", from.ToString());
            json.WriteNumber("up_bits", upBits);
            json.WriteNumber("down_bits", downBits);
            json.WriteNumber("jitter_us", jitterMicros);
            json.WriteStartObject("to_us");
            foreach (var (to, takes) in micros) json.WriteNumber(to.ToString(), takes);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }

    /// <summary>Reads a file.</summary>
    /// <exception cref="PeerComputeException">It is not there, or no such file; says which key is wrong.</exception>
    internal static LinkShape Read(string path)
    {
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > FileMost }) throw new FormatException($"it is longer than {FileMost} bytes.");
            using var document = JsonDocument.Parse(File.ReadAllBytes(path), new JsonDocumentOptions { MaxDepth = 4 });
            var root = document.RootElement;
            return new LinkShape
            {
                From = Loopback(Key(root, "from").GetString()),
                UpBits = Number(root, "up_bits", 1, BitsMost),
                DownBits = Number(root, "down_bits", 1, BitsMost),
                JitterMicros = Number(root, "jitter_us", 0, MicrosMost),
                Micros = Ways(Key(root, "to_us")),
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException or FormatException)
        {
            throw new PeerComputeException(ErrorCode.BadInput, $"{path} does not say how slow links are: {e.Message} 'sim run --real' writes such files.", e);
        }
    }

    private static ImmutableDictionary<IPAddress, long> Ways(JsonElement map)
    {
        var ways = ImmutableDictionary.CreateBuilder<IPAddress, long>();
        foreach (var to in map.EnumerateObject())
        {
            if (ways.Count == PeersMost) throw new FormatException($"to_us names more than {PeersMost} nodes.");
            ways[Loopback(to.Name)] = Number(map, to.Name, 0, MicrosMost);
        }

        return ways.ToImmutable();
    }

    private static JsonElement Key(JsonElement map, string name)
        => map.TryGetProperty(name, out var value) ? value : throw new FormatException($"{name} is missing.");

    private static IPAddress Loopback(string? text)
        => IPAddress.TryParse(text, out var address) && address.AddressFamily == AddressFamily.InterNetwork && IPAddress.IsLoopback(address)
            ? address : throw new FormatException($"'{text}' is no address of 127.0.0.0/8.");

    private static long Number(JsonElement map, string name, long least, long most)
        => Key(map, name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var number) && number >= least && number <= most
            ? number : throw new FormatException($"{name} must be a whole number from {least} to {most}.");
}
