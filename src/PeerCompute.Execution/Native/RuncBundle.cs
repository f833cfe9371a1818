// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using System.Text.Json.Nodes;
using PeerCompute.Base.Linux;
using PeerCompute.Execution.Sandbox;

namespace PeerCompute.Execution.Native;

/// <summary>
/// A bundle for runc (OCI runtime specification 1.0.2, bundle.md, config.md, config-linux.md): the same walls as bubblewrap's, as far as runc has them.
/// </summary>
internal static class RuncBundle
{
    /// <summary>The folder of a bundle on whose entries the private root is laid.</summary>
    public const string Root = "root";

    private const UnixFileMode Folder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Writes it.</summary>
    /// <param name="folder">Where it goes; made here, readable by nobody else.</param>
    /// <param name="spec">What runs.</param>
    public static void Write(string folder, NativeRunSpec spec)
    {
        Directory.CreateDirectory(folder, Folder);
        string root = Directory.CreateDirectory(Path.Combine(folder, Root), Folder).FullName;
        foreach (string made in (string[])["proc", "dev", "tmp", "job", "run", "etc"]) Directory.CreateDirectory(Path.Combine(root, made));
        File.WriteAllText(Path.Combine(root, "etc/passwd"), "job:x:0:0::/job:/bin/sh\n");
        File.WriteAllText(Path.Combine(root, "etc/group"), "job:x:0:\n");
        foreach (RootEntry link in NativeRoot.Entries(spec.Root).Where(static entry => entry.IsLink)) File.CreateSymbolicLink(root + link.Inside, link.Source);
        string start = Path.GetFullPath(spec.StartFolder ?? NativePlan.WorkFolder); // an image's word: no step of it may lead out
        if (start.StartsWith("/run/", StringComparison.Ordinal)) Directory.CreateDirectory(root + start);
        File.WriteAllBytes(Path.Combine(folder, "config.json"), JsonSerializer.SerializeToUtf8Bytes(Config(folder, spec)));
    }

    private static JsonObject Config(string folder, NativeRunSpec spec) => new()
    {
        ["ociVersion"] = "1.0.2",
        ["hostname"] = "sandbox",
        ["root"] = new JsonObject { ["path"] = Root, ["readonly"] = true },
        ["process"] = new JsonObject
        {
            ["user"] = new JsonObject { ["uid"] = 0, ["gid"] = 0 }, // runc itself needs that number inside; without a capability it is like any other
            ["args"] = Texts(spec.Arguments),
            ["env"] = Texts(NativePlan.EnvironmentOf(spec)),
            ["cwd"] = spec.StartFolder ?? NativePlan.WorkFolder,
            ["noNewPrivileges"] = true,
            ["capabilities"] = new JsonObject(((string[])["bounding", "effective", "permitted", "inheritable", "ambient"]).Select(
                static set => KeyValuePair.Create(set, (JsonNode?)new JsonArray()))),
        },
        ["mounts"] = new JsonArray([.. Mounts(spec)]),
        ["hooks"] = new JsonObject
        {
            ["createRuntime"] = new JsonArray(new JsonObject { ["path"] = "/bin/sh", ["args"] = Texts(["sh", "-c", RuncLauncher.Hook, "sh", folder]) }),
        },
        ["linux"] = new JsonObject
        {
            ["namespaces"] = new JsonArray([
                .. ((string[])["user", "mount", "pid", "network", "ipc", "uts", "cgroup"]).Select(static kind => (JsonNode)new JsonObject { ["type"] = kind }),
            ]),
            ["uidMappings"] = Mapping(ProcessWalls.EffectiveUser),
            ["gidMappings"] = Mapping(ProcessWalls.EffectiveGroup),
            ["maskedPaths"] = Texts(PrivateProc.Masked),
            ["readonlyPaths"] = Texts(["/proc", "/dev"]),
            ["seccomp"] = Lockdown.HasFilters ? RuncFilter.Profile() : null,
        },
    };

    private static IEnumerable<JsonNode> Mounts(NativeRunSpec spec) =>
    [
        Mount("/proc", "proc", "nosuid", "noexec", "nodev"),
        Mount("/dev", "tmpfs", "nosuid", "mode=755", "size=65536"),
        Mount("/dev/pts", "devpts", "nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"),
        Mount("/dev/shm", "tmpfs", "nosuid", "nodev", "mode=1777", $"size={NativePlan.ScratchBytes}"),
        Mount("/tmp", "tmpfs", "nosuid", "nodev", "mode=1777", $"size={NativePlan.ScratchBytes}"),
        Mount(NativePlan.WorkFolder, "tmpfs", "nosuid", "nodev", "mode=755", $"size={spec.WorkBytes}"),
        .. NativeRoot.Entries(spec.Root).Where(static entry => !entry.IsLink).Select(static entry => Bind(entry.Source, entry.Inside)),
        .. spec.Inputs.Select(static input => Bind(Path.GetFullPath(input.Value), $"{NativePlan.WorkFolder}/{input.Key}")),
        .. spec.Grant.Files.Select(static file => Bind(file.Key, file.Value)),
    ];

    private static JsonObject Mount(string inside, string kind, params string[] options) =>
        new() { ["destination"] = inside, ["type"] = kind, ["source"] = kind, ["options"] = Texts(options) };

    // The attributes are set on what is mounted below too (mount_setattr(2), AT_RECURSIVE), and take nothing away that the host has set.
    private static JsonObject Bind(string source, string inside) => new()
    {
        ["destination"] = inside, ["type"] = "bind", ["source"] = source, ["options"] = Texts(["rbind", "rro", "rnosuid", "rnodev"]),
    };

    private static JsonArray Mapping(uint outside) => new(new JsonObject { ["containerID"] = 0, ["hostID"] = outside, ["size"] = 1 });

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(static text => (JsonNode)text)]);
}
