// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using PeerCompute.Base.Errors;
using PeerCompute.Wire.Folders;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Client.Jobs;

/// <summary>A job as its author wrote it, read and checked (docs/job-file.md). Paths are absolute.</summary>
public sealed record JobFile
{
    /// <summary>Name for people.</summary>
    public required string Name { get; init; }

    /// <summary>Path of the WebAssembly module; empty for a native program.</summary>
    public required string Module { get; init; }

    /// <summary>What a native program runs in; null for a WebAssembly module.</summary>
    public JobNative? Native { get; init; }

    /// <summary>Isolation class that a worker must have at least; empty: any that runs the program.</summary>
    public string Isolation { get; init; } = "";

    /// <summary>Arguments after the program's name (of a host runtime the program's path first), with <c>{index}</c> and <c>{count}</c> unreplaced.</summary>
    public required IReadOnlyList<string> Args { get; init; }

    /// <summary>Environment.</summary>
    public required IReadOnlyList<(string Name, string Value)> Env { get; init; }

    /// <summary>Secret environment: where each value is read from when the job is handed in.</summary>
    public required IReadOnlyList<SecretSource> Secrets { get; init; }

    /// <summary>Input files by the name that tasks see.</summary>
    public required IReadOnlyList<NamedInput> Inputs { get; init; }

    /// <summary>The input that is cut into one part per task, or null.</summary>
    public JobSplit? Split { get; init; }

    /// <summary>How outputs become one file, or null.</summary>
    public JobGather? Gather { get; init; }

    /// <summary>Files that each task writes.</summary>
    public required IReadOnlyList<string> Outputs { get; init; }

    /// <summary>Canonical forms of outputs (docs/job-file.md).</summary>
    public IReadOnlyList<(string Output, string Form)> Canonical { get; init; } = [];

    /// <summary>When outputs are alike whose bytes differ (docs/job-file.md).</summary>
    public IReadOnlyList<Comparator> Compare { get; init; } = [];

    /// <summary>How checkpoints are taken, or null.</summary>
    public JobCheckpoint? Checkpoint { get; init; }

    /// <summary>Number of tasks.</summary>
    public required uint Tasks { get; init; }

    /// <summary>Limits of one task.</summary>
    public required JobLimits Limits { get; init; }

    /// <summary>Where tasks go.</summary>
    public required JobPlacement Placement { get; init; }

    /// <summary>How results are confirmed.</summary>
    public required JobVerification Verification { get; init; }

    /// <summary>Milliseconds from submission until the job expires.</summary>
    public required ulong DeadlineMs { get; init; }

    /// <summary>Milliseconds behind the deadline that results are kept which were not collected.</summary>
    public required ulong RetainMs { get; init; }

    /// <summary>Most that one task may cost, micro-units.</summary>
    public required ulong PriceCeiling { get; init; }

    /// <summary>Reads and checks a file and that the files it names exist.</summary>
    /// <param name="path">The job file.</param>
    /// <returns>The job.</returns>
    /// <exception cref="PeerComputeException"><see cref="ErrorCode.NotFound"/>: no such file.
    /// <see cref="ErrorCode.BadInput"/>: everything that is wrong, one line each with line and column.</exception>
    public static JobFile Read(string path) => Parse(TextOf(path), Path.GetFileName(path), Path.GetDirectoryName(Path.GetFullPath(path))!);

