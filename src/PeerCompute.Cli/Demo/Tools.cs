// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using PeerCompute.Base.Errors;

namespace PeerCompute.Cli.Demo;

/// <summary>Programs of the machine that check our results with none of our code.</summary>
internal static class Tools
{
    /// <summary>Finds a program.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>Its path, or null where no folder of the PATH has it.</returns>
    public static string? Find(string name) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    /// <summary>Runs a program to its end.</summary>
    /// <param name="program">Its path.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="input">Its standard input.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Its standard output.</returns>
    /// <exception cref="PeerComputeException"><see cref="ErrorCode.Host"/>: it does not start or fails; the message has what it said.</exception>
    public static async Task<string> OutputAsync(string program, IEnumerable<string> arguments, string input, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new PeerComputeException(ErrorCode.Host, $"{program} does not start: {e.Message}", e);
        }

        using (process)
        {
            try
            {
                var (output, errors) = (process.StandardOutput.ReadToEndAsync(cancellationToken), process.StandardError.ReadToEndAsync(cancellationToken));
                await process.StandardInput.WriteAsync(input.AsMemory(), cancellationToken);
                process.StandardInput.Close();
                await process.WaitForExitAsync(cancellationToken);
                if (process.ExitCode == 0) return await output;
                var said = (await errors).Trim().ReplaceLineEndings(" | ");
                throw new PeerComputeException(ErrorCode.Host, string.Create(CultureInfo.InvariantCulture, $"{program} ends with {process.ExitCode}: {said}"));
            }
            catch (IOException e)
            {
                throw new PeerComputeException(ErrorCode.Host, $"{program} does not read its input: {e.Message}", e);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                throw;
            }
        }
    }
}
