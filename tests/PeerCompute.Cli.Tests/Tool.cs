// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Text.Json.Nodes;

namespace PeerCompute.Cli.Tests;

/// <summary>The built executable with an empty HOME of its own, gone after the test.</summary>
internal sealed class Tool : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pc-");

    /// <summary>The built program.</summary>
    public static string Program { get; } = Path.Combine(TestContext.CurrentContext.TestDirectory, "peercompute");

    /// <summary>The empty HOME.</summary>
    public string Home => _folder.FullName;

    /// <summary>Where commands without --home have their home.</summary>
    public string DefaultNode => Path.Combine(Home, ".local", "state", "peercompute");

    /// <summary>A file in HOME.</summary>
    public string File(string name, string content = "")
    {
        var path = Path.Combine(Home, name);
        System.IO.File.WriteAllText(path, content);
        return path;
    }

    /// <summary>Starts a command; its input is closed.</summary>
    public Process Start(params string[] args)
    {
        var start = new ProcessStartInfo(Program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Home,
        };
        foreach (var arg in args) start.ArgumentList.Add(arg);
        start.Environment["HOME"] = Home;
        start.Environment.Remove("PEERCOMPUTE_HOME");
        start.Environment.Remove("XDG_STATE_HOME");
        var process = Process.Start(start)!;
        process.StandardInput.Close();
        return process;
    }

    /// <summary>Runs a command to its end.</summary>
    public async Task<Answer> RunAsync(params string[] args)
    {
        using var process = Start(args);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"peercompute {string.Join(' ', args)} does not end");
        }

        return new Answer(process.ExitCode, await output, await error);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>What a command left.</summary>
    internal sealed record Answer(int ExitCode, string Output, string Error)
    {
        /// <summary>Standard output as the one JSON value that it must be.</summary>
        public JsonNode Json => JsonNode.Parse(Output) ?? throw new InvalidOperationException("null");
    }
}
