// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Execution.Tests;

/// <summary>The programs of docs/samples.</summary>
internal static class Samples
{
    public static string RayTracer { get; } = Find("raytrace/raytrace.wasm");

    public static string Scene { get; } = Find("raytrace/scene.txt");

    public static string Misc(string name) => Find($"misc/{name}.wasm");

    private static string Find(string file)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string path = Path.Combine(folder.FullName, "docs/samples", file);
            if (File.Exists(path)) return path;
        }

        throw new FileNotFoundException("the samples are read from the source tree: run these tests inside a clone", file);
    }
}
