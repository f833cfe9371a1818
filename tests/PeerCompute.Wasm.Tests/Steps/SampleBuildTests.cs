// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using PeerCompute.Wasm.Steps;

namespace PeerCompute.Wasm.Tests.Steps;

/// <summary>docs/samples/step builds from its sources, and what is built does what the kept modules do.</summary>
[TestFixture]
[Category("Slow")]
public sealed class SampleBuildTests
{
    private string _folder = "";

    [SetUp]
    public void SetUp() => _folder = Directory.CreateTempSubdirectory("steps-").FullName;

    [TearDown]
    public void TearDown() => Directory.Delete(_folder, true);

    [Test]
    public async Task TheSamplesBuildFromTheirSourcesAndTheBuildsDoTheSame()
    {
        Need("/usr/bin/clang", "clang");
        Need("/usr/lib/wasm32-wasi/libc.a", "wasi-libc");
        Need("/usr/lib/rustlib/wasm32-wasi", "libstd-rust-dev-wasm32");
        using var build = Process.Start(new ProcessStartInfo("/bin/sh", [Script(), _folder]) { RedirectStandardError = true })!;
        var errors = await build.StandardError.ReadToEndAsync();
        await build.WaitForExitAsync();
        Assert.That(build.ExitCode, Is.Zero, errors);
        foreach (var name in new[] { "sieve", "nbody" })
        {
            var job = StepJob.Named(name);
            var fresh = WasmModule.Parse(File.ReadAllBytes(Path.Combine(_folder, name + ".wasm")), WasmLimits.Default);
            var (built, kept) = (StepProgram.Run(fresh, job.Terms, job.Files()).Last, job.Run()[^1]);
            Assert.That(built.End, Is.EqualTo(StepEnd.Done));
            Assert.That(built.Manifest.Root, Is.EqualTo(kept.Manifest.Root), name);
        }
    }

    private static void Need(string path, string package)
    {
        if (!Path.Exists(path))
        {
            Assert.That(Environment.GetEnvironmentVariable("CI"), Is.Not.EqualTo("true"), $"{package} is not installed");
            Assert.Ignore($"{package} is not installed");
        }
    }

    private static string Script()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, "docs", "samples", "step", "build.sh");
            if (File.Exists(path))
            {
                return path;
            }
        }

        throw new FileNotFoundException("the samples are read from the source tree: run these tests inside a clone");
    }
}
