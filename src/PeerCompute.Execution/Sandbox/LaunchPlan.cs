// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using PeerCompute.Execution.Groups;
using PeerCompute.Execution.Seccomp;

namespace PeerCompute.Execution.Sandbox;

/// <summary>What exactly is started, and where the child finds its files. A child starts with an empty environment but for the names set here.</summary>
internal sealed class LaunchPlan
{
    /// <summary>The descriptors that bubblewrap reads its options from, tells facts to, and reads its filter from.</summary>
    private const string OptionsDescriptor = "3", FactsDescriptor = "4", FilterDescriptor = "5";

    /// <summary>Where the child of a task writes, as it sees it.</summary>
    public const string OutputFolder = "/job/out";

    /// <summary>Bound of the runtime's own heap: the decoded module and buffers. The guest's memory lies outside and is bounded by its pages.</summary>
    public const long HeapBytes = 384L << 20;

    private const string TemporaryBytes = "16777216";
    private static readonly string[] SystemFolders = ["/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"];

    private readonly IReadOnlyList<string> _program;

    private LaunchPlan(IReadOnlyList<string> program, IReadOnlyList<string> environment, IReadOnlyList<byte[]> fed, SandboxPaths inside)
    {
        _program = program;
        Arguments = StartShell.Around(program, []);
        Environment = environment;
        Fed = fed;
        Inside = inside;
    }

    /// <summary>The program's path, then its arguments.</summary>
    public IReadOnlyList<string> Arguments { get; private init; }

    /// <summary>The environment of the program that is started.</summary>
    public IReadOnlyList<string> Environment { get; }

    /// <summary>Contents of the files that it gets as descriptors 3, 4, ...: what stands here is in no list of processes.</summary>
    public IReadOnlyList<byte[]> Fed { get; }

    /// <summary>Whether the second of these files is not read but written, with what bubblewrap tells.</summary>
    public bool HasFacts { get; private init; }

    /// <summary>The same files as the child sees them.</summary>
    public SandboxPaths Inside { get; }

    /// <summary>A child behind the walls that were found to hold on this host: how every task's child is started.</summary>
    /// <param name="sandbox">What holds.</param>
    /// <param name="command">The program that becomes the child.</param>
    /// <param name="paths">Its files.</param>
    /// <param name="verbArguments">What follows the hidden verb.</param>
    public static LaunchPlan Behind(SandboxReport sandbox, SandboxCommand command, SandboxPaths paths, params string[] verbArguments) =>
        sandbox.Bubblewrap is { } bubblewrap ? Bubblewrapped(bubblewrap, command, paths, verbArguments) : Plain(command, paths, verbArguments);

    /// <summary>A child behind no wall but those it builds itself.</summary>
    public static LaunchPlan Plain(SandboxCommand command, SandboxPaths paths, params string[] verbArguments)
    {
        string[] program = command.Runtime is null ? [command.Program] : [command.Runtime, "exec", command.Program];
        return new LaunchPlan([.. program, SandboxCommand.Verb, .. verbArguments], [.. RuntimeSettings().Select(at => $"{at.Name}={at.Value}")], [], paths);
    }

