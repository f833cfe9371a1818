// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm.Tests.Wasi;

/// <summary>Folders of docs/samples.</summary>
internal static class SampleFolder
{
    public static string Of(string sample)
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !Directory.Exists(Path.Combine(root.FullName, "docs", "samples", sample)))
        {
            root = root.Parent;
        }

        return root is null
            ? throw new DirectoryNotFoundException("the samples are read from the source tree: run these tests inside a clone")
            : Path.Combine(root.FullName, "docs", "samples", sample);
    }
}
