// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Security.Cryptography;
using PeerCompute.Execution.Devices;
using PeerCompute.Execution.Sandbox;
using PeerCompute.Execution.Seccomp;

namespace PeerCompute.Execution.Native;

/// <summary>What exactly is started for a native program, and through which descriptors it and bubblewrap are fed.</summary>
internal sealed record NativePlan
{
    /// <summary>The work folder as the program sees it: its current folder and its home.</summary>
    public const string WorkFolder = "/job";

    /// <summary>Size of /tmp and of /dev/shm each, bytes.</summary>
    public const long ScratchBytes = 64L << 20;

    /// <summary>
    /// Most files in its folders where no control group counts the kernel's memory for them, about a kilobyte each: their file systems would take as many
    /// as half of the host's memory has pages.
    /// </summary>
    public const int MostFiles = 65_536;

    // Descriptors of bubblewrap beside standard input, output and error.
    private const string Filter = "3", Options = "4", Facts = "5", Gate = "6", Users = "7", Groups = "8";

    private static readonly string[] Usual = ["PATH=/usr/local/bin:/usr/bin:/bin", $"HOME={WorkFolder}", "TMPDIR=/tmp", "LANG=C.UTF-8"];

    private const string Libraries = "LD_LIBRARY_PATH="; // ld.so(8)

    private NativePlan(IReadOnlyList<string> program) => Program = program;

    /// <summary>The program that is started, and its arguments.</summary>
    public IReadOnlyList<string> Program { get; }

    /// <summary>The environment of what is started: never the job's where that is bubblewrap, outside of every wall.</summary>
    public IReadOnlyList<string> Environment { get; private init; } = ["PATH=/usr/bin:/bin"];

    /// <summary>A name in the private root by which it is known from the host's root.</summary>
    public string Mark { get; private init; } = "";

    /// <summary>
    /// Whether attempts to reach the network are seen: bubblewrap may then gain no privilege, so not where it is installed to begin with root's.
    /// </summary>
    public bool Watched { get; private init; }

    /// <summary>The work folder of a run without walls, else null.</summary>
    public string? OpenFolder { get; private init; }

    /// <summary>Contents of the files in memory that bubblewrap reads: the filter, its options, the lists of users and groups; none without walls.</summary>
    public (byte[] Filter, byte[] Options, byte[] Users, byte[] Groups)? Fed { get; private init; }

    /// <summary>A program behind every wall.</summary>
    /// <param name="bubblewrap">Path of bubblewrap.</param>
    /// <param name="spec">What runs.</param>
    public static NativePlan Walled(string bubblewrap, NativeRunSpec spec)
    {
        string mark = ".start-" + RandomNumberGenerator.GetHexString(32, lowercase: true);
        List<string> options =
        [
            "--unshare-all", "--unshare-user", "--uid", "65534", "--gid", "65534", "--disable-userns", "--hostname", "sandbox",
            "--die-with-parent", "--new-session", "--clearenv", "--cap-drop", "ALL",
            .. NativeRoot.Options(spec.Root), "--ro-bind-data", Users, "/etc/passwd", "--ro-bind-data", Groups, "/etc/group",
            .. PrivateProc.Options, "--dev", "/dev", "--size", Text(ScratchBytes), "--tmpfs", "/dev/shm",
            "--size", Text(ScratchBytes), "--perms", "1777", "--tmpfs", "/tmp", "--dir", "/run", "--size", Text(spec.WorkBytes), "--tmpfs", WorkFolder,
        ];
        foreach ((string name, string path) in spec.Inputs) options.AddRange(["--ro-bind", Path.GetFullPath(path), $"{WorkFolder}/{name}"]);
        string[] own = spec.Own is { } command ? LaunchPlan.BindProgram(options, command) : [];
        BindGrant(options, spec);
        foreach (string variable in EnvironmentOf(spec))
        {
            int equals = variable.IndexOf('=', StringComparison.Ordinal);
            options.AddRange(["--setenv", variable[..equals], variable[(equals + 1)..]]);
        }

        string start = spec.StartFolder ?? WorkFolder;
        if (NativeRoot.IsMadeHere(start)) options.AddRange(["--dir", start]);
        options.AddRange(["--dir", "/" + mark, "--remount-ro", "/", "--remount-ro", "/dev", "--chdir", start]);
        if (Lockdown.HasFilters) options.AddRange(["--seccomp", Filter]);
        options.AddRange(["--info-fd", Facts, "--block-fd", Gate]);
        return new NativePlan([bubblewrap, "--args", Options, "--", .. own, .. spec.Arguments])
        {
            Mark = mark,
            Watched = Lockdown.HasFilters && (File.GetUnixFileMode(bubblewrap) & UnixFileMode.SetUser) == 0,
            Fed = (Filters.ForNative(), OptionFile.Of(options),
                "job:x:65534:65534::/job:/bin/sh\n"u8.ToArray(), "job:x:65534:\n"u8.ToArray()),
        };
    }

    /// <summary>Shows a program the device that it is granted.</summary>
    private static void BindGrant(List<string> options, NativeRunSpec spec)
    {
        foreach ((string path, string inside) in spec.Grant.Files) options.AddRange(["--ro-bind", path, inside]);
        foreach ((string path, string inside) in spec.Grant.Nodes) options.AddRange(["--dev-bind", path, inside]);
        foreach ((string target, string link) in spec.Grant.Links) options.AddRange(["--symlink", target, link]);
        foreach ((string name, string path) in spec.Grant.Missing(spec.Root is not null))
            options.AddRange(["--ro-bind", path, $"{DeviceGrant.LibraryFolder}/{name}"]);
    }

    /// <summary>The driver's libraries first: they belong to the driver in the kernel, and an image may have others of their names.</summary>
    private static IEnumerable<string> LibraryPath(NativeRunSpec spec)
    {
        if (!spec.Grant.Missing(spec.Root is not null).Any()) return [];
        return [Libraries + (spec.Environment.LastOrDefault(static variable => variable.StartsWith(Libraries, StringComparison.Ordinal)) is { } own
            ? $"{DeviceGrant.LibraryFolder}:{own[Libraries.Length..]}" : DeviceGrant.LibraryFolder)];
    }

    /// <summary>A program behind no wall at all, in an ordinary folder: the proof that a test of the walls tests something.</summary>
    /// <param name="spec">What runs.</param>
    /// <param name="folder">Its work folder.</param>
    public static NativePlan InTheOpen(NativeRunSpec spec, string folder) => new(["/usr/bin/env", "-C", folder, .. spec.Arguments])
    {
        Environment = [.. Usual[..1], $"HOME={folder}", .. Usual[2..], .. spec.Environment],
        OpenFolder = folder,
    };

    /// <summary>The environment of the program, as NAME=value; of two with one name the later holds.</summary>
    public static IEnumerable<string> EnvironmentOf(NativeRunSpec spec)
        => Usual.Concat(spec.Grant.Environment).Concat(spec.Environment).Concat(LibraryPath(spec));

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
