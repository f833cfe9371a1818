// SPDX-License-Identifier: Apache-2.0
using System.Collections;
using System.Globalization;
using PeerCompute.Base.Linux;
using PeerCompute.Cli.Demo;

namespace PeerCompute.Cli.Simulating;

/// <summary>
/// The runtime as a simulation wants it: code that is hot for minutes is compiled once more by what was seen of it, and the youngest generation of the
/// collector is large, so that what lives for a message's flight is dead when it is looked at (both: docs/performance.md). The runtime reads these settings
/// when it starts, and some from the environment alone; every other verb is better off without them.
/// </summary>
internal static class SimRuntime
{
    private const string Generation = "DOTNET_GCgen0size", Profiled = "DOTNET_TieredPGO";
    private const long GenerationMost = 256L << 20, GenerationLeast = 16L << 20;

    /// <summary>A machine's memory over this is the youngest generation's size.</summary>
    private const int MemoryShare = 64;

    /// <summary>The settings, for a process that is started; numbers are hexadecimal, as the runtime reads them.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Settings()
    {
        var size = Math.Clamp(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / MemoryShare, GenerationLeast, GenerationMost);
        yield return new(Generation, size.ToString("x", CultureInfo.InvariantCulture));
        yield return new(Profiled, "1");
    }

    /// <summary>Begins this process again with the settings, unless it has them; where that fails it goes on as it is.</summary>
    /// <param name="arguments">Its arguments.</param>
    public static void Tune(IEnumerable<string> arguments)
    {
        if (!OperatingSystem.IsLinux() || Environment.GetEnvironmentVariable(Generation) is not null) return;
        var environment = Settings().ToDictionary(static one => one.Key, static one => one.Value, StringComparer.Ordinal);
        foreach (DictionaryEntry one in Environment.GetEnvironmentVariables()) environment[(string)one.Key] = (string?)one.Value ?? "";
        _ = OwnProcess.Become([Executable.Path, .. Executable.Arguments, .. arguments], [.. environment.Select(static one => $"{one.Key}={one.Value}")]);
    }
}
