// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using PeerCompute.Base.Chance;
using PeerCompute.Base.Crypto;
using PeerCompute.Simulator.Chance;
using PeerCompute.Simulator.Scenarios;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Simulator.Executors;

/// <summary>
/// What a simulated program does: its cost and output follow from its spec and the task alone, so every honest machine computes the same.
/// The spec's arguments are the least and most cost in microseconds on the reference machine, whether it fails, and the shape of a Weibull distribution in
/// thousandths, whose scale the least cost is then; without it every cost between both is as likely.
/// </summary>
internal static class SimProgram
{
    private const ulong FuelPerMicro = 100;
    private const int OutputLeast = 200, OutputMost = 20_000;

    /// <summary>Bytes of an output in the mean.</summary>
    public const int OutputMean = (OutputLeast + OutputMost) / 2;

    private const string Sound = "sound", Faulty = "faulty";

    public static ImmutableArray<string> Args(Spread cost, bool faulty, int shapePermille = 0)
    {
        ImmutableArray<string> args = [Text(cost.Least), Text(cost.Most), faulty ? Faulty : Sound];
        return shapePermille == 0 ? args : args.Add(Text(shapePermille));
    }

    /// <summary>Whether a spec has the arguments of one.</summary>
    public static bool IsSimulated(JobSpec spec)
        => spec.Args is [var least, var most, Sound or Faulty, .. var shape] && IsNumber(least, out var from) && IsNumber(most, out var to)
            && from <= to && to <= ScenarioReader.Day
            && (shape is [] || (shape is [var one] && IsNumber(one, out var permille) && permille is >= ClassReader.ShapeLeast and <= ClassReader.ShapeMost));

    /// <summary>Whether the program fails by itself.</summary>
    public static bool Fails(JobSpec spec) => spec.Args[2] == Faulty;

    /// <summary>What one task takes on the reference machine.</summary>
    public static long Micros(JobSpec spec, Hash32 specHash, uint task) => Micros(spec, Chance(specHash, task));

    /// <summary>What an honest machine gets from one task.</summary>
    public static SimOutput Run(JobSpec spec, Hash32 specHash, uint task)
    {
        var chance = Chance(specHash, task);
        var micros = Micros(spec, chance);
        var size = (ulong)chance.Between(OutputLeast, OutputMost);
        var fault = Fails(spec) ? "trap" : "";
        var output = new HashBuilder("peercompute/1/simulated-output").Add(specHash).Add(task).Hash();
        return new SimOutput(output, size, (ulong)micros * FuelPerMicro, micros, fault);
    }

    /// <summary>The reference under which an encrypted blob travels.</summary>
    public static BlobRef Blob(Hash32 plain, ulong size, ReadOnlyMemory<byte> key) => new(plain, size, Root(plain, size, key.Span), key);

    public static Hash32 Root(Hash32 plain, ulong size, ReadOnlySpan<byte> key)
        => new HashBuilder("peercompute/1/simulated-root").Add(plain).Add(size).Add(key).Hash();

    private static Choices Chance(Hash32 specHash, uint task) => Draw.Stream(Word(specHash), "task", task);

    private static long Micros(JobSpec spec, Choices chance)
    {
        var (least, most) = (Number(spec.Args[0]), Number(spec.Args[1]));
        return spec.Args.Length > 3 ? chance.Weibull((int)Number(spec.Args[3]), least, most) : chance.Between(least, most);
    }

    private static ulong Word(Hash32 hash) => BinaryPrimitives.ReadUInt64BigEndian(hash.ToArray());

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    private static bool IsNumber(string text, out long number) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Output of one task on an honest machine, and its cost on the reference machine.</summary>
internal readonly record struct SimOutput(Hash32 Hash, ulong Size, ulong Fuel, long Micros, string Fault);
