// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using PeerCompute.Wasm.Wasi;

namespace PeerCompute.Wasm.Tests.Wasi;

/// <summary>A program that docs/samples/programs/build.sh built of Debian's unchanged source, and the same program as Debian built it.</summary>
internal static class DebianProgram
{
    private const int MaxSeconds = 300;

    /// <summary>Runs the module over files in memory.</summary>
    public static ProgramRun InEngine(string name, MemoryGuestFiles files, byte[] input, params string[] args)
    {
        using var output = new MemoryStream();
        using var errors = new MemoryStream();
        var exit = WasiProgram.Run(Load(name), new WasiOptions
        {
            Args = [name, .. args],
            Files = files,
            Stdin = input,
            StdoutSink = output.Write,
            StderrSink = errors.Write,
            FuelLimit = 20_000_000_000,
            MaxPages = 2_048,
        });
        return new ProgramRun(exit.ExitCode, output.ToArray(), errors.ToArray()) { Exit = exit };
    }

    /// <summary>Runs the machine's own tool in a folder.</summary>
    public static ProgramRun Native(string tool, string folder, byte[] input, params string[] args)
    {
        var start = new ProcessStartInfo(tool, args)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["LC_ALL"] = "C";
        start.Environment["HOME"] = folder;
        using var process = Process.Start(start)!;
        using var output = new MemoryStream();
        using var errors = new MemoryStream();
        var reads = Task.WhenAll(process.StandardOutput.BaseStream.CopyToAsync(output), process.StandardError.BaseStream.CopyToAsync(errors));
        process.StandardInput.BaseStream.Write(input);
        process.StandardInput.Close();
        if (!process.WaitForExit(TimeSpan.FromSeconds(MaxSeconds)))
        {
            process.Kill();
            Assert.Fail($"{tool} did not end within {MaxSeconds} s");
        }

        reads.Wait();
        return new ProgramRun(process.ExitCode, output.ToArray(), errors.ToArray());
    }

    /// <summary>Leaves the test out, or fails it where tests/run could have installed what is missing.</summary>
    public static void Need(string tool)
    {
        var found = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(':').Any(folder => File.Exists(Path.Combine(folder, tool)));
        if (!found)
        {
            Missing($"{tool} is missing: install the Debian package of that name");
        }
    }

    private static WasmModule Load(string name)
    {
        var path = Path.Combine(SampleFolder.Of("programs"), "built", name + ".wasm");
        if (!File.Exists(path))
        {
            var what = $"{name}.wasm is missing: run docs/samples/programs/build.sh";
            if (Environment.GetEnvironmentVariable("PEERCOMPUTE_TEST_NO_SOURCES") is not null)
            {
                Assert.Ignore(what + "; tests/run could not get the sources");
            }

            Missing(what);
        }

        return WasmModule.Parse(File.ReadAllBytes(path), WasmLimits.Default);
    }

    private static void Missing(string what)
    {
        if (Environment.GetEnvironmentVariable("CI") == "true")
        {
            Assert.Fail(what);
        }

        Assert.Ignore(what);
    }
}
