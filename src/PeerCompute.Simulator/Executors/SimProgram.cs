// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using PeerCompute.Base.Crypto;
using PeerCompute.Simulator.Chance;
using PeerCompute.Simulator.Scenarios;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Simulator.Executors;

/// <summary>
/// What a simulated program does: its cost and output follow from its spec and the task alone, so every honest machine computes the same.
/// The spec's arguments are the least and most cost in microseconds on the reference machine, and whether it fails.
/// </summary>
internal static class SimProgram
{
    private const ulong FuelPerMicro = 100;
    private const int OutputLeast = 200, OutputMost = 20_000;

    /// <summary>Bytes of an output in the mean.</summary>
    public const int OutputMean = (OutputLeast + OutputMost) / 2;

    private const string Sound = "sound", Faulty = "faulty";

    public static ImmutableArray<string> Args(Spread cost, bool faulty)
        => [Text(cost.Least), Text(cost.Most), faulty ? Faulty : Sound];

    /// <summary>Whether a spec has the arguments of one.</summary>
    public static bool IsSimulated(JobSpec spec)
        => spec.Args is [var least, var most, Sound or Faulty] && long.TryParse(least, NumberStyles.None, CultureInfo.InvariantCulture, out var from)
            && long.TryParse(most, NumberStyles.None, CultureInfo.InvariantCulture, out var to) && from <= to && to <= ScenarioReader.Day;

    /// <summary>What an honest machine gets from one task.</summary>
    public static SimOutput Run(JobSpec spec, Hash32 specHash, uint task)
    {
        var chance = Draw.Stream(Word(specHash), "task", task);
        var micros = chance.Between(Number(spec.Args[0]), Number(spec.Args[1]));
        var size = (ulong)chance.Between(OutputLeast, OutputMost);
        var fault = spec.Args[2] == Faulty ? "trap" : "";
        var output = new HashBuilder("peercompute/1/simulated-output").Add(specHash).Add(task).Hash();
        return new SimOutput(output, size, (ulong)micros * FuelPerMicro, micros, fault);
    }

    /// <summary>The reference under which an encrypted blob travels.</summary>
    public static BlobRef Blob(Hash32 plain, ulong size, ReadOnlyMemory<byte> key) => new(plain, size, Root(plain, size, key.Span), key);

    public static Hash32 Root(Hash32 plain, ulong size, ReadOnlySpan<byte> key)
        => new HashBuilder("peercompute/1/simulated-root").Add(plain).Add(size).Add(key).Hash();

    private static ulong Word(Hash32 hash) => BinaryPrimitives.ReadUInt64BigEndian(hash.ToArray());

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Output of one task on an honest machine, and its cost on the reference machine.</summary>
internal readonly record struct SimOutput(Hash32 Hash, ulong Size, ulong Fuel, long Micros, string Fault);
