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

    /// <summary>Root of the repository.</summary>
    public static string Repository { get; } = FindRepository();

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

    /// <summary>A sample of docs/samples.</summary>
    public static string Sample(params string[] path) => Path.Combine([Repository, "docs", "samples", .. path]);

    /// <summary>Sends a signal.</summary>
    public static async Task SignalAsync(Process process, string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Starts a command; its input stays open until it is disposed of.</summary>
    public Process Start(params string[] args) => Start(static _ => { }, args);

    /// <summary>Starts a command in an environment that is changed before.</summary>
    public Process Start(Action<ProcessStartInfo> change, params string[] args)
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
        start.Environment["PEERCOMPUTE_MDNS"] = "off"; // the nodes of other tests are none of this one's business
        start.Environment.Remove("PEERCOMPUTE_HOME");
        start.Environment.Remove("XDG_STATE_HOME");
        change(start);
        return Process.Start(start)!;
    }

    /// <summary>Runs a command to its end.</summary>
    public async Task<Answer> RunAsync(params string[] args)
    {
        using var process = Start(args);
        process.StandardInput.Close();
        return await EndOfAsync(process);
    }

    /// <summary>Waits for the end of a command.</summary>
    public static async Task<Answer> EndOfAsync(Process process, TimeSpan? patience = null)
    {
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(patience ?? TimeSpan.FromSeconds(120));
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{string.Join(' ', process.StartInfo.ArgumentList)} does not end");
        }

        Assert.That(BadInput.ExitCodes.Documented.Keys, Does.Contain(process.ExitCode), "docs/exit-codes.md");
        return new Answer(process.ExitCode, await output, await error);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static string FindRepository()
    {
        var folder = new DirectoryInfo(TestContext.CurrentContext.TestDirectory);
        while (!System.IO.File.Exists(Path.Combine(folder!.FullName, "PeerCompute.sln"))) folder = folder.Parent;
        return folder.FullName;
    }

    /// <summary>What a command left.</summary>
    internal sealed record Answer(int ExitCode, string Output, string Error)
    {
        /// <summary>Standard output as the one JSON value that it must be.</summary>
        public JsonNode Json => JsonNode.Parse(Output) ?? throw new InvalidOperationException("null");
    }
}
