// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel;
using System.Diagnostics;

namespace PeerCompute.Execution.Devices;

/// <summary>Asks a tool of the host for text.</summary>
internal static class HostTool
{
    /// <summary>Longest answer taken, characters: a device says some ten thousand. A tool that says more counts as failed.</summary>
    public const int MostText = 1 << 20;

    /// <summary>How long a tool may take: a driver that wakes its cards up, or loads a compiler on a busy machine, needs seconds.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Runs a tool to its end.</summary>
    /// <param name="tool">Its name on the path.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="cancellation">Ends the wait; the tool is killed.</param>
    /// <returns>What it wrote; null where it is missing, fails, or takes too long.</returns>
    public static async ValueTask<string?> RunAsync(string tool, IReadOnlyList<string> arguments, CancellationToken cancellation)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        using Process? process = Start(tool, arguments);
        if (process is null) return null;
        try
        {
            process.StandardInput.Close();
            Task errors = process.StandardError.BaseStream.CopyToAsync(Stream.Null, patience.Token);
            char[] text = new char[MostText];
            int length = await process.StandardOutput.ReadBlockAsync(text, patience.Token).ConfigureAwait(false);
            if (length == text.Length) return null;
            await errors.ConfigureAwait(false);
            await process.WaitForExitAsync(patience.Token).ConfigureAwait(false);
            return process.ExitCode == 0 ? new string(text, 0, length) : null;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return null;
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    private static Process? Start(string tool, IReadOnlyList<string> arguments)
    {
        try
        {
            return Process.Start(new ProcessStartInfo(tool, arguments)
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
                WorkingDirectory = "/",
            });
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