    /// <summary>A child in namespaces of its own: user, mounts, processes, network, IPC, host name; a private root; no capability.</summary>
    public static LaunchPlan Bubblewrapped(string bubblewrap, SandboxCommand command, SandboxPaths paths, params string[] verbArguments)
    {
        List<string> options =
        [
            "--unshare-all", "--unshare-user", "--uid", "65534", "--gid", "65534", "--disable-userns", "--hostname", "sandbox",
            "--die-with-parent", "--new-session", "--clearenv", "--cap-drop", "ALL", "--ro-bind", "/usr", "/usr",
        ];
        foreach (string folder in SystemFolders.Where(Directory.Exists))
        {
            string? link = new DirectoryInfo(folder).LinkTarget;
            options.AddRange(link is null ? ["--ro-bind", folder, folder] : ["--symlink", link, folder]);
        }

        options.AddRange([.. PrivateProc.Options, "--dev", "/dev", "--size", TemporaryBytes, "--tmpfs", "/dev/shm"]);
        options.AddRange(["--size", TemporaryBytes, "--tmpfs", "/tmp", "--dir", "/job"]);
        SandboxPaths inside = BindFiles(options, paths);
        string[] program = BindProgram(options, command);
        foreach ((string name, string value) in RuntimeSettings()) options.AddRange(["--setenv", name, value]);
        if (Lockdown.HasFilters) options.AddRange(["--seccomp", FilterDescriptor]);
        options.AddRange(["--info-fd", FactsDescriptor, "--remount-ro", "/", "--remount-ro", "/dev", "--chdir", "/job"]);
        return new LaunchPlan(
            [bubblewrap, "--args", OptionsDescriptor, "--", .. program, SandboxCommand.Verb, .. verbArguments],
            ["PATH=/usr/bin:/bin"], Lockdown.HasFilters ? [OptionFile.Of(options), [], Filters.ForStart()] : [OptionFile.Of(options), []], inside)
        {
            HasFacts = true,
        };
    }

    /// <summary>The same start within a control group.</summary>
    public LaunchPlan Within(ControlGroup group) => new(_program, Environment, Fed, Inside) { HasFacts = HasFacts, Arguments = group.Around(_program) };

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static SandboxPaths BindFiles(List<string> options, SandboxPaths paths)
    {
        string? module = null, outputs = null;
        if (paths.Module is not null) options.AddRange(["--ro-bind", paths.Module, module = "/job/module.wasm"]);
        var inputs = new List<string>(paths.Inputs.Count);
        foreach (string input in paths.Inputs)
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"/job/in/{inputs.Count}");
            options.AddRange(["--ro-bind", input, name]);
            inputs.Add(name);
        }

        if (paths.Outputs is not null) options.AddRange(["--size", Text(paths.OutputBytes), "--tmpfs", outputs = OutputFolder]);
        return new SandboxPaths(module, inputs, outputs);
    }

    /// <summary>Shows a child the executable of this node.</summary>
    /// <param name="options">Options of bubblewrap, to which it adds.</param>
    /// <param name="command">The executable.</param>
    /// <returns>How it is started inside.</returns>
    public static string[] BindProgram(List<string> options, SandboxCommand command)
    {
        string name = "/app/" + Path.GetFileName(command.Program);
        if (command.Runtime is null)
        {
            options.AddRange(["--ro-bind", command.Program, name]);
            return [name];
        }

        options.AddRange(ProgramFolder.Options(Path.GetDirectoryName(command.Program)!, "/app"));
        if (command.Runtime.StartsWith("/usr/", StringComparison.Ordinal)) return [command.Runtime, "exec", name];
        options.AddRange(["--ro-bind", Path.GetDirectoryName(command.Runtime)!, "/dotnet"]);
        return ["/dotnet/dotnet", "exec", name];
    }

    /// <summary>The runtime of the child: no debugger port, no double mapping of code (it needs a huge file), a bounded heap.</summary>
    public static IEnumerable<(string Name, string Value)> RuntimeSettings()
    {
        yield return ("DOTNET_EnableDiagnostics", "0");
        yield return ("DOTNET_EnableWriteXorExecute", "0");
        yield return ("DOTNET_GCHeapHardLimit", HeapBytes.ToString("x", CultureInfo.InvariantCulture));
        yield return ("DOTNET_gcServer", "0");
        yield return ("DOTNET_gcConcurrent", "0");
        yield return ("DOTNET_TieredPGO", "0");
        yield return ("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT", "1");
        yield return ("HOME", "/tmp");
        yield return ("TMPDIR", "/tmp");
        yield return ("LANG", "C.UTF-8");
        yield return ("PATH", "/usr/bin:/bin");
    }
}
