// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using PeerCompute.Base.Linux;
using PeerCompute.Cli.Demo;
using PeerCompute.Simulator;

namespace PeerCompute.Cli.Simulating;

/// <summary>
/// The runtime as a simulation wants it: code that is hot for minutes is compiled once more by what was seen of it, and the youngest generation of the
/// collector is large, so that what lives for a message's flight is dead when it is looked at (both: docs/performance.md). The runtime reads these settings
/// when it starts, and some from the environment alone; every other verb is better off without them.
/// </summary>
internal static class SimRuntime
{
    private const string Generation = "DOTNET_GCgen0size", Profiled = "DOTNET_TieredPGO", Parallel = "DOTNET_gcServer", Heaps = "DOTNET_GCHeapCount";
    private const long GenerationMost = 256L << 20, GenerationLeast = 16L << 20;
    private const string LanesOption = "--lanes";

    /// <summary>The settings' names.</summary>
    public static IReadOnlyList<string> Names { get; } = [Generation, Profiled, Parallel, Heaps];

    /// <summary>A machine's memory over this is the youngest generation's size.</summary>
    private const int MemoryShare = 64;

    /// <summary>The settings, for a process that is started; numbers are hexadecimal, as the runtime reads them.</summary>
    /// <param name="lanes">Threads that work side by side: each has a heap of its own then, and all of them collect.</param>
    public static IEnumerable<KeyValuePair<string, string>> Settings(int lanes)
    {
        var size = Math.Clamp(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / MemoryShare, GenerationLeast, GenerationMost);
        yield return new(Generation, Number(size / lanes));
        yield return new(Profiled, "1");
        if (lanes == 1) yield break;
        yield return new(Parallel, "1");
        yield return new(Heaps, Number(lanes));
    }

    /// <summary>Begins this process again with the settings, unless it has them; where that fails it goes on as it is.</summary>
    /// <param name="arguments">Its arguments.</param>
    public static void Tune(IReadOnlyList<string> arguments)
    {
        if (!OperatingSystem.IsLinux() || Environment.GetEnvironmentVariable(Generation) is not null) return;
        var missing = Settings(LanesOf(arguments)).Where(static one => Environment.GetEnvironmentVariable(one.Key) is null);
        var added = string.Concat(missing.Select(static one => $"{one.Key}={one.Value}\0"));
        try
        {
            // As the kernel has it: the runtime would give values that are no text back as others.
            byte[] own = File.ReadAllBytes("/proc/self/environ");
            _ = OwnProcess.Become([Executable.Path, .. Executable.Arguments, .. arguments], [.. own, .. Encoding.UTF8.GetBytes(added)]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A process that may not read of itself goes on as it is.
        }
    }

    /// <summary>What stands behind the option, in any of the forms that the command line knows; 1 for what it will refuse.</summary>
    private static int LanesOf(IReadOnlyList<string> arguments)
    {
        for (var i = 0; i < arguments.Count; i++)
        {
            if (!arguments[i].StartsWith(LanesOption, StringComparison.Ordinal)) continue;
            var value = arguments[i][LanesOption.Length..] switch
            {
                "" when i + 1 < arguments.Count => arguments[i + 1],
                ['=' or ':', .. var behind] => behind,
                _ => "",
            };
            if (int.TryParse(value, CultureInfo.InvariantCulture, out var lanes)) return Math.Clamp(lanes, 1, SimulatorRun.LanesMost);
        }

        return 1;
    }

    private static string Number(long value) => value.ToString("x", CultureInfo.InvariantCulture);
}
