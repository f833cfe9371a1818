// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Text.Json.Nodes;

namespace PeerCompute.Interop.Tests;

/// <summary>Runs js/grpc-client.mjs, a client on @grpc/grpc-js, against a socket.</summary>
internal static class GrpcJs
{
    /// <summary>Root of the repository.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Runs the client to its end.</summary>
    /// <param name="args">Its arguments after socket and folder of the proto files.</param>
    public static async Task<JsonNode> RunAsync(string socket, params string[] args)
    {
        var folder = Path.Combine(Root, "tests", "PeerCompute.Interop.Tests", "js");
        var node = Path.Combine(folder, "node_modules", "node", "bin", "node");
        if (!File.Exists(node) || !Directory.Exists(Path.Combine(folder, "node_modules", "@grpc", "grpc-js"))) Missing();
        var start = new ProcessStartInfo(node) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var arg in (string[])["grpc-client.mjs", socket, Path.Combine(Root, "proto"), .. args]) start.ArgumentList.Add(arg);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }

        Assert.That(process.ExitCode, Is.Zero, await error);
        return JsonNode.Parse(await output)!;
    }

    /// <summary>Says that the packages are missing: a failure where they are installed, else a reason to skip.</summary>
    public static void Missing()
    {
        const string What = "npm packages of tests/PeerCompute.Interop.Tests/js are missing: run 'npm ci' there";
        if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail(What);
        Assert.Ignore(What);
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(TestContext.CurrentContext.TestDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "PeerCompute.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The tests do not run inside the repository.");
    }
}
