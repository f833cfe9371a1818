// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Errors;

namespace PeerCompute.Execution.Gpu;

/// <summary>
/// The module of a job for a GPU: kernels in source, named buffers, and the sequence in which the kernels start. Its bytes are
/// <see cref="GpuProgramCodec"/>'s; what breaks a bound here is refused before any driver sees it.
/// </summary>
public sealed record GpuProgram
{
    /// <summary>What the program is called where it runs; no input and no output has this name.</summary>
    public const string FileName = ".program";

    /// <summary>Longest source, bytes of UTF-8.</summary>
    public const int MostSource = 1 << 20;

    /// <summary>Most buffers.</summary>
    public const int MostBuffers = 64;

    /// <summary>Most launches in the sequence.</summary>
    public const int MostLaunches = 1024;

    /// <summary>Most rounds.</summary>
    public const uint MostRounds = 1_000_000;

    /// <summary>Most arguments of a kernel (OpenCL 1.2, CL_DEVICE_MAX_PARAMETER_SIZE: at least 1024 bytes, so 128 of 8).</summary>
    public const int MostArguments = 128;

    /// <summary>Longest name, characters.</summary>
    public const int MostName = 64;

    /// <summary>Longest build options, characters.</summary>
    public const int MostOptions = 1024;

    /// <summary>Largest buffer, bytes.</summary>
    public const ulong MostBytes = 1UL << 40;

    /// <summary>Most work items in one dimension.</summary>
    public const ulong MostItems = 1UL << 32;

    /// <summary>Most work items of a group in PTX (CUDA C++ Programming Guide, table of technical specifications: threads per block).</summary>
    public const ulong MostGroup = 1024;

    /// <summary>What the kernels are written in.</summary>
    public GpuLanguage Language { get; init; } = GpuLanguage.OpenClC;

    /// <summary>The kernels.</summary>
    public required string Source { get; init; }

    /// <summary>Options of the compiler, separated by blanks: <c>-D NAME=VALUE</c> and <c>-cl-...</c>; no other, so that no file of the host is read.</summary>
    public string Options { get; init; } = "";

    /// <summary>The memory that the kernels work on.</summary>
    public ImmutableArray<GpuBuffer> Buffers { get; init; } = [];

    /// <summary>The kernels in the order in which they start; one begins when the one before it has ended.</summary>
    public ImmutableArray<GpuLaunch> Launches { get; init; } = [];

    /// <summary>How often the whole sequence runs.</summary>
    public uint Rounds { get; init; } = 1;

    /// <summary>Checks every bound.</summary>
    /// <exception cref="PeerComputeException"><see cref="ErrorCode.BadInput"/>, with the field and the limit.</exception>
    public void Check()
    {
        Must(Language is GpuLanguage.OpenClC or GpuLanguage.Ptx, $"language {(int)Language} is not known: write OpenCL C or PTX");
        Must(Source.Length is > 0 and <= MostSource && !Source.Contains('\0'), $"source: 1 to {MostSource} characters, none of them zero");
        Must(Options.Length <= MostOptions && Options.Split(' ', StringSplitOptions.RemoveEmptyEntries).All(IsAllowed),
            $"options '{Options}': at most {MostOptions} characters of -DNAME, -DNAME=VALUE and -cl-...");
        Must(Buffers.Length is > 0 and <= MostBuffers, $"{Buffers.Length} buffers: give 1 to {MostBuffers}");
        Must(Launches.Length is > 0 and <= MostLaunches, $"{Launches.Length} launches: give 1 to {MostLaunches}");
        Must(Rounds is > 0 and <= MostRounds, $"{Rounds} rounds: give 1 to {MostRounds}");
        foreach (var buffer in Buffers) Check(buffer);
        Must(Buffers.Select(static b => b.Name).Distinct(StringComparer.Ordinal).Count() == Buffers.Length, "two buffers of one name: names must differ");
        string[] outputs = [.. Buffers.Select(static b => b.Output).Where(static name => name.Length > 0)];
        Must(outputs.Distinct(StringComparer.Ordinal).Count() == outputs.Length, "two buffers with one output: names must differ");
        foreach (string output in outputs)
        {
            Must(output != FileName && !Buffers.Any(b => b.Input == output), $"output {output}: an input has this name; inputs are only read");
        }

        Must(outputs.Length > 0, "no buffer has an output: nothing would come out");
        foreach (var launch in Launches) Check(launch);
        if (Language == GpuLanguage.Ptx) CheckPtx();
    }

