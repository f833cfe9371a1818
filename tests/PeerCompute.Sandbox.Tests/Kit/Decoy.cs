// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace PeerCompute.Sandbox.Tests.Kit;

/// <summary>What the attempts aim at outside: a process of this user with a secret, sockets and files. It ends when this does.</summary>
internal sealed partial class Decoy : IDisposable
{
    /// <summary>What is said where the node itself was led to the secret.</summary>
    public const string Taken = "the node took the secret for an output";

    private const string Secret = "peercompute-decoy-secret";
    private const string Variable = "PEERCOMPUTE_DECOY";
    private readonly Process _process;

    private Decoy(Process process, string folder, IReadOnlyList<string> scene)
    {
        _process = process;
        Folder = folder;
        Scene = scene;
    }

    /// <summary>Its folder, this user's alone.</summary>
    public string Folder { get; }

    /// <summary>What an attempt must know to find it, as arguments.</summary>
    public IReadOnlyList<string> Scene { get; }

    /// <summary>Starts one.</summary>
    /// <param name="workshop">The suite's folder.</param>
    public static async Task<Decoy> StartAsync(string workshop)
    {
        string folder = Directory.CreateTempSubdirectory("decoy").FullName;
        var start = new ProcessStartInfo(Workshop.Attempts(workshop), ["decoy", folder]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.Environment[Variable] = Secret;
        Process process = Process.Start(start)!;
        string line = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("the decoy does not start");
        return new Decoy(process, folder, line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>Makes the secret a part of what a careless node hands on: its environment, and a file open across exec.</summary>
    public void LeakIntoThisProcess()
    {
        Environment.SetEnvironmentVariable(Variable, Secret);
        if (Open(Path.Combine(Folder, "key"), 0) < 0) throw new InvalidOperationException("the decoy's key cannot be opened");
    }

    /// <summary>Whether a file leads to the secret.</summary>
    public bool IsSecret(string path) => File.ReadAllText(path).Contains(Secret, StringComparison.Ordinal);

    /// <summary>What has been changed or ended outside, or null.</summary>
    public string? Harm()
    {
        if (_process.HasExited) return "the decoy has ended";
        if (File.Exists(Path.Combine(Folder, "planted"))) return "a file in the node's home";
        string[] files = ["key", "journal", "other/out"];
        return files.FirstOrDefault(file => File.ReadAllText(Path.Combine(Folder, file)) != Secret) is { } changed ? $"{changed} has changed" : null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);
}
