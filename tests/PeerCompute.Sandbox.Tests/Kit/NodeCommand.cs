// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Execution.Sandbox;

namespace PeerCompute.Sandbox.Tests.Kit;

/// <summary>How the test assembly is started as a node of some user.</summary>
internal static class NodeCommand
{
    private const int Mebibytes = 2048, Processes = 768;

    /// <summary>Where runc is; null where it is not installed.</summary>
    public static string? Runc => new[] { "/usr/sbin/runc", "/usr/bin/runc", "/usr/local/sbin/runc" }.FirstOrDefault(File.Exists);

    /// <summary>The program and its arguments.</summary>
    /// <param name="user">Who it runs as; null: as this process.</param>
    /// <param name="withRunc">Whether it finds runc and no bubblewrap.</param>
    /// <param name="arguments">Its arguments (<see cref="Program"/>).</param>
    public static string[] As(string? user, bool withRunc, params string[] arguments)
    {
        SandboxCommand node = SandboxCommand.ForAssembly(Workshop.Program(Suite.Folder));
        string[] program = [node.Runtime!, "exec", node.Program, .. arguments];
        if (withRunc) program = ["/usr/bin/env", $"PATH={RuncAlone()}", .. program];
        return user is null ? program : ["setpriv", "--reuid", user, "--regid", user, "--clear-groups", "--", .. program];
    }

    /// <summary>The group that protects the machine from a node and its children.</summary>
    /// <param name="owner">Who may make groups in it; null: nobody.</param>
    public static OuterGroup? Enclose(string? owner) => Suite.IsRoot ? OuterGroup.Make("pc-escape", Mebibytes, Processes, owner) : null;

    /// <summary>Arguments of a shell that joins a group and becomes a program.</summary>
    public static string[] Within(OuterGroup? group, string[] program) =>
        ["-c", "while [ \"$1\" != -- ]; do echo $$ >\"$1\" || exit 71; shift; done; shift; exec \"$@\"", "sh", .. group?.Files ?? [], "--", .. program];

    /// <summary>A folder with runc in it and nothing else.</summary>
    private static string RuncAlone()
    {
        string folder = Directory.CreateDirectory(Path.Combine(Suite.Folder, "runc-alone")).FullName, link = Path.Combine(folder, "runc");
        if (!File.Exists(link)) File.CreateSymbolicLink(link, Runc!);
        return folder;
    }
}
