// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using PeerCompute.Base.Errors;

namespace PeerCompute.Execution.Gpu;

/// <summary>A <see cref="GpuProgram"/> as people write it: JSON beside the file of its kernels (docs/gpu.md).</summary>
public static class GpuProgramFile
{
    private static readonly JsonSerializerOptions Form = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        RespectNullableAnnotations = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
    };

    /// <summary>Reads a description and the kernels that it names.</summary>
    /// <param name="path">The JSON file; the source is looked for beside it.</param>
    /// <returns>The program, within its bounds.</returns>
    /// <exception cref="PeerComputeException">
    /// <see cref="ErrorCode.NotFound"/>: a file is not there; <see cref="ErrorCode.BadInput"/>: it is no such description, or a bound is broken.
    /// </exception>
    public static GpuProgram Read(string path)
    {
        try
        {
            Described file = JsonSerializer.Deserialize<Described>(Text(path), Form) ?? throw new JsonException("null");
            if (file.Buffers.Contains(null!) || file.Launches.Any(static launch => launch is null || launch.Arguments.Contains(null!)))
                throw new JsonException("a list has null in it");
            string source = Text(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, file.Source));
            var places = file.Buffers.Select(static (buffer, place) => (buffer.Name, place)).DistinctBy(static at => at.Name)
                .ToDictionary(static at => at.Name, static at => at.place, StringComparer.Ordinal);
            var program = new GpuProgram
            {
                Language = Path.GetExtension(file.Source) == ".ptx" ? GpuLanguage.Ptx : GpuLanguage.OpenClC,
                Source = source,
                Options = file.Options,
                Buffers = [.. file.Buffers.Select(static b => new GpuBuffer(b.Name, b.Bytes, b.Input, b.Output))],
                Launches = [.. file.Launches.Select(launch => Launch(launch, places))],
                Rounds = file.Rounds,
            };
            program.Check();
            return program;
        }
        catch (JsonException wrong)
        {
            throw new PeerComputeException(ErrorCode.BadInput, $"{path}: {wrong.Message}", wrong);
        }
        catch (PeerComputeException wrong) when (wrong.Code == ErrorCode.BadInput)
        {
            throw new PeerComputeException(ErrorCode.BadInput, $"{path}: {wrong.Message}", wrong);
        }
    }

    private static string Text(string path)
    {
        try
        {
            return new FileInfo(path).Length <= GpuProgramCodec.MostBytes ? File.ReadAllText(path)
                : throw new PeerComputeException(ErrorCode.BadInput, $"{path} is longer than {GpuProgramCodec.MostBytes} bytes");
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            throw new PeerComputeException(ErrorCode.NotFound, $"{path} cannot be read: {gone.Message}", gone);
        }
    }

    private static GpuLaunch Launch(DescribedLaunch launch, Dictionary<string, int> places)
        => new(launch.Kernel, launch.Items, launch.Groups.IsDefault ? [] : launch.Groups, [.. launch.Arguments.Select(argument => Argument(argument, places))])
        {
            When = launch.Rounds switch { Rounds.First => GpuWhen.First, Rounds.Last => GpuWhen.Last, _ => GpuWhen.Every },
        };

    private static GpuArgument Argument(DescribedArgument argument, Dictionary<string, int> places) => argument switch
    {
        { Buffer: { } name } => places.TryGetValue(name, out int place) ? GpuArgument.Buffer(place)
            : throw new PeerComputeException(ErrorCode.BadInput, $"there is no buffer '{Printable.Line(name, 80)}'"),
        { F32: { } number } => GpuArgument.Scalar(number),
        { I32: { } number } => GpuArgument.Scalar(number),
        { U32: { } number } => GpuArgument.Scalar(unchecked((int)number)),
        { Local: { } bytes } => GpuArgument.Local(bytes),
        { Of: Number.Task } => GpuArgument.Task,
        { Of: Number.Round } => GpuArgument.Round,
        _ => throw new PeerComputeException(ErrorCode.BadInput, "an argument is one of buffer, f32, i32, u32, local, and of (task or round)"),
    };

    private enum Rounds
    {
        All,
        First,
        Last,
    }

    private enum Number
    {
        Task,
        Round,
    }

    private sealed record Described
    {
        public required string Source { get; init; }

        public string Options { get; init; } = "";

        public required ImmutableArray<DescribedBuffer> Buffers { get; init; }

        public required ImmutableArray<DescribedLaunch> Launches { get; init; }

        public uint Rounds { get; init; } = 1;
    }

    private sealed record DescribedBuffer
    {
        public required string Name { get; init; }

        public ulong Bytes { get; init; }

        public string Input { get; init; } = "";

        public string Output { get; init; } = "";
    }

    private sealed record DescribedLaunch
    {
        public required string Kernel { get; init; }

        public required ImmutableArray<ulong> Items { get; init; }

        public ImmutableArray<ulong> Groups { get; init; } = [];

        public ImmutableArray<DescribedArgument> Arguments { get; init; } = [];

        public Rounds Rounds { get; init; }
    }

    private sealed record DescribedArgument
    {
        public string? Buffer { get; init; }

        public float? F32 { get; init; }

        public int? I32 { get; init; }

        public uint? U32 { get; init; }

        public ulong? Local { get; init; }

        public Number? Of { get; init; }
    }
}
