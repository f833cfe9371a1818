// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PeerCompute.Cli.Tests.Output.Qr;

/// <summary>Reads QR codes with jsQR, which is not ours.</summary>
internal static class QrReader
{
    /// <summary>What is read in each picture: its lines of half blocks as they were printed; null for nothing.</summary>
    public static async Task<IReadOnlyList<JsonNode?>> ReadAsync(IEnumerable<IEnumerable<string>> pictures)
    {
        var folder = Path.Combine(Tool.Repository, "tests", "PeerCompute.Interop.Tests", "js");
        var node = Path.Combine(folder, "node_modules", "node", "bin", "node");
        if (!File.Exists(node) || !Directory.Exists(Path.Combine(folder, "node_modules", "jsqr")))
        {
            const string What = "npm packages of tests/PeerCompute.Interop.Tests/js are missing: run 'npm ci' there";
            if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail(What);
            Assert.Ignore(What);
        }

        var start = new ProcessStartInfo(node, ["qr.mjs"])
        {
            WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.StandardInput.WriteAsync(JsonSerializer.Serialize(pictures.Select(static lines => lines.SelectMany(Modules))));
        process.StandardInput.Close();
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        await process.WaitForExitAsync(limit.Token);
        Assert.That(process.ExitCode, Is.Zero, await error);
        return [.. JsonNode.Parse(await output)!.AsArray()];
    }

    /// <summary>Two rows of modules from one line of characters: what is drawn is light.</summary>
    private static IEnumerable<string> Modules(string line)
    {
        yield return string.Concat(line.Select(static c => c is '█' or '▀' ? '0' : '1'));
        yield return string.Concat(line.Select(static c => c is '█' or '▄' ? '0' : '1'));
    }
}
