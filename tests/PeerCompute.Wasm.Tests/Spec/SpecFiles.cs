// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel;
using System.Diagnostics;

namespace PeerCompute.Wasm.Tests.Spec;

/// <summary>Finds the specification's tests and converts them with Debian's wabt.</summary>
internal static class SpecFiles
{
    private static readonly bool OnCi = Environment.GetEnvironmentVariable("CI") == "true";

    public static IEnumerable<string> Names(string set)
    {
        var folder = Folder(set);
        return Directory.Exists(folder)
            ? Directory.GetFiles(folder, "*.wast").Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal)
            : ["(absent)"];
    }

    /// <summary>The converted test: a JSON file beside its modules, in a folder that the caller deletes.</summary>
    public static string Convert(string set, string name)
    {
        var source = Path.Combine(Folder(set), name + ".wast");
        if (!File.Exists(source))
        {
            Missing($"the WebAssembly specification tests are absent: {Folder(set)}");
        }

        var folder = Directory.CreateTempSubdirectory("wast-").FullName;
        var target = Path.Combine(folder, name + ".json");
        try
        {
            using var process = Process.Start(new ProcessStartInfo("wast2json", [source, "-o", target]) { RedirectStandardError = true })!;
            var errors = process.StandardError.ReadToEnd();
            process.WaitForExit();
            Assert.That(process.ExitCode, Is.Zero, errors);
        }
        catch (Win32Exception)
        {
            Missing("wast2json is absent: install Debian's package wabt");
        }

        return target;
    }

    private static void Missing(string what)
    {
        if (OnCi)
        {
            Assert.Fail(what);
        }

        Assert.Ignore(what);
    }

    private static string Folder(string set)
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "PeerCompute.sln")))
        {
            root = root.Parent;
        }

        return Path.GetFullPath(Path.Combine(root?.FullName ?? ".", "..", "shared", "vectors", "wasm-2.0", set));
    }
}
