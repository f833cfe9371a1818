// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;

namespace PeerCompute.Sandbox.Tests.Kit;

/// <summary>Programs of the host.</summary>
internal static class Command
{
    /// <summary>Runs one to its end.</summary>
    /// <exception cref="InvalidOperationException">It fails; the message holds what it says.</exception>
    public static void Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {errors}");
    }

    /// <summary>What one says on standard output; however it ends.</summary>
    public static async Task<string> OutputAsync(string program, IReadOnlyList<string> arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardInput = true })!;
        process.StandardInput.Close();
        string said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return said;
    }

    /// <summary>Whether a program is on the path.</summary>
    public static bool Exists(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));
}
