// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;

namespace PeerCompute.Base.Tests;

/// <summary>Vectors published by others, kept beside the repository; tests are inconclusive without them, except in CI.</summary>
internal static class Vectors
{
    public static JsonElement Load(string path)
    {
        for (var folder = new DirectoryInfo(TestContext.CurrentContext.TestDirectory); folder is not null; folder = folder.Parent)
        {
            if (!File.Exists(Path.Combine(folder.FullName, "PeerCompute.sln"))) continue;
            var file = Path.Combine(folder.FullName, "..", "shared", "vectors", path);
            if (File.Exists(file)) return JsonDocument.Parse(File.ReadAllBytes(file)).RootElement;
        }

        if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail($"../shared/vectors/{path} is missing");
        Assert.Ignore($"../shared/vectors/{path} is missing");
        return default;
    }

    public static byte[] Hex(this JsonElement element, string name) => Convert.FromHexString(element.GetProperty(name).GetString()!);

    public static string Text(this JsonElement element, string name) => element.GetProperty(name).GetString()!;

    public static byte[] Hex(string text) => Convert.FromHexString(text.Replace(" ", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal));
}
