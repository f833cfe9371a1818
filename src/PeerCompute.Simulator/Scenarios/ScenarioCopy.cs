// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;

namespace PeerCompute.Simulator.Scenarios;

/// <summary>A scenario's files beside its results: what was run can be run again, wherever the folder goes.</summary>
internal static class ScenarioCopy
{
    /// <summary>The folder within the results.</summary>
    public const string Folder = "scenario";

    /// <summary>Writes the files of a scenario into results.</summary>
    /// <param name="results">Folder of a run or a sweep.</param>
    /// <param name="scenario">The scenario, as it was read.</param>
    /// <returns>Path of its own file within the results; null where the scenario names files outside its folder, which are copied nowhere.</returns>
    public static string? Write(string results, Scenario scenario)
    {
        if (scenario.Files.IsEmpty || Leave(scenario)) return null;
        WriteTo(Path.Combine(results, Folder), scenario.Files);
        return Path.Combine(Folder, scenario.Files[0].Name);
    }

    /// <summary>Writes all files of a scenario but its own into a folder.</summary>
    public static void WriteData(string folder, Scenario scenario) => WriteTo(folder, scenario.Files.Skip(1));

    /// <summary>Whether a scenario names files outside its folder.</summary>
    public static bool Leave(Scenario scenario) => scenario.Files.Any(static file => Leaves(file.Name));

    /// <summary>Hash of a scenario's files alone, whatever its parameters are: what names a sweep.</summary>
    public static Hash32 HashOfFiles(Scenario scenario)
    {
        var hash = new HashBuilder("peercompute/1/scenario-files");
        foreach (var file in scenario.Files) hash.Add(file.Name).Add(file.Bytes);
        return hash.Hash();
    }

    private static void WriteTo(string folder, IEnumerable<DataFile> files)
    {
        foreach (var file in files)
        {
            var path = Path.Combine(folder, file.Name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, file.Bytes);
        }
    }

    private static bool Leaves(string name) => Path.IsPathRooted(name) || name.Split('/').Contains("..");
}