    /// <summary>What PTX has otherwise: no options, groups always, one memory of a group at most, kernels that can be looked up.</summary>
    private void CheckPtx()
    {
        Must(Options.Length == 0, "PTX takes no options: what it is compiled with stands in it");
        PtxHeader header = PtxHeader.Read(Source);
        foreach (GpuLaunch launch in Launches)
        {
            Must(launch.Local.Length > 0, $"kernel {launch.Kernel}: in PTX give the work items of a group (groups)");
            ulong items = launch.Local.Aggregate(1UL, static (all, n) => Math.Min(MostGroup + 1, n) * all);
            Must(items <= MostGroup, $"kernel {launch.Kernel}: groups of more than {MostGroup}");
            int shared = launch.Arguments.Count(static argument => argument.Kind == GpuArgumentKind.Local), given = launch.Arguments.Length - shared;
            Must(shared <= 1, $"kernel {launch.Kernel}: PTX has one memory of a group");
            Must(header.Entries.TryGetValue(launch.Kernel, out int takes), $"there is no kernel {launch.Kernel} in the source");
            Must(takes == given, $"kernel {launch.Kernel} takes {takes} arguments and is given {given}");
        }
    }

    private static void Check(GpuBuffer buffer)
    {
        Must(IsName(buffer.Name), $"buffer '{buffer.Name}': give a name of 1 to {MostName} letters, digits, '.', '-' or '_'");
        Must(buffer.Bytes <= MostBytes, $"buffer {buffer.Name} of {buffer.Bytes} bytes, at most {MostBytes}");
        Must(buffer.Bytes > 0 || buffer.Input.Length > 0, $"buffer {buffer.Name}: give its bytes or an input");
        foreach (var file in new[] { buffer.Input, buffer.Output })
            Must(file.Length == 0 || file.Split('/').All(IsName), $"buffer {buffer.Name}: the file '{file}' must be a relative path of plain names");
    }

    private void Check(GpuLaunch launch)
    {
        Must(IsName(launch.Kernel), $"kernel '{launch.Kernel}': give the name of a function in the source");
        Must(launch.Global.Length is >= 1 and <= 3 && launch.Global.All(static n => n is > 0 and <= MostItems),
            $"kernel {launch.Kernel}: give its work items in one to three dimensions, 1 to {MostItems} each");
        Must(launch.Local.IsEmpty || launch.Local.Length == launch.Global.Length, $"kernel {launch.Kernel}: groups need as many dimensions as work items");
        for (int i = 0; i < launch.Local.Length; i++)
        {
            Must(launch.Local[i] > 0 && launch.Global[i] % launch.Local[i] == 0,
                $"kernel {launch.Kernel}: {launch.Global[i]} work items do not make groups of {launch.Local[i]}");
        }

        Must(launch.When is GpuWhen.Every or GpuWhen.First or GpuWhen.Last, $"kernel {launch.Kernel}: rounds of kind {(int)launch.When}");
        Must(launch.Arguments.Length <= MostArguments, $"kernel {launch.Kernel}: {launch.Arguments.Length} arguments, at most {MostArguments}");
        foreach (var argument in launch.Arguments) Check(launch.Kernel, argument);
    }

    private void Check(string kernel, GpuArgument argument)
    {
        switch (argument.Kind)
        {
            case GpuArgumentKind.Buffer:
                Must(argument.Index < (ulong)Buffers.Length, $"kernel {kernel}: there is no buffer {argument.Index}");
                break;
            case GpuArgumentKind.Local:
                Must(argument.Index is > 0 and <= GpuArgument.MostLocalBytes, $"kernel {kernel}: 1 to {GpuArgument.MostLocalBytes} bytes of local memory");
                break;
            case GpuArgumentKind.Scalar:
                var scalar = argument.Value.Length;
                Must(scalar is > 0 and <= GpuArgument.MostScalarBytes, $"kernel {kernel}: a scalar has 1 to {GpuArgument.MostScalarBytes} bytes");
                break;
            default:
                Must(argument.Kind is GpuArgumentKind.Task or GpuArgumentKind.Round, $"kernel {kernel}: an argument of kind {(int)argument.Kind}");
                break;
        }
    }

    private static bool IsAllowed(string option)
    {
        if (option.StartsWith("-cl-", StringComparison.Ordinal)) return option.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '=' or '.');
        return option.StartsWith("-D", StringComparison.Ordinal) && option.Length > 2
            && option[2..].All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '=' or '.' or '+' or '-');
    }

    private static bool IsName(string name)
        => name.Length is > 0 and <= MostName && name is not ("." or "..") && name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');

    private static void Must(bool holds, string otherwise)
    {
        if (!holds) throw new PeerComputeException(ErrorCode.BadInput, "gpu program: " + otherwise);
    }
}
