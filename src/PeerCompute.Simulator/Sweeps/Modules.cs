// SPDX-License-Identifier: Apache-2.0
using System.Reflection;

namespace PeerCompute.Simulator.Sweeps;

/// <summary>What decides what a run does: the simulator and all of the project that it runs.</summary>
internal static class Modules
{
    private const string Own = "PeerCompute.";

    /// <summary>Each assembly's module version id, by its name.</summary>
    public static IReadOnlyDictionary<string, string> All { get; } = Find();

    private static SortedDictionary<string, string> Find()
    {
        var found = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var next = new Stack<Assembly>([typeof(Modules).Assembly]);
        while (next.TryPop(out var assembly))
        {
            if (!found.TryAdd(assembly.GetName().Name!, assembly.ManifestModule.ModuleVersionId.ToString())) continue;
            foreach (var name in assembly.GetReferencedAssemblies())
            {
                if (name.Name!.StartsWith(Own, StringComparison.Ordinal)) next.Push(Assembly.Load(name));
            }
        }

        return found;
    }
}
