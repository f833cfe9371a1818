// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using System.Runtime.InteropServices;
using PeerCompute.Base.Errors;

namespace PeerCompute.Execution.Sandbox;

/// <summary>The program that becomes the sandboxed child: this executable again, with its hidden verb.</summary>
/// <param name="Runtime">The <c>dotnet</c> host that runs the assembly, or null where <paramref name="Program"/> runs by itself.</param>
/// <param name="Program">Full path of <c>peercompute.dll</c>, or of a self-contained executable.</param>
public sealed record SandboxCommand(string? Runtime, string Program)
{
    /// <summary>The hidden verb.</summary>
    public const string Verb = "sandbox-child";

    /// <summary>The command that starts the running program again.</summary>
    /// <returns>The command.</returns>
    /// <exception cref="PeerComputeException">The path of the running program is not known.</exception>
    public static SandboxCommand ForThisProgram()
    {
        string assembly = Assembly.GetEntryAssembly()?.Location ?? "";
        if (assembly.Length > 0) return ForAssembly(assembly);
        string program = Environment.ProcessPath
            ?? throw new PeerComputeException(ErrorCode.Host, "the path of the running program is not known: is /proc mounted?");
        return new SandboxCommand(null, program);
    }

    /// <summary>The command that starts a built assembly with the .NET runtime of this process.</summary>
    /// <param name="assembly">Path of the assembly that has the hidden verb.</param>
    /// <returns>The command.</returns>
    /// <exception cref="PeerComputeException">There is no <c>dotnet</c> host beside the runtime.</exception>
    public static SandboxCommand ForAssembly(string assembly)
    {
        // <root>/shared/Microsoft.NETCore.App/<version>/
        string? root = RuntimeEnvironment.GetRuntimeDirectory();
        for (int i = 0; i < 3; i++) root = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(root ?? ""));
        string host = Path.Combine(root ?? "", "dotnet");
        if (!File.Exists(host))
            throw new PeerComputeException(ErrorCode.Host, $"no .NET host at {host}: install the .NET runtime, or run a self-contained build");
        return new SandboxCommand(host, Path.GetFullPath(assembly));
    }
}
