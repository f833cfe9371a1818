// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Execution.Tests;

/// <summary>A look at /proc.</summary>
internal static class Processes
{
    /// <summary>Processes that a child is or has left: itself, those of its session, and those it is the parent of.</summary>
    public static List<string> Of(int child)
    {
        var found = new List<string>();
        foreach (string folder in Directory.EnumerateDirectories("/proc").Where(folder => Path.GetFileName(folder).All(char.IsAsciiDigit)))
        {
            try
            {
                string[] fields = File.ReadAllText(Path.Combine(folder, "stat")).Split(") ")[^1].Split(' ');
                bool gone = fields[0] is "Z" or "X";
                if (!gone && (Path.GetFileName(folder) == $"{child}" || fields[1] == $"{child}" || fields[3] == $"{child}")) found.Add(folder);
            }
            catch (IOException)
            {
                // Ended meanwhile.
            }
        }

        return found;
    }

    /// <summary>Waits until nothing is left of a child.</summary>
    public static async Task<bool> GoneAsync(int child, TimeSpan patience)
    {
        using var limit = new CancellationTokenSource(patience);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (Of(child).Count > 0)
        {
            if (limit.IsCancellationRequested) return false;
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }

        return true;
    }

    /// <summary>A process whose command line holds a text; 0 if there is none.</summary>
    public static int With(string text)
    {
        foreach (string process in Directory.EnumerateDirectories("/proc").Where(process => Path.GetFileName(process).All(char.IsAsciiDigit)))
        {
            try
            {
                if (File.ReadAllText(Path.Combine(process, "cmdline")).Contains(text, StringComparison.Ordinal))
                    return int.Parse(Path.GetFileName(process), System.Globalization.CultureInfo.InvariantCulture);
            }
            catch (IOException)
            {
                // Ended meanwhile.
            }
        }

        return 0;
    }
}