    /// <summary>The text of a job file, or of as much of it as shows that it is too large.</summary>
    internal static string TextOf(string path)
    {
        try
        {
            using var reader = new StreamReader(path);
            var buffer = new char[YamlText.MaxLength + 1];
            return new string(buffer, 0, reader.ReadBlock(buffer));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new PeerComputeException(ErrorCode.NotFound, $"There is no job file {path}. Check the path.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PeerComputeException(ErrorCode.BadInput, $"The job file {path} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>The input files as tasks see them: a split input is there as its parts.</summary>
    /// <returns>Each file, in the order of the job file.</returns>
    /// <exception cref="PeerComputeException"><see cref="ErrorCode.BadInput"/>: an input cannot be read.</exception>
    public IReadOnlyList<JobInput> InputsOfTasks() => [.. Inputs.SelectMany(Parts)];

    /// <summary>Reads and checks the text of a job file.</summary>
    /// <param name="text">The text.</param>
    /// <param name="name">Name of the file for messages.</param>
    /// <param name="folder">Folder that relative paths start from.</param>
    /// <returns>The job.</returns>
    /// <exception cref="PeerComputeException"><see cref="ErrorCode.BadInput"/>: everything that is wrong.</exception>
    public static JobFile Parse(string text, string name, string folder) => JobFileReader.Read(text, name, folder);

    private IEnumerable<JobInput> Parts(NamedInput input)
    {
        var (name, path, isPublic) = input;
        try
        {
            var isFolder = FolderNames.IsFolder(name);
            if (Split?.Input != name) return [new JobInput(name, path, 0, isFolder ? 0 : new FileInfo(path).Length, isPublic)];
            if (isFolder) return InputSplitter.Files(path, Split, Tasks).Select((files, i) => Part(i, FolderNames.Mark) with { Files = files });
            return InputSplitter.Split(path, Split, Tasks).Select((part, i) => Part(i) with { Offset = part.Offset, Length = part.Length });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PeerComputeException(ErrorCode.BadInput, $"{path} cannot be read: {e.Message}", e);
        }

        JobInput Part(int task, char? mark = null)
            => new(string.Create(CultureInfo.InvariantCulture, $"{FolderNames.Plain(name)}.{task}{mark}"), path, 0, 0, isPublic);
    }
}

/// <summary>An input as tasks see it: a file, a part of one, or a folder.</summary>
/// <param name="Name">Name that tasks see; of a folder with a slash behind it.</param>
/// <param name="Path">Path of the file that it is, or is a part of.</param>
/// <param name="Offset">First byte in that file.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Public">Whether everybody may have it.</param>
public sealed record JobInput(string Name, string Path, long Offset, long Length, bool Public)
{
    /// <summary>Of a part of a folder: the files that are in it, from the folder on; null: all.</summary>
    public IReadOnlyList<string>? Files { get; init; }
}

/// <summary>An input file as the author named it.</summary>
/// <param name="Name">File name that tasks see; of a folder with a slash behind it.</param>
/// <param name="Path">Where it is.</param>
/// <param name="Public">Whether everybody may have it: its copies of all jobs are one, and are served without a token.</param>
public sealed record NamedInput(string Name, string Path, bool Public);

/// <summary>An input that is cut into one part per task; part i is the input <c>NAME.i</c>.</summary>
/// <param name="Input">Name of the input.</param>
/// <param name="By">Where it may be cut.</param>
public sealed record JobSplit(string Input, SplitBy By)
{
    /// <summary>Items of a task, lines or files, the last task's alone may be fewer; 0: parts are of about equal size.</summary>
    public uint PerTask { get; init; }

    /// <summary>Items of all tasks; 0 where <see cref="PerTask"/> is.</summary>
    public uint Items { get; init; }
}

/// <summary>Where an input may be cut.</summary>
public enum SplitBy
{
    /// <summary>Behind line feeds.</summary>
    Lines,

    /// <summary>Anywhere.</summary>
    Bytes,

    /// <summary>Between files, of a folder.</summary>
    Files,
}

/// <summary>How outputs become one file.</summary>
/// <param name="Kind">The way.</param>
/// <param name="Output">The output of each task.</param>
/// <param name="File">Name of the whole.</param>
public sealed record JobGather(JobGatherKind Kind, string Output, string File);

/// <summary>Ways to gather.</summary>
public enum JobGatherKind
{
    /// <summary>One after the other in order of the tasks.</summary>
    Concat,

    /// <summary>Horizontal bands of one picture (binary PPM), from top to bottom.</summary>
    PpmBands,

    /// <summary>One line for each item, in order of the items.</summary>
    Items,
}

/// <summary>Limits of one task.</summary>
/// <param name="MemoryBytes">Linear memory, or that of all processes of a native program.</param>
/// <param name="Fuel">Fuel (docs/wasm.md); 0 for native programs.</param>
/// <param name="WallMs">Wall time, milliseconds.</param>
/// <param name="OutputBytes">Output files and standard output together.</param>
public sealed record JobLimits(ulong MemoryBytes, ulong Fuel, ulong WallMs, ulong OutputBytes)
{
    /// <summary>Size of a native program's work folder; 0 for WebAssembly.</summary>
    public ulong WorkBytes { get; init; }

    /// <summary>Processes and threads of a native program at once; 0 for WebAssembly.</summary>
    public uint Processes { get; init; }

    /// <summary>Processors whose time a native program may use; 0 for WebAssembly.</summary>
    public uint Cores { get; init; }
}

/// <summary>Where tasks go.</summary>
/// <param name="Workers">Multiaddresses or peer ids; empty for any connected peer.</param>
/// <param name="Leases">Leases that the tasks are spread over; 0 when not told.</param>
/// <param name="TasksPerLease">Tasks of one lease; 0 when not told.</param>
/// <param name="Parallel">Leases at a time; 0 when not told.</param>
public sealed record JobPlacement(IReadOnlyList<string> Workers, uint Leases, uint TasksPerLease, uint Parallel);
