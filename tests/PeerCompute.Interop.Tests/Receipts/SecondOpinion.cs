// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;

namespace PeerCompute.Interop.Tests.Receipts;

/// <summary>Runs js/verify-receipt.mjs, which shares no line with us.</summary>
internal static class SecondOpinion
{
    /// <summary>Its verdicts on receipts, from one process.</summary>
    /// <param name="files">The receipts.</param>
    /// <returns>For each <c>ok</c>, or <c>refused: </c> and the first thing that is wrong.</returns>
    public static async Task<string[]> OnAsync(IReadOnlyList<byte[]> files)
    {
        var folder = Path.Combine(GrpcJs.Root, "tests", "PeerCompute.Interop.Tests", "js");
        var own = Path.Combine(folder, "node_modules", "node", "bin", "node");
        var start = new ProcessStartInfo(File.Exists(own) ? own : "node")
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add("verify-receipt.mjs");
        start.ArgumentList.Add("--lines");
        using var process = Start(start);
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(4));
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var error = process.StandardError.ReadToEndAsync(limit.Token);
            foreach (var file in files) await process.StandardInput.WriteLineAsync(Convert.ToBase64String(file).AsMemory(), limit.Token);
            process.StandardInput.Close();
            var verdicts = (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.That(verdicts, Has.Length.EqualTo(files.Count), await error);
            return verdicts;
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            const string What = "Node is not installed";
            if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail(What);
            Assert.Ignore(What);
            throw;
        }
    }
}
